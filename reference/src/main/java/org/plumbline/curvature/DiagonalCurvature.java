package org.plumbline.curvature;

/**
 * A curvature that is diagonal in the parameters themselves, {@code C = diag(d)}. With {@code d = E_m[Dθ_m²]} at the
 * model's labels, {@link FactorFit#diagonal}, it is the diagonal Fisher or Gauss–Newton matrix (Becker and LeCun,
 * <em>Improving the Convergence of Back-Propagation Learning with Second Order Methods</em>, 1989). {@code P}
 * operations a product.
 */
public final class DiagonalCurvature implements Curvature {
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

    /** The diagonal, flat over the space. */
    public double[] diagonal() {
        return diagonal.clone();
    }

    @Override
    public double[] apply(double[] v) {
        double[] product = v.clone();
        for (int i = 0; i < product.length; i++) {
            product[i] *= diagonal[i];
        }
        return product;
    }
}
