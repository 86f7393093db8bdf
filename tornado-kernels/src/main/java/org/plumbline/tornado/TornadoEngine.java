package org.plumbline.tornado;

import java.lang.ref.Cleaner;
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
 * threads and those that are made when the first is gone: {@link GraphCache}. Memory on the device is freed some time
 * after the executables are unreachable, when another program is compiled.
 */
final class TornadoEngine implements Engine {
    private static final Cleaner CLEANER = Cleaner.create();

    /** Some small graphs, which take longer to compile than to run, and no large one. */
    private static final long ROOM = 512 << 20;

    private final String name;
    private final GraphRunner.Factory runners;
    private final GroupPolicy policy;
    private final TaskLowering<float[]> single;
    private final TaskLowering<double[]> twice;
    private final GraphCache cache;

    TornadoEngine(String name, GraphRunner.Factory runners, GroupPolicy policy) {
        this(name, runners, policy, ROOM);
    }

    /**
     * @param room as {@link GraphCache} counts it
     */
    TornadoEngine(String name, GraphRunner.Factory runners, GroupPolicy policy, long room) {
        this.name = name;
        this.runners = runners;
        this.policy = policy;
        this.single = new TaskLowering32(policy);
        this.twice = new TaskLowering64(policy);
        this.cache = new GraphCache(room, System::gc);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Executable compile(Program program, Precision precision) {
        Map<Value, AttentionWeights> attention = AttentionWeights.of(program, policy);
        Map<Value, List<Value>> reads = new HashMap<>();
        attention.forEach((weights, operations) -> reads.put(weights, operations.reads()));
        BufferPlan plan = new BufferPlan(program, reads);
        ProgramGraphs.Lease lease = cache.lease(program, precision,
                () -> new ProgramGraphs(runners, () -> lower(program, precision, plan, attention)));
        Executable executable = new DeviceExecutable(program, precision, plan, lease);
        CLEANER.register(executable, () -> cache.retire(lease));
        return executable;
    }

    private DeviceGraph lower(
            Program program, Precision precision, BufferPlan plan, Map<Value, AttentionWeights> attention) {
        String what = "a program of " + program.nodes().size() + " operations";
        InsufficientMemoryException.require(plan.bytes(precision), what);
        DeviceGraph graph = switch (precision) {
            case SINGLE -> DeviceGraph.of(program, plan, attention, precision, single);
            case DOUBLE -> DeviceGraph.of(program, plan, attention, precision, twice);
        };
        runners.requireMemory(graph, what);
        return graph;
    }
}
