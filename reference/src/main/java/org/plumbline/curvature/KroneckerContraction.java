package org.plumbline.curvature;

import org.plumbline.linalg.Vectors;

/**
 * A block {@code C [mn, mn]} seen as a linear map between matrices {@code A [n, n]} and {@code S [m, m]}, the
 * rearrangement of Van Loan and Pitsianis (<em>Approximation with Kronecker Products</em>, 1993): its rank-one
 * approximations are the approximations of {@code C} by Kronecker products. {@code 2 m² n²} operations for each
 * product.
 *
 * @param matrix {@code C}, row-major, element {@code (i n + k, j n + l)}
 * @param rows {@code m}
 * @param columns {@code n}
 */
record KroneckerContraction(double[] matrix, int rows, int columns) {

    /** {@code S[i, j] = Σ_kl C[(i, k), (j, l)] A[k, l]}: positive semi-definite if both {@code C} and {@code A} are. */
    double[] overActivation(double[] a) {
        double[] s = new double[rows * rows];
        int size = rows * columns;
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < rows; j++) {
                double sum = 0;
                for (int k = 0; k < columns; k++) {
                    int at = (i * columns + k) * size + j * columns;
                    for (int l = 0; l < columns; l++) {
                        sum += matrix[at + l] * a[k * columns + l];
                    }
                }
                s[i * rows + j] = sum;
            }
        }
        return s;
    }

    /** {@code A[k, l] = Σ_ij C[(i, k), (j, l)] S[i, j]}: positive semi-definite if both {@code C} and {@code S} are. */
    double[] overGradient(double[] s) {
        double[] a = new double[columns * columns];
        int size = rows * columns;
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < rows; j++) {
                double weight = s[i * rows + j];
                for (int k = 0; k < columns; k++) {
                    int at = (i * columns + k) * size + j * columns;
                    for (int l = 0; l < columns; l++) {
                        a[k * columns + l] += matrix[at + l] * weight;
                    }
                }
            }
        }
        return a;
    }

    static double[] identity(int n) {
        double[] identity = new double[n * n];
        for (int i = 0; i < n; i++) {
            identity[i * n + i] = 1;
        }
        return identity;
    }

    static double trace(double[] matrix, int n) {
        double trace = 0;
        for (int i = 0; i < n; i++) {
            trace += matrix[i * n + i];
        }
        return trace;
    }

    /** {@code x / factor}, or {@code x} itself where that is zero. */
    static double[] divided(double[] x, double factor) {
        double[] quotient = x.clone();
        if (factor != 0) {
            Vectors.scale(1 / factor, quotient);
        }
        return quotient;
    }
}
