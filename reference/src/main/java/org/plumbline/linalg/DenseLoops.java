package org.plumbline.linalg;

import java.util.Arrays;
import org.plumbline.engine.vector.VectorSupport;

/**
 * The three loops in which an eigendecomposition spends its time. Two of them the virtual machine does not vectorize by
 * itself: they use the Vector API where there is one, and beside each stands its plain form, which defines it and takes
 * its place where there is none.
 */
final class DenseLoops {

    private DenseLoops() {}

    /**
     * {@code Y ← Y + F X}, row by row: {@code y[i][j] += Σ_p f[i][p] · x[p][j]} for {@code from ≤ i < to},
     * {@code first ≤ p < last} and {@code j < n}. The virtual machine vectorizes the loop over two rows of {@code Y}
     * and four of {@code X}, which have to be arrays of their own for that.
     */
    static void addProduct(double[][] y, int from, int to, double[][] f, double[][] x, int first, int last, int n) {
        int pairs = to - (to - from) % 2;
        int fours = last - (last - first) % 4;
        for (int i = from; i < pairs; i += 2) {
            for (int p = first; p < fours; p += 4) {
                addFour(y[i], y[i + 1], f[i], f[i + 1], p, x[p], x[p + 1], x[p + 2], x[p + 3], n);
            }
            for (int p = fours; p < last; p++) {
                axpy(f[i][p], x[p], y[i], n);
                axpy(f[i + 1][p], x[p], y[i + 1], n);
            }
        }
        for (int i = pairs; i < to; i++) {
            for (int p = first; p < last; p++) {
                axpy(f[i][p], x[p], y[i], n);
            }
        }
    }

    private static void addFour(double[] y, double[] z, double[] f, double[] g, int p, double[] a, double[] b,
            double[] c, double[] d, int n) {
        double f0 = f[p];
        double f1 = f[p + 1];
        double f2 = f[p + 2];
        double f3 = f[p + 3];
        double g0 = g[p];
        double g1 = g[p + 1];
        double g2 = g[p + 2];
        double g3 = g[p + 3];
        for (int j = 0; j < n; j++) {
            double aj = a[j];
            double bj = b[j];
            double cj = c[j];
            double dj = d[j];
            y[j] = Math.fma(f3, dj, Math.fma(f2, cj, Math.fma(f1, bj, Math.fma(f0, aj, y[j]))));
            z[j] = Math.fma(g3, dj, Math.fma(g2, cj, Math.fma(g1, bj, Math.fma(g0, aj, z[j]))));
        }
    }

    /** {@code y ← y + αx} for the first {@code n} elements. */
    static void axpy(double alpha, double[] x, double[] y, int n) {
        for (int j = 0; j < n; j++) {
            y[j] = Math.fma(alpha, x[j], y[j]);
        }
    }

    /**
     * {@code y = A x} for the symmetric matrix whose row {@code i} begins with the {@code i + 1} elements of
     * {@code rows[i]}; of {@code x} and {@code y} the first {@code n} elements.
     */
    static void symmetricProduct(double[][] rows, double[] x, double[] y, int n) {
        if (VectorSupport.isAvailable()) {
            VectorTriangle.multiply(rows, x, y, n);
        } else {
            plainSymmetricProduct(rows, x, y, n);
        }
    }

    static void plainSymmetricProduct(double[][] rows, double[] x, double[] y, int n) {
        Arrays.fill(y, 0, n, 0);
        for (int i = 0; i < n; i++) {
            axpy(x[i], rows[i], y, i);
            y[i] = Vectors.rangeDot(rows[i], x, 0, i + 1);
        }
    }

    /**
     * Two upward sweeps of plane rotations, the second a row behind the first: step {@code k} rotates rows
     * {@code row − k} and {@code row − k + 1} by angle {@code one + k}, then rows {@code row − k + 1} and
     * {@code row − k + 2} by angle {@code two + k}. Both forms give the same bits.
     *
     * @param x a matrix of {@code width} columns, a multiple of 32
     */
    static void sweepTwice(double[] x, int width, int row, int steps, double[] cosine, double[] sine, int one,
            int two) {
        if (VectorSupport.isAvailable()) {
            VectorRotations.sweepTwice(x, width, row, steps, cosine, sine, one, two);
        } else {
            plainSweepTwice(x, width, row, steps, cosine, sine, one, two);
        }
    }

    static void plainSweepTwice(double[] x, int width, int row, int steps, double[] cosine, double[] sine, int one,
            int two) {
        for (int k = 0; k < steps; k++) {
            rotate(x, width, row - k, cosine[one + k], sine[one + k]);
            rotate(x, width, row - k + 1, cosine[two + k], sine[two + k]);
        }
    }

    /** Rotates rows {@code row} and {@code row + 1}: {@code (x, y) ← (c·x − s·y, s·x + c·y)}. */
    static void rotate(double[] x, int width, int row, double c, double s) {
        int upper = row * width;
        int lower = upper + width;
        for (int j = 0; j < width; j++) {
            double a = x[upper + j];
            double b = x[lower + j];
            x[upper + j] = Math.fma(-s, b, c * a);
            x[lower + j] = Math.fma(c, b, s * a);
        }
    }
}
