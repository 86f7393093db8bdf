package org.plumbline.solve;

import org.plumbline.curvature.BlockSpace;

/** No curvature at all, {@code C + D = I}: scores are then gradient dot products. */
public record IdentityInverse(BlockSpace space) implements InverseCurvature {

    @Override
    public double[] apply(double[] v) {
        Systems.requireVector(space, v);
        return v.clone();
    }
}
