package org.plumbline.engine;

import java.util.HashMap;
import java.util.Map;
import org.plumbline.program.ElementType;
import org.plumbline.program.Program;
import org.plumbline.program.Value;

/** The arrays bound to the inputs of a program, checked against what the program expects. */
public final class Bindings {
    private final Program program;
    private final Precision precision;
    private final IndexBounds bounds;
    private final Map<String, Storage> bound = new HashMap<>();

    public Bindings(Program program, Precision precision) {
        this.program = program;
        this.precision = precision;
        this.bounds = new IndexBounds(program);
    }

    /**
     * Makes {@code storage} the input {@code name}.
     *
     * @return the input
     * @throws EngineException if there is no such input, or type, precision or size do not fit
     */
    public Value bind(String name, Storage storage) {
        Value input = program.inputs().get(name);
        if (input == null) {
            throw new EngineException("no input named '" + name + "'; there are " + program.inputs().keySet());
        }
        boolean fits = switch (storage) {
            case Storage.Doubles _ -> input.type() == ElementType.REAL && precision == Precision.DOUBLE;
            case Storage.Floats _ -> input.type() == ElementType.REAL && precision == Precision.SINGLE;
            case Storage.Indices _ -> input.type() == ElementType.INDEX;
        };
        if (!fits || storage.size() != input.shape().size()) {
            throw new EngineException("input '" + name + "' is " + input.type() + " " + input.shape()
                    + " in " + precision + " precision, found " + storage.getClass().getSimpleName()
                    + "[" + storage.size() + "]");
        }
        bound.put(name, storage);
        return input;
    }

    /**
     * Checks, before a run, that every input is bound and that every index lies within its bound.
     *
     * @throws EngineException that names the input
     */
    public void check() {
        program.inputs().forEach((name, value) -> {
            switch (bound.get(name)) {
                case null -> throw new EngineException("input '" + name + "' " + value.shape() + " is not bound");
                case Storage.Indices(int[] indices) -> bounds.check(name, indices);
                case Storage.Doubles _, Storage.Floats _ -> {}
            }
        });
    }

    /** What is bound to the input {@code name}, or null. */
    public Storage get(String name) {
        return bound.get(name);
    }
}
