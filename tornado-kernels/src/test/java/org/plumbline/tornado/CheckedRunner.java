package org.plumbline.tornado;

import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.KernelContext;

/**
 * Runs a graph in Java as a device would, with memory of its own, and checks what a device would not tell: that every
 * array of a task is named in a transfer, that a task writes all elements of its output, reads none that nobody has
 * written, and does not write what it reads, and that results are copied back by the part that writes them.
 *
 * <p>Elements that nobody has written hold a NaN of its own bits, which arithmetic preserves.
 */
final class CheckedRunner implements GraphRunner {
    private static final long POISON_64 = 0x7ff8_dead_beef_0001L;
    private static final int POISON_32 = 0x7fd0_beef;
    private static final int POISON_INDEX = Integer.MIN_VALUE + 0xbeef;

    private final List<GraphSegment> segments;
    private final Set<String> constants;
    private final Map<Object, Object> device = new IdentityHashMap<>();
    private final Set<Object> named = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean loaded;

    /**
     * @param segments the parts of the graph
     * @throws AssertionError if the graph does not name an array of a task, or names one twice
     */
    CheckedRunner(DeviceGraph graph, List<GraphSegment> segments, Set<String> constants) {
        requireNamed(graph);
        this.segments = segments;
        this.constants = constants;
        for (GraphSegment segment : segments) {
            Stream.of(segment.inputs().values(), segment.residents(), segment.results()).flatMap(Collection::stream)
                    .forEach(array -> device.putIfAbsent(array, poisoned(array)));
        }
    }

    /**
     * Makes such runners.
     *
     * @param code the largest part of a graph, as in {@link GraphSegment#of}
     */
    record Factory(int code) implements GraphRunner.Factory {
        Factory() {
            this(GraphSegment.CODE);
        }

        @Override
        public GraphRunner create(DeviceGraph graph, Set<String> constants) {
            return new CheckedRunner(graph, GraphSegment.of(graph, code), constants);
        }

        @Override
        public void requireArrays(DeviceGraph graph, String what) {}
    }

    /** What a graph does not name is missing where its memory is counted. */
    private static void requireNamed(DeviceGraph graph) {
        Set<Object> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
        Stream.of(graph.inputs().values(), graph.residents(), graph.results())
                .flatMap(Collection::stream)
                .forEach(array -> {
                    if (!arrays.add(array)) {
                        throw new AssertionError("the graph names an array twice");
                    }
                });
        graph.tasks().stream().flatMap(task -> Stream.of(task.arguments())).forEach(argument -> {
            if (argument.getClass().isArray() && !arrays.contains(argument)) {
                throw new AssertionError("the graph does not name an array of a task");
            }
        });
    }

    @Override
    public void run() {
        List<Object> left = List.of();
        for (GraphSegment segment : segments) {
            if (!left.equals(segment.consumed())) {
                throw new AssertionError("a part takes over other arrays than the one before leaves");
            }
            named.clear();
            segment.consumed().forEach(this::name);
            segment.inputs().forEach((name, array) -> {
                name(array);
                if (!loaded || !constants.contains(name)) {
                    copy(array, device.get(array));
                }
            });
            segment.residents().forEach(array -> {
                name(array);
                if (!loaded) {
                    copy(array, device.get(array));
                }
            });
            if (!loaded) {
                // An intermediate value is copied to the device for its place alone: its elements mean nothing yet.
                segment.tasks().stream().map(Task::output).filter(array -> !segment.consumed().contains(array))
                        .map(device::get).filter(Objects::nonNull).forEach(CheckedRunner::poison);
            }
            if (segment.results().stream().anyMatch(segment.consumed()::contains)) {
                throw new AssertionError("a part copies back what it took over, which TornadoVM does not do");
            }
            segment.results().forEach(this::name);
            segment.tasks().forEach(this::perform);
            segment.results().forEach(array -> copy(device.get(array), array));
            left = segment.persisted();
        }
        if (!left.isEmpty()) {
            throw new AssertionError("the last part leaves arrays for nobody");
        }
        loaded = true;
    }

    private void name(Object array) {
        if (!named.add(array)) {
            throw new AssertionError("an array is named twice");
        }
    }

    private void perform(Task task) {
        Object output = device.get(task.output());
        Object[] arguments = task.arguments();
        int written = 0;
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].getClass().isArray()) {
                Object copy = device.get(arguments[i]);
                if (!named.contains(arguments[i])) {
                    throw new AssertionError("argument " + i + " is named in no transfer");
                }
                arguments[i] = copy;
                written += copy == output ? 1 : 0;
            } else if (!(arguments[i] instanceof Number || arguments[i] instanceof KernelContext)) {
                throw new AssertionError("argument " + i + " is a " + arguments[i].getClass());
            }
        }
        if (written != 1) {
            throw new AssertionError("the output is " + written + " of the arguments");
        }
        poison(output);
        if (task.grid() == null) {
            task.call(arguments);
        } else {
            GroupSimulator.run(task.grid(), context -> {
                Object[] own = arguments.clone();
                own[0] = context;
                task.call(own);
            }, null);
        }
        for (int i = 0; i < task.size(); i++) {
            if (isPoison(output, i)) {
                throw new AssertionError(
                        "element " + i + " of " + task.size() + " is not written, or made of one that is not");
            }
        }
    }

    @Override
    public void reload() {
        loaded = false;
    }

    @Override
    public void close() {
        device.clear();
    }

    private static Object poisoned(Object like) {
        Object copy = switch (like) {
            case double[] doubles -> new double[doubles.length];
            case float[] floats -> new float[floats.length];
            case int[] indices -> new int[indices.length];
            default -> throw new AssertionError("no array: " + like.getClass());
        };
        poison(copy);
        return copy;
    }

    private static void poison(Object array) {
        switch (array) {
            case double[] doubles -> Arrays.fill(doubles, Double.longBitsToDouble(POISON_64));
            case float[] floats -> Arrays.fill(floats, Float.intBitsToFloat(POISON_32));
            case int[] indices -> Arrays.fill(indices, POISON_INDEX);
            default -> throw new AssertionError("no array: " + array.getClass());
        }
    }

    private static boolean isPoison(Object array, int i) {
        return switch (array) {
            case double[] doubles -> Double.doubleToRawLongBits(doubles[i]) == POISON_64;
            case float[] floats -> Float.floatToRawIntBits(floats[i]) == POISON_32;
            case int[] indices -> indices[i] == POISON_INDEX;
            default -> throw new AssertionError("no array: " + array.getClass());
        };
    }

    private static void copy(Object from, Object to) {
        System.arraycopy(from, 0, to, 0, Array.getLength(to));
    }
}
