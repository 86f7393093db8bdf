package org.plumbline.solve;

import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.FittedCurvature;

/**
 * A dense positive semi-definite curvature, inverted by {@link DenseInverse}: the exact Gauss–Newton matrix, or its
 * blocks on the diagonal alone.
 */
public record CholeskyCurvature(DenseCurvature matrix) implements FittedCurvature {

    @Override
    public BlockSpace space() {
        return matrix.space();
    }

    @Override
    public double[] apply(double[] v) {
        return matrix.apply(v);
    }

    @Override
    public double[][] applyAll(double[][] vectors) {
        return matrix.applyAll(vectors);
    }

    @Override
    public Damping damping(double factor) {
        return Damping.relativeToSemiDefinite(space(), factor, matrix.diagonal());
    }

    @Override
    public DenseInverse inverse(Damping damping) {
        return DenseInverse.of(matrix, damping);
    }
}
