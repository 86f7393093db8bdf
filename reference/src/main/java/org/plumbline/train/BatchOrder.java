package org.plumbline.train;

import java.util.Arrays;
import org.plumbline.random.RandomStreams;

/**
 * Which examples each step sees: every epoch visits each example once, in an order of its own (Fisher–Yates), cut into
 * batches of which the last may be smaller. A function of seed and step alone, so that training can resume anywhere.
 */
final class BatchOrder {
    private final int examples;
    private final int batchSize;
    private final long seed;
    private int[] order = new int[0];
    private long epochOfOrder = -1;

    BatchOrder(int examples, int batchSize, long seed) {
        this.examples = examples;
        this.batchSize = Math.min(batchSize, examples);
        this.seed = seed;
    }

    long batchesPerEpoch() {
        return Math.ceilDiv(examples, batchSize);
    }

    /** Numbers of the examples of a step, which is counted from 1. */
    int[] batch(long step) {
        long epoch = (step - 1) / batchesPerEpoch();
        if (epoch != epochOfOrder) {
            order = RandomStreams.permutation(
                    RandomStreams.of(seed, "order of the examples", epoch), examples);
            epochOfOrder = epoch;
        }
        int from = (int) ((step - 1) % batchesPerEpoch()) * batchSize;
        return Arrays.copyOfRange(order, from, Math.min(examples, from + batchSize));
    }
}
