package org.plumbline.engine;

import org.plumbline.program.Program;

/**
 * An engine that performs a program step by step in the calling thread, given how to perform each operation.
 *
 * @param single lowering for single precision
 * @param twice lowering for double precision
 */
public record LoweredEngine(String name, Lowering<float[]> single, Lowering<double[]> twice) implements Engine {

    @Override
    public Executable compile(Program program, Precision precision) {
        return switch (precision) {
            case SINGLE -> new ProgramExecutable<>(program, precision, single);
            case DOUBLE -> new ProgramExecutable<>(program, precision, twice);
        };
    }

    /** The scalar engine: every operation by its kernel, as it stands. The definition of all engines. */
    public static Engine scalar() {
        return new LoweredEngine("scalar", new ScalarLowering32(), new ScalarLowering64());
    }
}
