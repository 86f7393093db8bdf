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
        if (ModuleLayer.boot().findModule(MODULE).isPresent()) {
            return true;
        }
        System.getLogger(VectorSupport.class.getName()).log(System.Logger.Level.WARNING,
                "Module {0} is absent: programs run on the scalar engine, many times slower. Start Java with "
                        + "--add-modules={0}",
                MODULE);
        return false;
    }
}
