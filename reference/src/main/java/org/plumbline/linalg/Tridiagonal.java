package org.plumbline.linalg;

import java.util.Arrays;

/**
 * Householder's reduction of a symmetric matrix to tridiagonal form, {@code A = H₁ H₂ ⋯ H_{n−2} T H_{n−2} ⋯ H₂ H₁} with
 * {@code H_k = I − τ_k v_k v_kᵀ} and {@code v_k} zero in its first {@code k} components (Golub and Van Loan, <em>Matrix
 * Computations</em>, 4th ed., §8.3.1). {@code 4n³/3} operations.
 *
 * <p>Each step needs {@code A'v} of the matrix {@code A'} that the step before it updates. Both happen in one pass over the
 * lower triangle, which is what limits the speed once the matrix exceeds the cache.
 */
final class Tridiagonal {

    /**
     * Below this, beside elements of size 1, a number is zero: a reflector made of numbers near the underflow threshold
     * would not be orthogonal.
     */
    private static final double NEGLIGIBLE = 0x1p-900;

    private final int n;
    /** Row {@code i} of the lower triangle, {@code i + 1} elements; used up by the reduction. */
    private final double[][] rows;

    private final double[] diagonal;
    private final double[] offDiagonal;
    private final double[][] reflectors;
    private final double[] tau;

    private Tridiagonal(int n, double[][] rows) {
        this.n = n;
        this.rows = rows;
        this.diagonal = new double[n];
        this.offDiagonal = new double[n];
        this.reflectors = new double[Math.max(0, n - 2)][];
        this.tau = new double[Math.max(0, n - 2)];
    }

    /** Reduces a symmetric matrix whose largest element is about 1, of which it reads the lower triangle. */
    static Tridiagonal of(double[] symmetric, int n) {
        double[][] rows = new double[n][];
        for (int i = 0; i < n; i++) {
            rows[i] = Arrays.copyOfRange(symmetric, i * n, i * n + i + 1);
        }
        Tridiagonal reduction = new Tridiagonal(n, rows);
        reduction.reduce();
        return reduction;
    }

    /** The diagonal of {@code T}. */
    double[] diagonal() {
        return diagonal;
    }

    /** The elements beside it: {@code offDiagonal[i]} couples {@code i} and {@code i + 1}; the last is 0. */
    double[] offDiagonal() {
        return offDiagonal;
    }

    /** {@code X ← H_{n−2} ⋯ H₂ H₁ X}, for a matrix given by its {@code n} rows of equal length. */
    void applyReflectors(double[][] x) {
        double[] projection = new double[x[0].length];
        for (int k = 0; k < tau.length; k++) {
            if (tau[k] == 0) {
                continue;
            }
            double[] v = reflectors[k];
            Arrays.fill(projection, 0);
            for (int i = 0; i < v.length; i++) {
                add(projection, v[i], x[k + 1 + i], projection.length);
            }
            for (int i = 0; i < v.length; i++) {
                add(x[k + 1 + i], -tau[k] * v[i], projection, projection.length);
            }
        }
    }

    /**
     * Column {@code k} is reduced when rows and columns from {@code k} on are up to date. The update
     * {@code A ← A − v wᵀ − w vᵀ} that this causes waits for the next step's pass.
     */
    private void reduce() {
        double[] v = new double[n];
        double[] w = new double[n];
        double[] nextV = new double[n];
        double[] product = new double[n];
        boolean pending = false;
        for (int k = 0; k < n; k++) {
            if (pending) {
                updateColumn(k, v, w);
            }
            diagonal[k] = rows[k][k];
            if (k >= n - 2) {
                offDiagonal[k] = k == n - 2 ? rows[n - 1][k] : 0;
                continue;
            }
            double scale = reflector(k, nextV);
            Arrays.fill(product, k + 1, n, 0);
            for (int i = k + 1; i < n; i++) {
                if (pending) {
                    subtractOuter(rows[i], v[i], w, w[i], v, k + 1, i + 1);
                }
                multiplyRow(rows[i], nextV, product, k + 1, i);
            }
            pending = scale != 0;
            if (pending) {
                double projection = 0;
                for (int i = k + 1; i < n; i++) {
                    projection += product[i] * nextV[i];
                }
                // H A H = A − v wᵀ − w vᵀ with w = τ (A v − (τ/2)(vᵀ A v) v).
                double half = scale * projection / 2;
                for (int i = k + 1; i < n; i++) {
                    w[i] = scale * (product[i] - half * nextV[i]);
                }
                System.arraycopy(nextV, k + 1, v, k + 1, n - k - 1);
            }
        }
    }

    /** Brings column {@code k} alone up to date: the next reflector is made of it. */
    private void updateColumn(int k, double[] v, double[] w) {
        for (int i = k; i < n; i++) {
            rows[i][k] -= v[i] * w[k] + w[i] * v[k];
        }
    }

    /**
     * The reflector that maps column {@code k} below the diagonal onto its first axis, with {@code v[k+1] = 1}; returns
     * {@code τ}, 0 where there is nothing to reflect. The sign is the one that cancels nothing.
     */
    private double reflector(int k, double[] v) {
        double first = rows[k + 1][k];
        double[] below = new double[n - k - 1];
        for (int i = 0; i < below.length; i++) {
            below[i] = rows[k + 1 + i][k];
        }
        double length = Vectors.norm(below);
        boolean alreadyReduced = true;
        for (int i = 1; i < below.length; i++) {
            alreadyReduced &= Math.abs(below[i]) <= NEGLIGIBLE;
        }
        if (alreadyReduced) {
            offDiagonal[k] = first;
            reflectors[k] = new double[0];
            Arrays.fill(v, k + 1, n, 0);
            return 0;
        }
        double image = -Math.copySign(length, first);
        double pivot = first - image;
        below[0] = 1;
        for (int i = 1; i < below.length; i++) {
            below[i] /= pivot;
        }
        System.arraycopy(below, 0, v, k + 1, below.length);
        offDiagonal[k] = image;
        reflectors[k] = below;
        tau[k] = -pivot / image;
        return tau[k];
    }

    /** {@code a[j] −= p·x[j] + q·y[j]} for {@code from ≤ j < to}. */
    private static void subtractOuter(double[] a, double p, double[] x, double q, double[] y, int from, int to) {
        for (int j = from; j < to; j++) {
            a[j] -= p * x[j] + q * y[j];
        }
    }

    /** Row {@code i} of the lower triangle in {@code product += A v}: as a row, and mirrored as a column. */
    private static void multiplyRow(double[] row, double[] v, double[] product, int from, int i) {
        double factor = v[i];
        for (int j = from; j < i; j++) {
            product[j] += factor * row[j];
        }
        product[i] += Vectors.rangeDot(row, v, from, i + 1);
    }

    private static void add(double[] y, double factor, double[] x, int length) {
        for (int j = 0; j < length; j++) {
            y[j] += factor * x[j];
        }
    }
}
