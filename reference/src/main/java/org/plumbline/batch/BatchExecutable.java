package org.plumbline.batch;

import java.util.Map;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Storage;
import org.plumbline.program.Program;

/**
 * An executable that reads the parameters of a pipeline and the sequences of a batch.
 *
 * @param stacked the inputs that {@link Batch#copyTo} fills
 */
public record BatchExecutable(Pipeline pipeline, Executable executable, Map<String, Storage> stacked) {

    /**
     * Compiles a program for batches of this one's shape.
     *
     * @param extra further inputs of the program by name
     */
    public static BatchExecutable compile(Pipeline pipeline, Program program, Map<String, Storage> extra, Batch batch) {
        Executable executable = pipeline.compute().engine().compile(program, pipeline.precision());
        Map<String, Storage> stacked = batch.allocate(pipeline.precision());
        executable.bindPresentConstants(pipeline.parameters().storages());
        executable.bindPresentConstants(extra);
        executable.bindPresent(stacked);
        return new BatchExecutable(pipeline, executable, stacked);
    }

    /** Compiles a program whose inputs, where they are named like outputs of this one, are those outputs. */
    public Executable compileNext(Program program) {
        Executable next = pipeline.compute().engine().compile(program, pipeline.precision());
        program.inputs().keySet().stream()
                .filter(executable.program().outputs()::containsKey)
                .forEach(name -> next.bind(name, executable.output(name)));
        return next;
    }

    /** Runs on a batch of the shape that it was compiled for. */
    public void run(Batch batch) {
        batch.copyTo(stacked, pipeline.precision());
        executable.run();
    }
}
