package org.plumbline.curvature;

import org.plumbline.linalg.Vectors;

/**
 * {@code C = U diag(θ) Uᵀ} with orthonormal {@code U [P, r]}: zero outside the space of {@code U}. {@code 4 r P}
 * operations a product.
 */
public final class LowRankCurvature implements Curvature {
    private final BlockSpace space;
    private final double[][] vectors;
    private final double[] values;

    /**
     * @param vectors the columns of {@code U}, orthonormal, each a flat vector of the space; kept and not copied
     * @param values {@code θ}, one for each
     * @throws IllegalArgumentException if their numbers differ or a vector does not fit the space
     */
    public LowRankCurvature(BlockSpace space, double[][] vectors, double[] values) {
        if (vectors.length != values.length) {
            throw new IllegalArgumentException("found " + values.length + " eigenvalues for " + vectors.length
                    + " eigenvectors, expected as many");
        }
        for (double[] vector : vectors) {
            if (vector.length != space.dimension()) {
                throw new IllegalArgumentException("found an eigenvector of " + vector.length + " elements, expected "
                        + space.dimension());
            }
        }
        this.space = space;
        this.vectors = vectors.clone();
        this.values = values.clone();
    }

    @Override
    public BlockSpace space() {
        return space;
    }

    /** {@code r}. */
    public int rank() {
        return values.length;
    }

    /** Column {@code k} of {@code U}; not a copy. */
    public double[] vector(int k) {
        return vectors[k];
    }

    /** {@code θ}, a copy. */
    public double[] values() {
        return values.clone();
    }

    @Override
    public double[] apply(double[] v) {
        double[] product = new double[v.length];
        for (int k = 0; k < values.length; k++) {
            Vectors.axpy(values[k] * Vectors.dot(vectors[k], v), vectors[k], product);
        }
        return product;
    }

    /** {@code Σ_k θ_k u_k²}, of length {@code P}. */
    public double[] diagonal() {
        double[] diagonal = new double[space.dimension()];
        for (int k = 0; k < values.length; k++) {
            for (int i = 0; i < diagonal.length; i++) {
                diagonal[i] += values[k] * (vectors[k][i] * vectors[k][i]);
            }
        }
        return diagonal;
    }
}
