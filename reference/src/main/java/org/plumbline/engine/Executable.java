package org.plumbline.engine;

import java.util.Map;
import org.plumbline.program.Program;

/**
 * A program with its buffers, ready to run any number of times.
 *
 * <p>Inputs are bound by reference and read at every run; outputs are overwritten by the next run. Not thread-safe:
 * each thread runs an executable of its own.
 */
public interface Executable {

    Program program();

    Precision precision();

    /**
     * Makes {@code storage} the input {@code name} from the next run on, without copying it.
     *
     * @throws EngineException if there is no such input, or type, precision or size do not fit
     */
    void bind(String name, Storage storage);

    /**
     * Like {@link #bind}, with the promise that the elements stay as they are until the input is bound again: an engine
     * with memory of its own then copies them once instead of at every run.
     */
    default void bindConstant(String name, Storage storage) {
        bind(name, storage);
    }

    /**
     * Runs the program.
     *
     * @throws EngineException if an input is not bound or an index is out of bounds
     */
    void run();

    /**
     * The output {@code name}: the same array after every run.
     *
     * @throws EngineException if there is no such output, or it is an input that is not bound yet
     */
    Storage output(String name);

    /** Bytes of the buffers this executable allocated; bound inputs are not counted. */
    long bufferBytes();

    /** Binds whichever of these inputs the program has; pruned programs need not have them all. */
    default void bindPresent(Map<String, Storage> inputs) {
        inputs.forEach((name, storage) -> {
            if (program().inputs().containsKey(name)) {
                bind(name, storage);
            }
        });
    }

    /** {@linkplain #bindConstant Binds as constant} whichever of these inputs the program has. */
    default void bindPresentConstants(Map<String, Storage> inputs) {
        inputs.forEach((name, storage) -> {
            if (program().inputs().containsKey(name)) {
                bindConstant(name, storage);
            }
        });
    }

    /** The real output {@code name} in double precision. */
    default double[] doubles(String name) {
        return output(name).toDoubles();
    }

    /** The scalar output {@code name}. */
    default double scalar(String name) {
        return switch (output(name)) {
            case Storage.Doubles(double[] array) -> array[0];
            case Storage.Floats(float[] array) -> array[0];
            case Storage.Indices _ -> throw new EngineException("output '" + name + "' holds indices");
        };
    }
}
