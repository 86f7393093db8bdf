package org.plumbline.tornado;

import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import org.plumbline.engine.Bindings;
import org.plumbline.engine.BufferPlan;
import org.plumbline.engine.EngineException;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.program.Program;
import org.plumbline.program.Value;

/**
 * A program on a device. Bound arrays are copied into the graph's own before a run, so that binding others leaves the
 * compiled graph as it is.
 */
final class DeviceExecutable implements Executable {
    private final Program program;
    private final Precision precision;
    private final BufferPlan plan;
    private final DeviceGraph graph;
    private final Running running;
    private final Bindings bindings;
    private final Set<String> constants = new HashSet<>();
    private final Set<String> stale = new HashSet<>();

    DeviceExecutable(Program program, Precision precision, BufferPlan plan, DeviceGraph graph, Running running) {
        this.program = program;
        this.precision = precision;
        this.plan = plan;
        this.graph = graph;
        this.running = running;
        this.bindings = new Bindings(program, precision);
    }

    /** The graph as it runs; apart from the executable, which it may outlive. */
    static final class Running {
        /** Drivers compile kernels through files that they share: one graph is compiled at a time. */
        private static final Object COMPILATION = new Object();

        private final GraphRunner.Factory runners;
        private final DeviceGraph graph;
        private Set<String> constants = Set.of();
        private GraphRunner runner;

        Running(GraphRunner.Factory runners, DeviceGraph graph) {
            this.runners = runners;
            this.graph = graph;
        }

        void run(Set<String> wanted, boolean reload) {
            if (runner == null || !constants.equals(wanted)) {
                close();
                constants = Set.copyOf(wanted);
                synchronized (COMPILATION) {
                    runner = runners.create(graph, constants);
                    runner.run();
                }
                return;
            }
            if (reload) {
                runner.reload();
            }
            runner.run();
        }

        private void close() {
            if (runner != null) {
                runner.close();
                runner = null;
            }
        }

        void retireTo(Queue<GraphRunner> retired) {
            if (runner != null) {
                retired.add(runner);
            }
        }
    }

    @Override
    public Program program() {
        return program;
    }

    @Override
    public Precision precision() {
        return precision;
    }

    @Override
    public void bind(String name, Storage storage) {
        bindings.bind(name, storage);
        constants.remove(name);
        stale.remove(name);
    }

    @Override
    public void bindConstant(String name, Storage storage) {
        bindings.bind(name, storage);
        if (graph.inputs().containsKey(name)) {
            constants.add(name);
            stale.add(name);
        }
    }

    @Override
    public void run() {
        bindings.check();
        graph.inputs().forEach((name, array) -> {
            if (!constants.contains(name) || stale.contains(name)) {
                System.arraycopy(array(bindings.get(name)), 0, array, 0, bindings.get(name).size());
            }
        });
        boolean reload = !stale.isEmpty();
        stale.clear();
        if (!graph.tasks().isEmpty()) {
            running.run(constants, reload);
        }
    }

    @Override
    public Storage output(String name) {
        Value value = program.outputs().get(name);
        if (value == null) {
            throw new EngineException("no output named '" + name + "'; there are " + program.outputs().keySet());
        }
        if (plan.bufferOf(value) == BufferPlan.NONE) {
            return inputBehind(value);
        }
        return switch (graph.byRoot().get(plan.rootOf(value))) {
            case double[] doubles -> Storage.of(doubles);
            case float[] floats -> Storage.of(floats);
            case int[] indices -> Storage.of(indices);
            case Object other -> throw new IllegalStateException("no array: " + other.getClass());
        };
    }

    /** What is bound to the input that an output is a view of. */
    private Storage inputBehind(Value value) {
        return program.inputs().entrySet().stream()
                .filter(input -> input.getValue().id() == plan.rootOf(value))
                .map(input -> bindings.get(input.getKey()))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public long bufferBytes() {
        return graph.bytes();
    }

    private static Object array(Storage storage) {
        return switch (storage) {
            case Storage.Doubles(double[] array) -> array;
            case Storage.Floats(float[] array) -> array;
            case Storage.Indices(int[] array) -> array;
        };
    }
}
