package org.plumbline.tornado;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.plumbline.engine.BufferPlan;
import org.plumbline.engine.Engine;
import org.plumbline.engine.Executable;
import org.plumbline.engine.InsufficientMemoryException;
import org.plumbline.engine.Precision;
import org.plumbline.program.Program;
import org.plumbline.program.Value;

/**
 * Runs programs on a device through TornadoVM: a program becomes one graph whose tasks are the kernels of the scalar
 * engine and, where those are too slow on a GPU, kernels that work in groups.
 *
 * <p>A graph is compiled at the first run of its executable. Executables of equal programs share it, those of other
 * threads and those that are made when the first is gone: {@link GraphCache}. Memory on the device is taken when a
 * program is compiled, and freed some time after its executables are unreachable, when another program is compiled.
 */
final class TornadoEngine implements Engine {
    private final String name;
    private final GraphRunner.Factory runners;
    private final GroupPolicy policy;
    private final TaskLowering<float[]> single;
    private final TaskLowering<double[]> twice;
    private final GraphCache graphs;

    /**
     * @param graphs those on the runners' device
     */
    TornadoEngine(String name, GraphRunner.Factory runners, GroupPolicy policy, GraphCache graphs) {
        this.name = name;
        this.runners = runners;
        this.policy = policy;
        this.single = new TaskLowering32(policy);
        this.twice = new TaskLowering64(policy);
        this.graphs = graphs;
    }

    @Override
    public String name() {
        return name;
    }

    /**
     * {@inheritDoc}
     *
     * @throws InsufficientMemoryException if the device has no room for it beside what other executables have compiled
     */
    @Override
    public Executable compile(Program program, Precision precision) {
        Map<Value, AttentionWeights> attention = AttentionWeights.of(program, policy);
        Map<Value, List<Value>> reads = new HashMap<>();
        attention.forEach((weights, operations) -> reads.put(weights, operations.reads()));
        BufferPlan plan = new BufferPlan(program, reads);
        GraphKey key = new GraphKey(program, precision, policy, runners);
        ProgramGraphs.Lease lease = graphs.lease(key, () -> lower(key, program, plan, attention));
        Executable executable = new DeviceExecutable(program, precision, plan, lease);
        graphs.retireWith(executable, lease);
        return executable;
    }

    private DeviceGraph lower(GraphKey key, Program program, BufferPlan plan, Map<Value, AttentionWeights> attention) {
        Precision precision = key.precision();
        InsufficientMemoryException.require(plan.bytes(precision), key.what());
        DeviceGraph graph = switch (precision) {
            case SINGLE -> DeviceGraph.of(program, plan, attention, precision, single);
            case DOUBLE -> DeviceGraph.of(program, plan, attention, precision, twice);
        };
        runners.requireArrays(graph, key.what());
        return graph;
    }
}
