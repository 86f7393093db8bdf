package org.plumbline.tornado;

import java.lang.ref.Cleaner;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.plumbline.engine.BufferPlan;
import org.plumbline.engine.Engine;
import org.plumbline.engine.Executable;
import org.plumbline.engine.InsufficientMemoryException;
import org.plumbline.engine.Precision;
import org.plumbline.program.Program;
import org.plumbline.program.Value;

/**
 * Runs programs on a device through TornadoVM: a program becomes one graph whose tasks are the kernels of the scalar engine
 * and, where those are too slow on a GPU, kernels that work in groups.
 *
 * <p>A graph is compiled at the first run of its executable and reused for every other: keep an executable for each shape.
 * Its memory on the device is freed some time after the executable is unreachable, when another program is compiled.
 */
final class TornadoEngine implements Engine {
    private static final Cleaner CLEANER = Cleaner.create();

    private final String name;
    private final GraphRunner.Factory runners;
    private final GroupPolicy policy;
    private final TaskLowering<float[]> single;
    private final TaskLowering<double[]> twice;
    private final Queue<GraphRunner> retired = new ConcurrentLinkedQueue<>();

    TornadoEngine(String name, GraphRunner.Factory runners, GroupPolicy policy) {
        this.name = name;
        this.runners = runners;
        this.policy = policy;
        this.single = new TaskLowering32(policy);
        this.twice = new TaskLowering64(policy);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Executable compile(Program program, Precision precision) {
        free();
        Map<Value, AttentionWeights> attention = AttentionWeights.of(program, policy);
        Map<Value, List<Value>> reads = new HashMap<>();
        attention.forEach((weights, operations) -> reads.put(weights, operations.reads()));
        BufferPlan plan = new BufferPlan(program, reads);
        String what = "a program of " + program.nodes().size() + " operations";
        InsufficientMemoryException.require(plan.bytes(precision), what);
        DeviceGraph graph = switch (precision) {
            case SINGLE -> DeviceGraph.of(program, plan, attention, precision, single);
            case DOUBLE -> DeviceGraph.of(program, plan, attention, precision, twice);
        };
        runners.requireMemory(graph, what);
        DeviceExecutable.Running running = new DeviceExecutable.Running(runners, graph);
        Executable executable = new DeviceExecutable(program, precision, plan, graph, running);
        CLEANER.register(executable, () -> running.retireTo(retired));
        return executable;
    }

    /** Closes the graphs of executables that are gone, here and not in the cleaner's thread, where nothing may fail. */
    private void free() {
        for (GraphRunner runner = retired.poll(); runner != null; runner = retired.poll()) {
            runner.close();
        }
    }
}
