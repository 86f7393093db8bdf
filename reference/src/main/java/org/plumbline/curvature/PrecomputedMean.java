package org.plumbline.curvature;

import org.plumbline.engine.Workers;

/**
 * A finite sum whose mean is at hand, as a dense matrix say: products with the whole are with that, those with fewer
 * examples with the summands. Up to the rounding of the mean it is the sum itself.
 *
 * @param mean {@code C}
 * @param sum what it is the mean of
 */
public record PrecomputedMean(Curvature mean, FiniteSumCurvature sum) implements FiniteSumCurvature {

    /**
     * @throws IllegalArgumentException if the two are of different spaces
     */
    public PrecomputedMean {
        if (!mean.space().equals(sum.space())) {
            throw new IllegalArgumentException("found a mean of " + mean.space().dimension()
                    + " parameters, expected one on the blocks of the sum, " + sum.space().dimension());
        }
    }

    @Override
    public BlockSpace space() {
        return sum.space();
    }

    @Override
    public int examples() {
        return sum.examples();
    }

    @Override
    public double[] apply(double[] v) {
        return mean.apply(v);
    }

    @Override
    public double[][] applyAll(double[][] vectors) {
        return mean.applyAll(vectors);
    }

    /** Subsets are asked for without repetition: as many as there are examples are all of them. */
    @Override
    public Curvature on(int... subset) {
        return subset.length == examples() ? mean : sum.on(subset);
    }

    @Override
    public Workers workers() {
        return sum.workers();
    }
}
