package org.plumbline.curvature;

import org.plumbline.linalg.Vectors;

/**
 * The empirical Fisher matrix {@code 1/N Σ_m g_m g_mᵀ} of gradients at the training labels, as an operator. It is
 * another matrix than the Fisher and no approximation of it (Kunstner, Balles and Hennig, <em>Limitations of the
 * Empirical Fisher Approximation</em>, 2019): near an optimum its scale follows the residuals. {@code 4 N P} operations
 * a product.
 */
public final class EmpiricalFisher implements Curvature {
    private final BlockSpace space;
    private final double[][] gradients;

    /**
     * @param gradients {@code ∇L} of each training sequence, kept and not copied
     * @throws IllegalArgumentException if there are none, or one does not fit the space
     */
    public EmpiricalFisher(BlockSpace space, double[][] gradients) {
        if (gradients.length == 0) {
            throw new IllegalArgumentException("an empirical Fisher matrix needs at least one gradient, found none");
        }
        for (double[] gradient : gradients) {
            if (gradient.length != space.dimension()) {
                throw new IllegalArgumentException("found a gradient of " + gradient.length + " elements, expected "
                        + space.dimension());
            }
        }
        this.space = space;
        this.gradients = gradients;
    }

    @Override
    public BlockSpace space() {
        return space;
    }

    @Override
    public double[] apply(double[] v) {
        double[] product = new double[v.length];
        for (double[] gradient : gradients) {
            Vectors.axpy(Vectors.dot(gradient, v) / gradients.length, gradient, product);
        }
        return product;
    }
}
