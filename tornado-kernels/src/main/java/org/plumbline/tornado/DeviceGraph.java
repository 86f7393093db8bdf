package org.plumbline.tornado;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;
import org.plumbline.engine.BufferPlan;
import org.plumbline.engine.Precision;
import org.plumbline.program.Constant;
import org.plumbline.program.ElementType;
import org.plumbline.program.Node;
import org.plumbline.program.Op;
import org.plumbline.program.Program;
import org.plumbline.program.Value;

/**
 * A program as tasks on arrays: what is made a graph of TornadoVM.
 *
 * <p>Each array here stands for one in the memory of the device, of the same length. Those of inputs and outputs are
 * also where elements pass on their way to and from it; those of intermediate values are only ever copied to the device
 * once, since TornadoVM wants every array on the Java heap named in a transfer.
 *
 * @param tasks in the order in which they run
 * @param inputs arrays of the inputs that tasks read, by name
 * @param residents arrays that the device keeps: constants, filled, and intermediate values
 * @param results arrays of the outputs that tasks write
 * @param byRoot the array of each value that has one, by {@link BufferPlan#rootOf}
 */
record DeviceGraph(List<Task> tasks, SequencedMap<String, Object> inputs, List<Object> residents, List<Object> results,
        Map<Integer, Object> byRoot) {

    /** What TornadoVM adds to an array, generously: a header, and alignment. */
    private static final long OVERHEAD = 256;

    /**
     * Lowers {@code program}.
     *
     * @param attention the operations that one kernel does, by result; {@code plan} knows what they read
     */
    static <A> DeviceGraph of(Program program, BufferPlan plan, Map<Value, AttentionWeights> attention,
            Precision precision, TaskLowering<A> lowering) {
        DeviceGraph graph;
        do {
            graph = new Planner<>(program, plan, attention, precision, lowering).graph();
        } while (!graph.hasDistinctHashes());
        return graph;
    }

    /**
     * TornadoVM takes two arrays, or contexts, of the same hash code for one; of a few hundred that
     * is one graph in 10⁵.
     */
    private boolean hasDistinctHashes() {
        Set<Object> objects = Collections.newSetFromMap(new IdentityHashMap<>());
        tasks.forEach(task -> Stream.of(task.arguments()).filter(argument -> !(argument instanceof Number))
                .forEach(objects::add));
        return objects.stream().map(System::identityHashCode).distinct().count() == objects.size();
    }

    /** Bytes that the arrays take on the device. */
    long bytes() {
        return arrays().stream().mapToLong(DeviceGraph::bytes).sum();
    }

    /** Bytes of the largest array. */
    long largestBytes() {
        return arrays().stream().mapToLong(DeviceGraph::bytes).max().orElse(0);
    }

    private Set<Object> arrays() {
        Set<Object> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
        arrays.addAll(inputs.values());
        arrays.addAll(residents);
        arrays.addAll(results);
        return arrays;
    }

    private static long bytes(Object array) {
        return OVERHEAD + switch (array) {
            case double[] doubles -> (long) Double.BYTES * doubles.length;
            case float[] floats -> (long) Float.BYTES * floats.length;
            case int[] indices -> (long) Integer.BYTES * indices.length;
            default -> throw new IllegalStateException("no array: " + array.getClass());
        };
    }

    /** Makes a graph; an instance makes one. */
    private static final class Planner<A> implements ValueArrays<A> {
        private final Program program;
        private final BufferPlan plan;
        private final Map<Value, AttentionWeights> attention;
        private final Set<Value> skipped = new HashSet<>();
        private final Precision precision;
        private final TaskLowering<A> lowering;
        private final Map<Integer, Object> byRoot = new HashMap<>();
        private final List<Task> tasks = new ArrayList<>();

        Planner(Program program, BufferPlan plan, Map<Value, AttentionWeights> attention, Precision precision,
                TaskLowering<A> lowering) {
            this.program = program;
            this.plan = plan;
            this.attention = attention;
            attention.values().forEach(weights -> skipped.addAll(weights.within()));
            this.precision = precision;
            this.lowering = lowering;
        }

        DeviceGraph graph() {
            Object[] buffers = plan.buffers().stream().map(buffer -> allocate(buffer.type(), buffer.size())).toArray();
            for (Node node : program.nodes()) {
                Value value = node.value();
                if (plan.rootOf(value) != value.id() || skipped.contains(value)) {
                    continue;
                }
                int buffer = plan.bufferOf(value);
                Object array = buffer == BufferPlan.NONE
                        ? allocate(value.type(), value.shape().size())
                        : buffers[buffer];
                byRoot.put(value.id(), array);
                if (attention.containsKey(value)) {
                    tasks.add(lowering.lower(attention.get(value), this));
                    continue;
                }
                if (node.op() instanceof Op.Source source) {
                    fill(array, source);
                } else {
                    tasks.add(lowering.lower(node, this));
                }
            }
            return split();
        }

        private static void fill(Object array, Op.Source source) {
            switch (source) {
                case Op.Input _ -> {}
                case Op.Fill(double constant, _) -> fill(array, constant);
                case Op.Literal(Constant constant, _) -> fill(array, constant);
            }
        }

        /** Sorts the arrays that tasks use by how they travel. */
        private DeviceGraph split() {
            Set<Object> rest = Collections.newSetFromMap(new IdentityHashMap<>());
            List<Object> used = new ArrayList<>();
            for (Task task : tasks) {
                for (Object argument : task.arguments()) {
                    if (argument.getClass().isArray() && rest.add(argument)) {
                        used.add(argument);
                    }
                }
            }
            SequencedMap<String, Object> inputs = new LinkedHashMap<>();
            program.inputs().forEach((name, value) -> {
                Object array = byRoot.get(plan.rootOf(value));
                if (rest.remove(array)) {
                    inputs.put(name, array);
                }
            });
            Set<Object> written = Collections.newSetFromMap(new IdentityHashMap<>());
            tasks.forEach(task -> written.add(task.output()));
            List<Object> results = new ArrayList<>();
            for (Value value : program.outputs().values()) {
                Object array = byRoot.get(plan.rootOf(value));
                if (written.contains(array) && rest.remove(array)) {
                    results.add(array);
                }
            }
            List<Object> residents = used.stream().filter(rest::contains).toList();
            return new DeviceGraph(List.copyOf(tasks), inputs, residents, List.copyOf(results), byRoot);
        }

        private Object allocate(ElementType type, int size) {
            return switch (type) {
                case INDEX -> new int[size];
                case REAL -> precision == Precision.DOUBLE ? new double[size] : new float[size];
            };
        }

        private static void fill(Object array, double constant) {
            switch (array) {
                case double[] doubles -> Arrays.fill(doubles, constant);
                case float[] floats -> Arrays.fill(floats, (float) constant);
                default -> throw new IllegalStateException("no real array: " + array.getClass());
            }
        }

        private static void fill(Object array, Constant constant) {
            switch (constant) {
                case Constant.Indices(int[] values) -> System.arraycopy(values, 0, (int[]) array, 0, values.length);
                case Constant.DoubleArray(double[] values) -> {
                    switch (array) {
                        case double[] doubles -> System.arraycopy(values, 0, doubles, 0, values.length);
                        case float[] floats -> {
                            for (int i = 0; i < values.length; i++) {
                                floats[i] = (float) values[i];
                            }
                        }
                        default -> throw new IllegalStateException("no real array: " + array.getClass());
                    }
                }
            }
        }

        @Override
        @SuppressWarnings("unchecked")
        public A real(Value value) {
            return (A) byRoot.get(plan.rootOf(value));
        }

        @Override
        public int[] index(Value value) {
            return (int[]) byRoot.get(plan.rootOf(value));
        }
    }
}
