package org.plumbline.curvature;

import java.util.Optional;

/**
 * A curvature that is diagonal in the parameters themselves, {@code C = diag(d)}. With {@code d = E_m[Dθ_m²]} at the
 * model's labels, {@link FactorFit#diagonal}, it is the diagonal Fisher or Gauss–Newton matrix (Becker and LeCun,
 * <em>Improving the Convergence of Back-Propagation Learning with Second Order Methods</em>, 1989). {@code P}
 * operations a product.
 */
public final class DiagonalCurvature implements DiagonalizedCurvature {
    private final BlockSpace space;
    private final double[] diagonal;

    /**
     * @param diagonal flat over the space
     */
    public DiagonalCurvature(BlockSpace space, double[] diagonal) {
        if (diagonal.length != space.dimension()) {
            throw new IllegalArgumentException("a diagonal of " + space.dimension()
                    + " parameters has as many elements, found " + diagonal.length);
        }
        this.space = space;
        this.diagonal = diagonal.clone();
    }

    @Override
    public BlockSpace space() {
        return space;
    }

    @Override
    public double[] diagonal() {
        return diagonal.clone();
    }

    @Override
    public Optional<KroneckerBasis> basis(int i) {
        return Optional.empty();
    }

    @Override
    public double[][] scaledInBasis(double[][] vectors, double[] scale) {
        return scaled(vectors, scale);
    }

    /** {@code scale ⊙ v} for several vectors. */
    static double[][] scaled(double[][] vectors, double[] scale) {
        double[][] products = new double[vectors.length][];
        for (int k = 0; k < vectors.length; k++) {
            products[k] = vectors[k].clone();
            for (int i = 0; i < scale.length; i++) {
                products[k][i] *= scale[i];
            }
        }
        return products;
    }
}
