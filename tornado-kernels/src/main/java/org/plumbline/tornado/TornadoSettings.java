package org.plumbline.tornado;

import java.util.Map;
import org.plumbline.engine.EngineUnavailableException;
import org.plumbline.kernels.Parallel;

/**
 * The system properties under which TornadoVM computes what a kernel says, or fails. TornadoVM reads them when its classes
 * load, so they are set before.
 */
final class TornadoSettings {
    private static final String API = "uk.ac.manchester.tornado.api.TaskGraph";
    private static final String IMPLEMENTATION = "tornado.load.runtime.implementation";

    /** Properties that must have this value, whatever TornadoVM's argument file says. */
    private static final Map<String, String> REQUIRED = Map.of(
            // By default a kernel that does not compile runs as Java, and nobody is told.
            "tornado.recover.bailout", "False",
            // Native square roots and exponentials are right to 5e-8.
            "tornado.enable.nativeFunctions", "False",
            "tornado.load.annotation.parallel", Parallel.class.getName());

    /** Properties that have this value unless the user chose another. */
    private static final Map<String, String> DEFAULTS = Map.of(
            // TornadoVM's own default has -cl-fast-relaxed-math, which takes NaN for impossible and reorders sums.
            "tornado.opencl.compiler.flags", "-w",
            // Room for the instructions of a graph: some dozens of bytes a task; the default ends near a hundred tasks.
            "tornado.tvm.maxbytecodesize", Integer.toString(1 << 21),
            // Events that a graph may wait for, one a task.
            "tornado.max.events", Integer.toString(1 << 17),
            // What a program needs is checked against the device itself.
            "tornado.device.memory", "1024GB");

    private TornadoSettings() {}

    /**
     * Sets the properties.
     *
     * @throws EngineUnavailableException if TornadoVM is not on this JVM's path
     */
    static void apply() {
        if (System.getProperty(IMPLEMENTATION) == null || !hasClass(API)) {
            throw new EngineUnavailableException("the engine tornado needs a TornadoVM SDK: set TORNADOVM_HOME to its folder"
                    + " and use ./plumbline, or start Java with @$TORNADOVM_HOME/tornado-argfile; see docs/gpu.md");
        }
        REQUIRED.forEach(System::setProperty);
        DEFAULTS.forEach((key, value) -> {
            if (System.getProperty(key) == null) {
                System.setProperty(key, value);
            }
        });
    }

    private static boolean hasClass(String name) {
        try {
            Class.forName(name, false, TornadoSettings.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException absent) {
            return false;
        }
    }
}
