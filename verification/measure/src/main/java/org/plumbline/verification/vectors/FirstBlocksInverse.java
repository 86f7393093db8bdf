package org.plumbline.verification.vectors;

import java.util.Arrays;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.InverseCurvature;

/**
 * An inverse on the first blocks of a space, and zero on the others: what an estimator gives that says nothing of them.
 *
 * @param inverse on a space whose blocks are the first of {@code space}
 */
record FirstBlocksInverse(BlockSpace space, InverseCurvature inverse) implements InverseCurvature {
    @Override
    public double[] apply(double[] v) {
        double[] first = inverse.apply(Arrays.copyOf(v, inverse.space().dimension()));
        return Arrays.copyOf(first, space.dimension());
    }
}
