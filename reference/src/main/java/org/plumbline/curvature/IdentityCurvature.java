package org.plumbline.curvature;

import java.util.Arrays;
import java.util.Optional;

/**
 * The identity: no curvature at all. Its relative damping is zero, so that the inverse is the identity too, and a score
 * is the dot product of two gradients.
 */
public record IdentityCurvature(BlockSpace space) implements DiagonalizedCurvature {

    @Override
    public double[] diagonal() {
        double[] ones = new double[space.dimension()];
        Arrays.fill(ones, 1);
        return ones;
    }

    @Override
    public Optional<KroneckerBasis> basis(int i) {
        return Optional.empty();
    }

    @Override
    public double[][] scaledInBasis(double[][] vectors, double[] scale) {
        return DiagonalCurvature.scaled(vectors, scale);
    }

    @Override
    public Damping damping(double factor) {
        return Damping.absolute(space, 0);
    }
}
