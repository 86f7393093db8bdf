package org.plumbline.audit;

import org.plumbline.random.RandomStreams;

/**
 * Norms of matrices that are known by their products alone. For {@code v} of independent standard normal numbers
 * {@code E‖Mv‖² = ‖M‖_F²}, so that a few products in {@code n²} operations tell what a product of matrices in
 * {@code n³} would. The mean of {@value #COUNT} is below a tenth of its expectation with a probability of less than
 * 10⁻³, and a defect is orders of magnitude above rounding.
 */
final class Probes {
    static final int COUNT = 8;

    private Probes() {}

    /** A product with a vector. */
    @FunctionalInterface
    interface Product {
        double[] of(double[] v);
    }

    /** {@code ‖M‖_F} of an {@code n × n} matrix, estimated. */
    static double frobenius(int n, Product matrix) {
        double sum = 0;
        for (int k = 0; k < COUNT; k++) {
            var random = RandomStreams.of(0, "audit probe", k);
            double[] v = new double[n];
            for (int i = 0; i < n; i++) {
                v[i] = random.nextGaussian();
            }
            for (double element : matrix.of(v)) {
                sum += element * element;
            }
        }
        return Math.sqrt(sum / COUNT);
    }

    /** {@code M v}. */
    static double[] times(double[] matrix, double[] v) {
        int n = v.length;
        double[] product = new double[n];
        for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int j = 0; j < n; j++) {
                sum += matrix[i * n + j] * v[j];
            }
            product[i] = sum;
        }
        return product;
    }

    /** {@code Mᵀ v}. */
    static double[] transposedTimes(double[] matrix, double[] v) {
        int n = v.length;
        double[] product = new double[n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                product[j] += matrix[i * n + j] * v[i];
            }
        }
        return product;
    }
}
