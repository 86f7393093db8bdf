package org.plumbline.batch;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Storage;
import org.plumbline.program.Program;

/**
 * A program at the labels of the data, run on batches by any number of threads. Threads borrow executables, so a run
 * never waits and never shares a buffer.
 */
public final class BatchRuns {
    private final Pipeline pipeline;
    private final Function<BatchShape, Program> programs;
    private final Map<String, Storage> extra;
    private final Map<BatchShape, Program> built = new ConcurrentHashMap<>();
    private final ExecutablePool<BatchShape, BatchExecutable> pool = new ExecutablePool<>();

    /**
     * @param programs the program for each shape of batch
     * @param extra further inputs of the program by name
     */
    BatchRuns(Pipeline pipeline, Function<BatchShape, Program> programs, Map<String, Storage> extra) {
        this.pipeline = pipeline;
        this.programs = programs;
        this.extra = extra;
    }

    /** With a contraction of what the layers see at the labels of the data. */
    public static BatchRuns of(Pipeline pipeline, Contraction contraction, Map<String, Storage> extra) {
        return new BatchRuns(pipeline, shape -> TokenPrograms.atTrainingLabels(
                pipeline.model(), pipeline.layers(), shape, contraction), extra);
    }

    /** Calls {@code results} with the executable after it has run on the batch. */
    public void run(Batch batch, Consumer<Executable> results) {
        pool.borrow(batch.shape(), () -> compile(batch), bound -> {
            bound.run(batch);
            results.accept(bound.executable());
        });
    }

    private BatchExecutable compile(Batch batch) {
        return BatchExecutable.compile(pipeline, built.computeIfAbsent(batch.shape(), programs), extra, batch);
    }
}
