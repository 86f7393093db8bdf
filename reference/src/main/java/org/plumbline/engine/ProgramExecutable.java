package org.plumbline.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.plumbline.program.Constant;
import org.plumbline.program.ElementType;
import org.plumbline.program.Node;
import org.plumbline.program.Op;
import org.plumbline.program.Program;
import org.plumbline.program.Value;

/** The buffers of a program and the steps that fill them; the steps come from a {@link Lowering}. */
final class ProgramExecutable<A> implements Executable, Slots<A> {
    private final Program program;
    private final Precision precision;
    private final BufferPlan plan;
    private final Bindings bindings;
    private final Map<Integer, Slot<?>> slots = new HashMap<>();
    private final Map<String, Storage> outputs = new HashMap<>();
    private final Runnable[] steps;

    ProgramExecutable(Program program, Precision precision, Lowering<A> lowering) {
        this.program = program;
        this.precision = precision;
        this.plan = BufferPlan.overwriting(program);
        this.bindings = new Bindings(program, precision);
        Object[] arrays = plan.buffers().stream()
                .map(buffer -> buffer.type() == ElementType.INDEX
                        ? new int[buffer.size()]
                        : Storage.allocate(precision, buffer.size()).array())
                .toArray();
        List<Runnable> lowered = new ArrayList<>();
        for (Node node : program.nodes()) {
            Value value = node.value();
            if (plan.rootOf(value) != value.id()) {
                continue;
            }
            int buffer = plan.bufferOf(value);
            slots.put(value.id(), new Slot<>(buffer == BufferPlan.NONE ? null : arrays[buffer]));
            if (node.op() instanceof Op.Source source) {
                fill(source, value);
            } else {
                lowered.add(lowering.lower(node, this));
            }
        }
        this.steps = lowered.toArray(Runnable[]::new);
        // Before the first use: several threads may ask an executable that does not run for its outputs.
        program.outputs().forEach((name, value) -> {
            if (plan.bufferOf(value) != BufferPlan.NONE) {
                outputs.put(name, storage(slots.get(plan.rootOf(value)).array));
            }
        });
    }

    private void fill(Op.Source source, Value value) {
        switch (source) {
            case Op.Input _ -> {}
            case Op.Fill(double constant, _) -> fill(real(value).array, i -> constant);
            case Op.Literal(Constant.DoubleArray(double[] constants), _) -> fill(real(value).array, i -> constants[i]);
            case Op.Literal(Constant.Indices(int[] constants), _) ->
                    System.arraycopy(constants, 0, index(value).array, 0, constants.length);
        }
    }

    private static void fill(Object array, IntFunction<Double> values) {
        switch (array) {
            case double[] doubles -> Arrays.setAll(doubles, values::apply);
            case float[] floats -> {
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = values.apply(i).floatValue();
                }
            }
            default -> throw new IllegalStateException("no real array: " + array.getClass());
        }
    }

    private static Storage storage(Object array) {
        return switch (array) {
            case double[] doubles -> Storage.of(doubles);
            case float[] floats -> Storage.of(floats);
            case int[] indices -> Storage.of(indices);
            default -> throw new IllegalStateException("no array: " + array.getClass());
        };
    }

    @Override
    @SuppressWarnings("unchecked")
    public Slot<A> real(Value value) {
        return (Slot<A>) slots.get(plan.rootOf(value));
    }

    @Override
    @SuppressWarnings("unchecked")
    public Slot<int[]> index(Value value) {
        return (Slot<int[]>) slots.get(plan.rootOf(value));
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
    @SuppressWarnings("unchecked")
    public void bind(String name, Storage storage) {
        Value input = bindings.bind(name, storage);
        ((Slot<Object>) slots.get(input.id())).array = storage.array();
    }

    @Override
    public void run() {
        bindings.check();
        for (Runnable step : steps) {
            step.run();
        }
    }

    @Override
    public Storage output(String name) {
        Value value = program.outputs().get(name);
        if (value == null) {
            throw new EngineException("no output named '" + name + "'; there are " + program.outputs().keySet());
        }
        if (plan.bufferOf(value) == BufferPlan.NONE) {
            return storage(bound(program.nodes().get(plan.rootOf(value)).value()));
        }
        return outputs.get(name);
    }

    private Object bound(Value input) {
        Object array = slots.get(input.id()).array;
        if (array == null) {
            String name = program.inputs().entrySet().stream()
                    .filter(entry -> entry.getValue().equals(input)).findFirst().orElseThrow().getKey();
            throw new EngineException("input '" + name + "' " + input.shape() + " is not bound");
        }
        return array;
    }

    @Override
    public long bufferBytes() {
        return plan.bytes(precision);
    }
}
