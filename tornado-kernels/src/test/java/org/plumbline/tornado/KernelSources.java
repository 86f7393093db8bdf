package org.plumbline.tornado;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.plumbline.engine.Precision;
import org.plumbline.program.Program;
import uk.ac.manchester.tornado.api.common.TornadoDevice;

/**
 * Collects what TornadoVM makes of kernels for a CUDA device that need not be there: its compiler runs, nothing else.
 *
 * <p>TornadoVM reads the properties that this sets when its classes load, so no test that uses a device may have run in
 * this JVM before.
 */
final class KernelSources {
    private static final String DEVICE = """
            {
              "deviceName" : "none",
              "doubleFPSupport" : true,
              "maxWorkItemSizes" : [1024, 1024, 64],
              "deviceAddressBits" : 64,
              "deviceType" : "CL_DEVICE_TYPE_GPU",
              "deviceExtensions" : "cl_khr_int64_base_atomics",
              "availableProcessors" : 132
            }
            """;
    private static final Pattern KERNEL = Pattern.compile("__global__\\s+void\\s+(\\w+)\\s*\\(");

    /** Elements are {@code d_5[i_34]}; a long between the brackets is an offset in bytes. */
    private static final Pattern LOCAL_BY_BYTES = Pattern.compile("\\b[df]_\\d+\\[(l_\\d+|\\d+L)]");

    private final Path printed;
    private final TornadoDevice device;
    private final SortedMap<Kernel, Set<String>> sources = new TreeMap<>();

    /**
     * A kernel by its class and name.
     *
     * @param groups whether it works in groups
     */
    record Kernel(boolean groups, String name, Precision precision) implements Comparable<Kernel> {
        @Override
        public int compareTo(Kernel other) {
            return toString().compareTo(other.toString());
        }

        /** Such as {@code groups-softmax-double}. */
        @Override
        public String toString() {
            return (groups ? "groups-" : "loops-") + name + "-" + precision.name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param folder for the files through which TornadoVM talks
     */
    KernelSources(Path folder) throws IOException {
        Path description = Files.writeString(folder.resolve("device.json"), DEVICE);
        this.printed = folder.resolve("printed.cu");
        System.setProperty("tornado.virtual.device", "True");
        System.setProperty("tornado.device.desc", description.toString());
        System.setProperty("tornado.printKernel", "True");
        System.setProperty("tornado.print.kernel.dir", printed.toString());
        TornadoSettings.apply();
        this.device = TornadoDevices.find("");
    }

    /** Compiles every task of the program's graph by itself. */
    void add(Program program, Precision precision, GroupPolicy policy) {
        TestDevice.engine(new GraphRunner.Factory() {
            @Override
            public GraphRunner create(DeviceGraph graph, Set<String> constants) {
                throw new AssertionError("there is no device to run on");
            }

            @Override
            public void requireArrays(DeviceGraph graph, String what) {
                graph.tasks().forEach(task -> add(task, precision));
            }
        }, policy).compile(program, precision);
    }

    private void add(Task task, Precision precision) {
        try {
            Files.deleteIfExists(printed);
            GraphRunner runner = new TornadoRunner.Factory(device).create(alone(task), Set.of());
            runner.run();
            runner.close();
            String source = Files.readString(printed, StandardCharsets.UTF_8);
            Matcher kernel = KERNEL.matcher(source);
            if (!kernel.find()) {
                throw new AssertionError("no kernel in " + source);
            }
            if (LOCAL_BY_BYTES.matcher(source).find()) {
                throw new AssertionError("a local array is addressed in bytes in " + source);
            }
            sources.computeIfAbsent(new Kernel(task.grid() != null, kernel.group(1), precision), _ -> new TreeSet<>())
                    .add(source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DeviceGraph alone(Task task) {
        Map<Object, String> names = new IdentityHashMap<>();
        LinkedHashMap<String, Object> inputs = new LinkedHashMap<>();
        List<Object> results = new ArrayList<>(List.of(task.output()));
        for (Object argument : task.arguments()) {
            if (argument.getClass().isArray() && argument != task.output() && names.put(argument, "") == null) {
                inputs.put("argument " + inputs.size(), argument);
            }
        }
        return new DeviceGraph(List.of(task), inputs, List.of(), results, Map.of());
    }

    /**
     * Writes a file for each kernel and returns them, in the order of their names. Where constants differ there are
     * several functions, numbered.
     */
    List<Path> write(Path folder) throws IOException {
        Files.deleteIfExists(printed);
        List<Path> files = new ArrayList<>();
        for (Map.Entry<Kernel, Set<String>> entry : sources.entrySet()) {
            StringBuilder all = new StringBuilder();
            int number = 0;
            for (String source : entry.getValue()) {
                Matcher kernel = KERNEL.matcher(source);
                all.append(kernel.replaceFirst("__global__ void $1_" + number + "(")).append('\n');
                number++;
            }
            files.add(Files.writeString(folder.resolve(entry.getKey() + ".cu"), all));
        }
        return files;
    }
}
