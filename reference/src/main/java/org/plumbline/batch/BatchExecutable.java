package org.plumbline.batch;

import java.util.Map;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Storage;
import org.plumbline.program.Program;

/**
 * An executable that reads the constants of a fold and the sequences of a batch.
 *
 * @param stacked the inputs that {@link Batch#copyTo} fills
 */
public record BatchExecutable(FoldContext context, Executable executable, Map<String, Storage> stacked) {

    /**
     * Compiles a program for batches of this one's shape.
     *
     * @param extra further inputs of the program by name
     */
    public static BatchExecutable compile(
            FoldContext context, Program program, Map<String, Storage> extra, Batch batch) {
        Executable executable = context.compute().engine().compile(program, context.precision());
        Map<String, Storage> stacked = batch.allocate(context.precision());
        executable.bindPresentConstants(context.constants());
        executable.bindPresentConstants(extra);
        executable.bindPresent(stacked);
        return new BatchExecutable(context, executable, stacked);
    }

    /** Compiles a program whose inputs, where they are named like outputs of this one, are those outputs. */
    public Executable compileNext(Program program) {
        Executable next = context.compute().engine().compile(program, context.precision());
        program.inputs().keySet().stream()
                .filter(executable.program().outputs()::containsKey)
                .forEach(name -> next.bind(name, executable.output(name)));
        return next;
    }

    /** Runs on a batch of the shape that it was compiled for. */
    public void run(Batch batch) {
        batch.copyTo(stacked, context.precision());
        executable.run();
    }
}
