package org.plumbline.solve;

import java.util.Arrays;
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

    /** An entry of the diagonal below zero is there by rounding, and counts as zero. */
    @Override
    public Damping damping(double factor) {
        double[] diagonal = matrix.diagonal();
        Arrays.setAll(diagonal, i -> Math.max(0, diagonal[i]));
        return Damping.relative(space(), factor, diagonal);
    }

    @Override
    public DenseInverse inverse(Damping damping) {
        return DenseInverse.of(matrix, damping);
    }
}
