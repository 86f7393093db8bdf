package org.plumbline.tornado;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.plumbline.engine.EngineUnavailableException;
import org.plumbline.kernels.Parallel;

/**
 * The system properties under which TornadoVM computes what a kernel says, or fails. TornadoVM reads them when its
 * classes load, so they are set before.
 */
final class TornadoSettings {
    private static final String API = "uk.ac.manchester.tornado.api.TaskGraph";
    private static final String IMPLEMENTATION = "tornado.load.runtime.implementation";

    private static final String MEMORY = "tornado.device.memory";
    private static final Pattern SIZE = Pattern.compile("(\\d{1,18})|(\\d{1,6})([KMGT])B");

    /** Properties that must have this value, whatever TornadoVM's argument file says. */
    private static final Map<String, String> REQUIRED = Map.of(
            // By default a kernel that does not compile runs as Java, and nobody is told.
            "tornado.recover.bailout", "False",
            // Native square roots and exponentials are right to 5e-8.
            "tornado.enable.nativeFunctions", "False",
            // A closed graph gives its memory back: freed buffers that are kept fit no array of another access.
            "tornado.deallocate.buffers", "True",
            "tornado.load.annotation.parallel", Parallel.class.getName());

    /** Properties that have this value unless the user chose another. */
    private static final Map<String, String> DEFAULTS = Map.of(
            // TornadoVM's own default has -cl-fast-relaxed-math, which takes NaN for impossible and reorders sums.
            "tornado.opencl.compiler.flags", "-w",
            // Room for the instructions of a graph: some hundred bytes a node, of which GraphSegment allows a thousand.
            "tornado.tvm.maxbytecodesize", Integer.toString(1 << 18),
            // Events that an instruction may wait for: none, since TornadoVM runs a graph in order unless it is told
            // otherwise. Every instruction has so many integers, filled at every run: 2¹⁵ unless told otherwise.
            "tornado.max.events", "1",
            // Looks for TornadoVM's own reductions, for which it parses every kernel once more; there are none.
            "tornado.experimental.reduce", "False",
            // TornadoVM keeps freed memory until it has taken this much in all: more than the device
            // has, and it runs out.
            MEMORY, "4GB");

    private TornadoSettings() {}

    /**
     * Sets the properties.
     *
     * @throws EngineUnavailableException if TornadoVM is not on this JVM's path
     */
    static void apply() {
        if (System.getProperty(IMPLEMENTATION) == null || !hasClass(API)) {
            throw new EngineUnavailableException("the engine tornado needs a TornadoVM SDK: "
                    + "set TORNADOVM_HOME to its folder and use ./plumbline, "
                    + "or start Java with @$TORNADOVM_HOME/tornado-argfile; see docs/gpu.md");
        }
        REQUIRED.forEach(System::setProperty);
        DEFAULTS.forEach((key, value) -> {
            if (System.getProperty(key) == null) {
                System.setProperty(key, value);
            }
        });
    }

    /**
     * Bytes of the device's memory that TornadoVM takes at most.
     *
     * @throws EngineUnavailableException if the property cannot be read
     */
    static long memoryLimit() {
        return bytes(System.getProperty(MEMORY));
    }

    /** A size as TornadoVM reads it. */
    static long bytes(String limit) {
        Matcher size = SIZE.matcher(limit);
        if (!size.matches()) {
            throw new EngineUnavailableException(
                    "-D" + MEMORY + "=" + limit + ": expected a size such as 4GB or 512MB");
        }
        return size.group(1) != null
                ? Long.parseLong(size.group(1))
                : Long.parseLong(size.group(2)) << 10 * (1 + "KMGT".indexOf(size.group(3)));
    }

    /** Says where that limit comes from. */
    static String memoryOption() {
        return " under -D" + MEMORY + "=" + System.getProperty(MEMORY);
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
