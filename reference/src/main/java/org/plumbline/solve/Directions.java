package org.plumbline.solve;

import java.util.Arrays;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.linalg.SymmetricEigen;
import org.plumbline.linalg.Vectors;

/**
 * Search directions {@code P} of block conjugate gradients with their products {@code W = BP}, orthonormal in the inner
 * product of {@code B}: {@code PᵀW = I}.
 */
final class Directions {
    /** Below this share of the largest, an eigenvalue of {@code PᵀBP} with unit diagonal is a dependence. */
    private static final double DEPENDENT = 1e-11;

    private final double[][] p;
    private final double[][] w;

    private Directions(double[][] p, double[][] w) {
        this.p = p;
        this.w = w;
    }

    /** None. */
    static Directions none() {
        return new Directions(new double[0][], new double[0][]);
    }

    /**
     * Orthonormal ones that span the same, but for what is linearly dependent to rounding: a block then has fewer, and
     * does not break down (Ji and Li, <em>A Breakdown-Free Block Conjugate Gradient Method</em>, 2017).
     *
     * @param vectors any
     * @param products of {@code B} with each
     */
    static Directions orthonormal(double[][] vectors, double[][] products) {
        int m = vectors.length;
        double[] scale = new double[m];
        for (int i = 0; i < m; i++) {
            double square = Vectors.dot(vectors[i], products[i]);
            scale[i] = square > 0 ? 1 / Math.sqrt(square) : 0;
        }
        double[] gram = new double[m * m];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j <= i; j++) {
                gram[i * m + j] = scale[i] * scale[j] * (i == j
                        ? Vectors.dot(vectors[i], products[i])
                        : (Vectors.dot(vectors[i], products[j]) + Vectors.dot(vectors[j], products[i])) / 2);
                gram[j * m + i] = gram[i * m + j];
            }
        }
        SymmetricEigen eigen = SymmetricEigen.of(gram, m);
        double[] values = eigen.values();
        double[] basis = eigen.vectors();
        int first = 0;
        while (first < m && !(values[first] > DEPENDENT * values[m - 1])) {
            first++;
        }
        double[][] p = new double[m - first][vectors[0].length];
        double[][] w = new double[m - first][vectors[0].length];
        for (int k = first; k < m; k++) {
            for (int i = 0; i < m; i++) {
                double coefficient = scale[i] * basis[i * m + k] / Math.sqrt(values[k]);
                Vectors.axpy(coefficient, vectors[i], p[k - first]);
                Vectors.axpy(coefficient, products[i], w[k - first]);
            }
        }
        return new Directions(p, w);
    }

    boolean isEmpty() {
        return p.length == 0;
    }

    /** {@code x ← x + P Pᵀr} and {@code r ← r − W Pᵀr}: the best step within these directions. */
    void step(double[] x, double[] r) {
        double[] coefficients = new double[p.length];
        Arrays.setAll(coefficients, k -> Vectors.dot(p[k], r));
        for (int k = 0; k < p.length; k++) {
            Vectors.axpy(coefficients[k], p[k], x);
            Vectors.axpy(-coefficients[k], w[k], r);
        }
    }

    /** {@code z ← z − P Wᵀz}: conjugate to these directions. */
    void conjugate(double[] z) {
        double[] coefficients = new double[p.length];
        Arrays.setAll(coefficients, k -> Vectors.dot(w[k], z));
        for (int k = 0; k < p.length; k++) {
            Vectors.axpy(-coefficients[k], p[k], z);
        }
    }

    /**
     * The {@code z = Py} for which {@code 2 rᵀz − zᵀBz + (r − Bz)ᵀD⁻¹(r − Bz)} is smallest:
     * {@code (WᵀD⁻¹W − I) y = WᵀD⁻¹r − Pᵀr}. What comes of it bounds {@code rᵀB⁻¹r} for any {@code y}, so nothing
     * depends on how well this is solved.
     *
     * @return zero where some damping vanishes
     */
    double[] towards(BlockSpace space, Damping damping, double[] r) {
        double[] z = new double[r.length];
        if (isEmpty() || !(damping.smallest() > 0)) {
            return z;
        }
        int m = p.length;
        double[] shift = damping.diagonal(space);
        double[] system = new double[m * m];
        double[] right = new double[m];
        for (int i = 0; i < m; i++) {
            double[] weighted = w[i].clone();
            for (int j = 0; j < weighted.length; j++) {
                weighted[j] /= shift[j];
            }
            right[i] = Vectors.dot(weighted, r) - Vectors.dot(p[i], r);
            for (int j = 0; j <= i; j++) {
                system[i * m + j] = Vectors.dot(weighted, w[j]) - (i == j ? 1 : 0);
                system[j * m + i] = system[i * m + j];
            }
        }
        SymmetricEigen eigen = SymmetricEigen.of(system, m);
        double smallest = DEPENDENT * Math.max(eigen.values()[m - 1], 1);
        double[] y = eigen.apply(value -> value > smallest ? 1 / value : 0, right);
        for (int k = 0; k < m; k++) {
            Vectors.axpy(y[k], p[k], z);
        }
        return z;
    }
}
