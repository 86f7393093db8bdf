package org.plumbline.verification.laws;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.plumbline.linalg.SymmetricEigen;
import org.plumbline.linalg.Vectors;

/** Plain arithmetic on small flat row-major matrices, written out so that laws do not borrow from what they test. */
public final class Dense {
    private Dense() {}

    /** {@code X Y} for {@code X [m, k]}, {@code Y [k, n]}. */
    public static double[] multiply(double[] x, double[] y, int k) {
        int m = x.length / k;
        int n = y.length / k;
        double[] product = new double[m * n];
        for (int i = 0; i < m; i++) {
            for (int l = 0; l < k; l++) {
                for (int j = 0; j < n; j++) {
                    product[i * n + j] += x[i * k + l] * y[l * n + j];
                }
            }
        }
        return product;
    }

    /** {@code Xᵀ} for {@code X [rows, columns]}. */
    public static double[] transpose(double[] x, int rows, int columns) {
        double[] transposed = new double[x.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                transposed[j * rows + i] = x[i * columns + j];
            }
        }
        return transposed;
    }

    /** {@code target += weight · v vᵀ}. */
    public static void addOuter(double[] target, double weight, double[] v) {
        for (int i = 0; i < v.length; i++) {
            for (int j = 0; j < v.length; j++) {
                target[i * v.length + j] += weight * v[i] * v[j];
            }
        }
    }

    /** {@code x + factor · y}, new. */
    public static double[] plus(double[] x, double factor, double[] y) {
        double[] sum = x.clone();
        Vectors.axpy(factor, y, sum);
        return sum;
    }

    /** {@code factor · x}, new. */
    public static double[] times(double factor, double[] x) {
        double[] scaled = x.clone();
        Vectors.scale(factor, scaled);
        return scaled;
    }

    /** {@code (X + Xᵀ)/2} of a square matrix. */
    public static double[] symmetric(double[] matrix) {
        int n = (int) Math.round(Math.sqrt(matrix.length));
        return times(0.5, plus(matrix, 1, transpose(matrix, n, n)));
    }

    public static double trace(double[] matrix) {
        return Arrays.stream(diagonal(matrix)).sum();
    }

    public static double[] diagonal(double[] matrix) {
        int n = (int) Math.round(Math.sqrt(matrix.length));
        return IntStream.range(0, n).mapToDouble(i -> matrix[i * n + i]).toArray();
    }

    /** The {@code n} eigenvalues of a symmetric matrix, ascending. */
    public static double[] eigenvalues(double[] matrix) {
        return SymmetricEigen.of(matrix, (int) Math.round(Math.sqrt(matrix.length))).values();
    }

    /** The matrix plus {@code damping} on its diagonal, new. */
    public static double[] damped(double[] matrix, double damping) {
        double[] damped = matrix.clone();
        int n = (int) Math.round(Math.sqrt(matrix.length));
        for (int i = 0; i < n; i++) {
            damped[i * n + i] += damping;
        }
        return damped;
    }

    /** Asserts {@code ‖found − expected‖ ≤ tolerance · ‖expected‖}. */
    public static void assertClose(String what, double[] expected, double[] found, double tolerance) {
        assertWithin(what, expected, found, tolerance * Vectors.norm(expected));
    }

    /** Asserts {@code ‖found − expected‖ ≤ bound}; a {@code NaN} fails. */
    public static void assertWithin(String what, double[] expected, double[] found, double bound) {
        assertTrue(found.length == expected.length,
                () -> what + ": found " + found.length + " numbers, expected " + expected.length);
        double error = Vectors.norm(plus(found, -1, expected));
        assertTrue(error <= bound, () -> what + ": differs by " + error + " from a norm of " + Vectors.norm(expected)
                + ", allowed are " + bound);
    }

    /** Asserts {@code |found − expected| ≤ bound}; a {@code NaN} fails. */
    public static void assertWithin(String what, double expected, double found, double bound) {
        assertWithin(what, new double[] {expected}, new double[] {found}, bound);
    }
}
