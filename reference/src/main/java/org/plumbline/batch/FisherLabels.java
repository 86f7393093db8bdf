package org.plumbline.batch;

import org.plumbline.random.RandomStreams;

/**
 * Which labels the pseudo-gradients of a Fisher matrix are taken at. Inputs are always the true ones: a sampled
 * label is never fed back.
 */
public sealed interface FisherLabels {

    /**
     * Labels drawn from the model, {@code draws} independent ones a position: unbiased, error {@code ~ 1/√draws}. A
     * draw depends on the seed, the sequence's index and the position alone, not on padding, batches or threads.
     */
    record Sampled(long seed, int draws) implements FisherLabels {
        public Sampled {
            requireDraws(draws);
        }
    }

    /**
     * The exact expectation over the model's labels: for each loss position one pseudo-gradient for each column of a
     * square root of the loss's Hessian in the outputs, {@code √p_c (e_c − p)} for cross-entropy, or in what a narrower
     * output layer reads. Costs a backward pass for each position and column.
     */
    record Expectation() implements FisherLabels {}

    /**
     * Columns of that square root summed with an independent random sign for each sequence, position and class:
     * unbiased, with less variance than sampled labels where classes are many.
     */
    record RandomSigns(long seed, int draws) implements FisherLabels {
        public RandomSigns {
            requireDraws(draws);
        }
    }

    /**
     * The training labels: the <em>empirical</em> Fisher, which is another matrix and no approximation of the Fisher.
     */
    record Training() implements FisherLabels {}

    /**
     * Labels of the same kind whose draws are independent of these. Eigenvalues are fitted at fresh labels: in a basis
     * that was fitted at the same draws, the leading directions are those in which the draws happen to be long, and
     * second moments along them are biased upward.
     */
    default FisherLabels fresh() {
        return switch (this) {
            case Sampled(long seed, int draws) -> new Sampled(freshSeed(seed), draws);
            case RandomSigns(long seed, int draws) -> new RandomSigns(freshSeed(seed), draws);
            case Expectation _, Training _ -> this;
        };
    }

    private static long freshSeed(long seed) {
        return RandomStreams.of(seed, "labels of the second pass", 0).nextLong();
    }

    private static void requireDraws(int draws) {
        if (draws < 1) {
            throw new IllegalArgumentException("at least one draw is needed, found " + draws);
        }
    }
}
