package org.plumbline.audit;

/** Small products, spelled out: the tests' own, so that they share nothing with what they test. */
final class Matrix {
    private Matrix() {}

    /** {@code X Y} of {@code [a, b]} and {@code [b, c]}. */
    static double[] times(double[] x, double[] y, int b) {
        int a = x.length / b;
        int c = y.length / b;
        double[] product = new double[a * c];
        for (int i = 0; i < a; i++) {
            for (int j = 0; j < c; j++) {
                for (int k = 0; k < b; k++) {
                    product[i * c + j] += x[i * b + k] * y[k * c + j];
                }
            }
        }
        return product;
    }

    /** {@code Xᵀ} of {@code [rows, columns]}. */
    static double[] transpose(double[] x, int columns) {
        int rows = x.length / columns;
        double[] transposed = new double[x.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                transposed[j * rows + i] = x[i * columns + j];
            }
        }
        return transposed;
    }

    static double[] times(double factor, double[] x) {
        double[] product = x.clone();
        for (int i = 0; i < x.length; i++) {
            product[i] *= factor;
        }
        return product;
    }
}
