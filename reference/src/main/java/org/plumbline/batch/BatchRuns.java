package org.plumbline.batch;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.ObjIntConsumer;
import org.plumbline.engine.Executable;
import org.plumbline.engine.MemoryEstimate;
import org.plumbline.engine.Storage;
import org.plumbline.program.Program;

/**
 * A program over the sequences of a batch, for each shape of batch, run by any number of threads. Threads borrow
 * executables, so a run never waits and never shares a buffer.
 */
public final class BatchRuns {
    private final FoldContext context;
    private final Function<BatchShape, Program> programs;
    private final Map<String, Storage> extra;
    private final Map<BatchShape, Program> built = new ConcurrentHashMap<>();
    private final ExecutablePool<BatchShape, BatchExecutable> pool;

    /**
     * @param programs the program for each shape of batch
     * @param extra further inputs of the program by name
     */
    public BatchRuns(FoldContext context, Function<BatchShape, Program> programs, Map<String, Storage> extra) {
        this.context = context;
        this.programs = programs;
        this.extra = extra;
        this.pool = new ExecutablePool<>(context.compute().workers().threads(),
                shape -> MemoryEstimate.bufferBytes(program(shape), context.precision()));
    }

    /** With a contraction of what the layers see at the labels of the data. */
    public static BatchRuns of(Pipeline pipeline, Contraction contraction, Map<String, Storage> extra) {
        return new BatchRuns(pipeline, shape -> TokenPrograms.atTrainingLabels(
                pipeline.model(), pipeline.layers(), shape, contraction), extra);
    }

    /** Calls {@code results} with the executable after it has run on the batch. */
    public void run(Batch batch, Consumer<Executable> results) {
        run(batch, Map.of(), results);
    }

    /**
     * As {@link #run(Batch, Consumer)}.
     *
     * @param inputs of this run alone, by name; those that the program does not read are passed over
     */
    public void run(Batch batch, Map<String, Storage> inputs, Consumer<Executable> results) {
        ExecutablePool.Loan<BatchExecutable> done = start(batch, inputs);
        results.accept(done.executable().executable());
        done.giveBack();
    }

    /**
     * Runs on the batches in any thread and merges what they gave in their order. A thread keeps its executable until
     * it has merged, so results are read where they were written, and there are no more executables than threads.
     *
     * @param batches the batch of each number below {@code count}
     * @param inputs of these runs alone, by name
     * @param merge called with the number of each batch and the executable that has run on it, one at a time
     */
    public void inOrder(
            int count, IntFunction<Batch> batches, Map<String, Storage> inputs, ObjIntConsumer<Executable> merge) {
        int[] next = {0};
        OrderedFold.run(context.compute().workers(), 0, count, i -> start(batches.apply(i), inputs), done -> {
            merge.accept(done.executable().executable(), next[0]++);
            done.giveBack();
        });
    }

    private ExecutablePool.Loan<BatchExecutable> start(Batch batch, Map<String, Storage> inputs) {
        ExecutablePool.Loan<BatchExecutable> loan = pool.lend(batch.shape(), () -> compile(batch));
        loan.executable().executable().bindPresent(inputs);
        loan.executable().run(batch);
        return loan;
    }

    private Program program(BatchShape shape) {
        return built.computeIfAbsent(shape, programs);
    }

    private BatchExecutable compile(Batch batch) {
        return BatchExecutable.compile(context, program(batch.shape()), extra, batch);
    }
}
