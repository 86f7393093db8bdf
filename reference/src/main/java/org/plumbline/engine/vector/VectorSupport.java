package org.plumbline.engine.vector;

/**
 * Tells, once, whether the Vector API is there.
 *
 * <p>It is an incubator module, which the Java launcher leaves out unless it is asked for it. This class itself uses
 * nothing of it and loads everywhere; the other classes of the package do not, so a caller asks here first and uses the
 * scalar engine if the answer is no.
 */
public final class VectorSupport {

    private static final String MODULE = "jdk.incubator.vector";
    private static final boolean AVAILABLE = find();

    private VectorSupport() {}

    /** Returns whether the classes of this package can be used. The first call warns if they cannot. */
    public static boolean isAvailable() {
        return AVAILABLE;
    }

    private static boolean find() {
        if (ModuleLayer.boot().findModule(MODULE).isPresent() || loads()) {
            return true;
        }
        System.getLogger(VectorSupport.class.getName()).log(System.Logger.Level.WARNING,
                "Module {0} is absent: programs run on the scalar engine, many times slower. Start Java with "
                        + "--add-modules={0}",
                MODULE);
        return false;
    }

    /**
     * Loads the module now, as the JDK loads its own agent and management modules, where the JDK lets it: with
     * {@code --add-exports=java.base/jdk.internal.module=ALL-UNNAMED}. A module that is asked for when Java starts is
     * the same module, but every command would begin with a warning on standard error, which no switch turns off.
     */
    private static boolean loads() {
        try {
            Class.forName("jdk.internal.module.Modules").getMethod("loadModule", String.class).invoke(null, MODULE);
            return true;
        } catch (ReflectiveOperationException | RuntimeException notLetOrAbsent) {
            return false;
        }
    }
}
