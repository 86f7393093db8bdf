package org.plumbline.linalg;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;

/**
 * Solves {@code A X = B} for a symmetric positive definite {@code A} by the Cholesky factorization {@code A = L Lᵀ},
 * with {@code L} lower triangular and of positive diagonal (Golub and Van Loan, <em>Matrix Computations</em>, 4th ed.,
 * §4.2). Backward stable: the computed solution solves {@code (A + E) x = b} exactly with {@code ‖E‖} a small multiple
 * of {@code n · ε · ‖A‖}, whatever the condition of {@code A}.
 *
 * <p>{@code n³/3} operations to factorize (EJML, blocked), {@code 2n²} for each right side. Immutable and thread-safe.
 */
public final class CholeskySolver {

    /** Right sides solved together: a row of these stays in the first-level cache through the inner loops. */
    private static final int PANEL = 32;

    private final int n;
    private final double[] lower;

    private CholeskySolver(int n, double[] lower) {
        this.n = n;
        this.lower = lower;
    }

    /**
     * Factorizes a matrix, symmetrized as {@code (A + Aᵀ)/2}.
     *
     * @param matrix {@code n × n}, row-major
     * @throws MatrixException if the length is not {@code n²}, an element is not finite, or the matrix is
     *     asymmetric beyond rounding
     * @throws NotPositiveDefiniteException if a pivot is not positive
     */
    public static CholeskySolver of(double[] matrix, int n) {
        double[] symmetric = SymmetricMatrix.symmetrized(matrix, n);
        CholeskyDecomposition_F64<DMatrixRMaj> cholesky = DecompositionFactory_DDRM.chol(n, true);
        DMatrixRMaj a = DMatrixRMaj.wrap(n, n, symmetric);
        if (!cholesky.decompose(a)) {
            throw firstBadPivot(SymmetricMatrix.symmetrized(matrix, n), n);
        }
        return new CholeskySolver(n, cholesky.getT(null).getData());
    }

    /**
     * EJML says only that the factorization failed. The textbook recurrence, row by row, finds where; should
     * other rounding carry it to the end, the smallest pivot is the culprit.
     */
    private static NotPositiveDefiniteException firstBadPivot(double[] a, int n) {
        double[][] rows = new double[n][];
        int smallest = 0;
        double value = Double.POSITIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            double[] row = Arrays.copyOfRange(a, i * n, i * n + i + 1);
            for (int j = 0; j < i; j++) {
                row[j] = (row[j] - Vectors.rangeDot(row, rows[j], 0, j)) / rows[j][j];
            }
            double pivot = row[i] - Vectors.rangeDot(row, row, 0, i);
            if (pivot < value) {
                smallest = i;
                value = pivot;
            }
            if (!(pivot > 0)) {
                return new NotPositiveDefiniteException(i, pivot, n);
            }
            row[i] = Math.sqrt(pivot);
            rows[i] = row;
        }
        return new NotPositiveDefiniteException(smallest, value, n);
    }

    /** Number of rows of the matrix. */
    public int size() {
        return n;
    }

    /**
     * {@code A⁻¹ b}.
     *
     * @param b {@code n} numbers
     */
    public double[] solve(double[] b) {
        return solve(b, 1);
    }

    /**
     * {@code A⁻¹ B}. Each column comes out the same whatever the others are.
     *
     * @param b {@code n × columns}, row-major
     * @return {@code n × columns}, row-major
     */
    public double[] solve(double[] b, int columns) {
        SymmetricMatrix.requireLength("right sides", b, (long) n * columns);
        double[] x = new double[b.length];
        for (int from = 0; from < columns; from += PANEL) {
            int width = Math.min(PANEL, columns - from);
            double[][] panel = new double[n][width];
            for (int i = 0; i < n; i++) {
                System.arraycopy(b, i * columns + from, panel[i], 0, width);
            }
            forward(panel);
            backward(panel);
            for (int i = 0; i < n; i++) {
                System.arraycopy(panel[i], 0, x, i * columns + from, width);
            }
        }
        return x;
    }

    /** {@code log det A = 2 Σ log Lᵢᵢ}. */
    public double logDeterminant() {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += Math.log(lower[i * n + i]);
        }
        return 2 * sum;
    }

    /** {@code Y ← L⁻¹ Y}. */
    private void forward(double[][] y) {
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < i; k++) {
                subtract(y[i], lower[i * n + k], y[k]);
            }
            divide(y[i], lower[i * n + i]);
        }
    }

    /** {@code Y ← L⁻ᵀ Y}, by rows of {@code L} so that memory is read in order. */
    private void backward(double[][] y) {
        for (int i = n - 1; i >= 0; i--) {
            divide(y[i], lower[i * n + i]);
            for (int k = 0; k < i; k++) {
                subtract(y[k], lower[i * n + k], y[i]);
            }
        }
    }

    private static void subtract(double[] y, double factor, double[] x) {
        for (int j = 0; j < y.length; j++) {
            y[j] -= factor * x[j];
        }
    }

    private static void divide(double[] y, double divisor) {
        for (int j = 0; j < y.length; j++) {
            y[j] /= divisor;
        }
    }
}
