package org.plumbline.tornado;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.plumbline.engine.Bindings;
import org.plumbline.engine.BufferPlan;
import org.plumbline.engine.EngineException;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.program.ElementType;
import org.plumbline.program.Program;
import org.plumbline.program.Value;

/**
 * A program on a device. Bound arrays are copied into a graph's own before a run and its results out of it after, so
 * that the compiled graph stays as it is whatever is bound, and others may run it in between.
 */
final class DeviceExecutable implements Executable {
    private final Program program;
    private final Precision precision;
    private final BufferPlan plan;
    private final ProgramGraphs.Lease lease;
    private final Bindings bindings;
    private final Set<String> constants = new HashSet<>();
    private final Set<String> stale = new HashSet<>();
    private final Map<Integer, Storage> results = new HashMap<>();

    DeviceExecutable(Program program, Precision precision, BufferPlan plan, ProgramGraphs.Lease lease) {
        this.program = program;
        this.precision = precision;
        this.plan = plan;
        this.lease = lease;
        this.bindings = new Bindings(program, precision);
        for (Value value : program.outputs().values()) {
            if (plan.bufferOf(value) != BufferPlan.NONE) {
                results.computeIfAbsent(plan.rootOf(value), _ -> allocate(value));
            }
        }
    }

    private Storage allocate(Value value) {
        int size = value.shape().size();
        return value.type() == ElementType.INDEX ? Storage.of(new int[size]) : Storage.allocate(precision, size);
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
        if (lease.inputs().contains(name)) {
            constants.add(name);
            stale.add(name);
        }
    }

    @Override
    public void run() {
        bindings.check();
        lease.run(constants, stale, bindings, this::takeResults);
        stale.clear();
    }

    private void takeResults(DeviceGraph graph) {
        results.forEach((root, storage) ->
                System.arraycopy(graph.byRoot().get(root), 0, storage.array(), 0, storage.size()));
    }

    @Override
    public Storage output(String name) {
        Value value = program.outputs().get(name);
        if (value == null) {
            throw new EngineException("no output named '" + name + "'; there are " + program.outputs().keySet());
        }
        return plan.bufferOf(value) == BufferPlan.NONE ? inputBehind(value) : results.get(plan.rootOf(value));
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
        return lease.bytes();
    }
}
