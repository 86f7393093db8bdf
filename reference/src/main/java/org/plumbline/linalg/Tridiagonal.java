package org.plumbline.linalg;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.plumbline.engine.Workers;

/**
 * Householder's reduction of a symmetric matrix to tridiagonal form, {@code A = P T Pᵀ} with
 * {@code P = H_{n−1} ⋯ H₃ H₂} and {@code H_k = I − τ_k v_k v_kᵀ}: the last row first, {@code v_k} with zeros from
 * component {@code k} on (Golub and Van Loan, <em>Matrix Computations</em>, 4th ed., §8.3.1). {@code 4n³/3} operations;
 * {@code n²} numbers of memory for the reflectors and half as many to work in.
 *
 * <p>A reflector changes the remaining matrix by {@code A ← A − v wᵀ − w vᵀ}. The changes of {@value #PANEL} reflectors
 * are made together, as a product of matrices; until then {@code A x} is computed from the matrix as it stood, less
 * {@code V (Wᵀx) + W (Vᵀx)} (Dongarra, Hammarling and Sorensen, "Block reduction of matrices to condensed forms for
 * eigenvalue computations", Journal of Computational and Applied Mathematics 27, 1989). So each reflector reads the
 * lower triangle once, which is what limits the speed once that exceeds the cache, and it is written once in
 * {@value #PANEL}.
 */
final class Tridiagonal {

    /** Reflectors whose changes are made together: more make the products longer and each {@code A x} dearer. */
    static final int PANEL = 32;

    /**
     * Below this, beside elements of size 1, a number is zero: a reflector made of numbers near the underflow threshold
     * would not be orthogonal.
     */
    private static final double NEGLIGIBLE = 0x1p-900;

    /** Rows of the remaining matrix that a task changes; even, as they are changed two by two. */
    private static final int ROWS_PER_TASK = 64;

    private final int n;
    private final double[] diagonal;
    private final double[] offDiagonal;
    private final List<BlockReflector> reflectors = new ArrayList<>();

    private Tridiagonal(int n) {
        this.n = n;
        this.diagonal = new double[n];
        this.offDiagonal = new double[n];
    }

    /**
     * Reduces a symmetric matrix whose largest element is about 1.
     *
     * @param symmetric {@code n × n}, left as it is
     * @param workers share the products of matrices; their number does not change the result
     */
    static Tridiagonal of(double[] symmetric, int n, Workers workers) {
        double[][] rows = new double[n][];
        for (int i = 0; i < n; i++) {
            // Two rows that are changed together have equal length.
            rows[i] = Arrays.copyOfRange(symmetric, i * n, i * n + Math.min(n, i + 2 - i % 2));
        }
        Tridiagonal reduction = new Tridiagonal(n);
        reduction.reduce(rows, workers);
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

    /**
     * Columns {@code from … to − 1} of {@code P = H_{n−1} ⋯ H₃ H₂}, as {@code n} rows of {@code width} columns, the
     * last of them 0 where that is more. All columns together take {@code 4n³/3} operations: the reflectors that leave
     * a unit vector as it is are left out.
     */
    double[][] columns(int from, int to, int width) {
        double[][] x = new double[n][width];
        for (int j = from; j < to; j++) {
            x[j][j - from] = 1;
        }
        for (BlockReflector block : reflectors.reversed()) {
            if (block.length() > from) {
                block.apply(x);
            }
        }
        return x;
    }

    /** Uses up {@code rows}: the lower triangle, each row with one element more where the next has a partner for it. */
    private void reduce(double[][] rows, Workers workers) {
        int size = n;
        while (size > 2) {
            int count = Math.min(PANEL, size - 2);
            double[][] v = new double[count][size];
            double[][] w = new double[count][size];
            reducePanel(rows, v, w, size);
            size -= count;
            subtractOuter(rows, v, w, size, workers);
        }
        for (int k = 0; k < size; k++) {
            diagonal[k] = rows[k][k];
            if (k > 0) {
                offDiagonal[k - 1] = rows[k][k - 1];
            }
        }
    }

    /**
     * Reduces the last of the leading {@code size} rows, from the bottom up, as many as {@code v} and {@code w} hold.
     */
    private void reducePanel(double[][] rows, double[][] v, double[][] w, int size) {
        double[] tau = new double[v.length];
        for (int p = 0; p < v.length; p++) {
            int k = size - 1 - p;
            for (int q = 0; q < p; q++) {
                DenseLoops.axpy(-v[q][k], w[q], rows[k], k + 1);
                DenseLoops.axpy(-w[q][k], v[q], rows[k], k + 1);
            }
            diagonal[k] = rows[k][k];
            tau[p] = reflector(rows[k], k, v[p]);
            if (tau[p] != 0) {
                companion(rows, k, v, w, p, tau[p]);
            }
        }
        reflectors.add(new BlockReflector(v, tau));
    }

    /**
     * The {@code w} of {@code H A H = A − v wᵀ − w vᵀ}: {@code w = τ (A v − (τ/2)(vᵀ A v) v)}, for the leading
     * {@code k} rows and columns of {@code A}, which the first {@code p} reflectors of the panel have yet to change.
     */
    private static void companion(double[][] rows, int k, double[][] v, double[][] w, int p, double tau) {
        double[] x = v[p];
        double[] y = w[p];
        DenseLoops.symmetricProduct(rows, x, y, k);
        for (int q = 0; q < p; q++) {
            double alongV = Vectors.rangeDot(v[q], x, 0, k);
            double alongW = Vectors.rangeDot(w[q], x, 0, k);
            DenseLoops.axpy(-alongW, v[q], y, k);
            DenseLoops.axpy(-alongV, w[q], y, k);
        }
        double half = tau * Vectors.rangeDot(x, y, 0, k) / 2;
        for (int j = 0; j < k; j++) {
            y[j] = tau * (y[j] - half * x[j]);
        }
    }

    /**
     * The reflector that maps row {@code k} left of the diagonal onto its last axis, with {@code v[k−1] = 1}; returns
     * {@code τ}, 0 where there is nothing to reflect. The sign is the one that cancels nothing.
     */
    private double reflector(double[] row, int k, double[] v) {
        double[] left = Arrays.copyOf(row, k);
        double last = left[k - 1];
        boolean alreadyReduced = true;
        for (int j = 0; j < k - 1; j++) {
            alreadyReduced &= Math.abs(left[j]) <= NEGLIGIBLE;
        }
        if (alreadyReduced) {
            offDiagonal[k - 1] = last;
            return 0;
        }
        double image = -Math.copySign(Vectors.norm(left), last);
        double pivot = last - image;
        for (int j = 0; j < k - 1; j++) {
            v[j] = left[j] / pivot;
        }
        v[k - 1] = 1;
        offDiagonal[k - 1] = image;
        return -pivot / image;
    }

    /** {@code A ← A − Vᵀ W − Wᵀ V} for the leading {@code size} rows. */
    private static void subtractOuter(double[][] rows, double[][] v, double[][] w, int size, Workers workers) {
        int count = v.length;
        double[][] right = new double[2 * count][];
        double[][] minusLeft = new double[size][2 * count];
        for (int p = 0; p < count; p++) {
            right[p] = w[p];
            right[count + p] = v[p];
            for (int i = 0; i < size; i++) {
                minusLeft[i][p] = -v[p][i];
                minusLeft[i][count + p] = -w[p][i];
            }
        }
        workers.forEach(Math.ceilDiv(size, ROWS_PER_TASK), task -> {
            int to = Math.min(size, (task + 1) * ROWS_PER_TASK);
            for (int i = task * ROWS_PER_TASK; i < to; i += 2) {
                int next = Math.min(i + 2, to);
                DenseLoops.addProduct(rows, i, next, minusLeft, right, 0, 2 * count, next);
            }
        });
    }
}
