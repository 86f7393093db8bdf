package org.plumbline.train;

import java.util.List;
import org.plumbline.batch.BatchShape;
import org.plumbline.engine.MemoryEstimate;
import org.plumbline.model.Model;

/** Bytes that a training holds at one time and leaves on disk, without allocating any of them. */
public final class TrainingMemory {
    /** Of an example: its tokens twice, as inputs and as labels, and its mask. */
    private static final int BYTES_PER_POSITION = 2 * Integer.BYTES + 1;

    private TrainingMemory() {}

    /**
     * The vectors of {@link Trainer} in double precision (parameters, gradient, moments, and the copy that a state
     * begins and ends as), the parameters that programs read, and the programs of each thread.
     *
     * @param length positions of an example
     */
    public static long heapBytes(Model model, TrainingConfig config, int length, int threads) {
        BatchShape shape = new BatchShape(Math.min(config.microBatchSize(), config.batchSize()), length, true);
        List<String> parameters = List.copyOf(model.space().shapes().keySet());
        List<String> read = parameters.stream().filter(model.loss(length).inputs()::containsKey).toList();
        long programs = threads
                * MemoryEstimate.bufferBytes(LossPrograms.gradient(model, shape, read), config.precision());
        return vectors(model, config) + programs;
    }

    /** The part of {@link #heapBytes} that depends on the number of parameters alone: no program is built for it. */
    public static long vectors(Model model, TrainingConfig config) {
        long size = model.space().size();
        return size * ((3L + config.optimizer().moments().size()) * Double.BYTES + 2L * config.precision().bytes());
    }

    /** The examples of a corpus. */
    public static long examples(long sequences, int length) {
        return sequences * length * BYTES_PER_POSITION;
    }

    /** A checkpoint and its successor, and the model. */
    public static long diskBytes(Model model, TrainingConfig config) {
        long size = model.space().size();
        return size * (2L * (1 + config.optimizer().moments().size()) * Double.BYTES + config.precision().bytes());
    }
}
