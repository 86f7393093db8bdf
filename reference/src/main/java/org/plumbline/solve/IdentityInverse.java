package org.plumbline.solve;

import org.plumbline.curvature.BlockSpace;

/**
 * No curvature at all, {@code C + D = I}: scores are then gradient dot products, which is what TracIn (Pruthi et al.,
 * 2020) sums over checkpoints, at a single one.
 */
public record IdentityInverse(BlockSpace space) implements InverseCurvature {

    @Override
    public double[] apply(double[] v) {
        Systems.requireVector(space, v);
        return v.clone();
    }
}
