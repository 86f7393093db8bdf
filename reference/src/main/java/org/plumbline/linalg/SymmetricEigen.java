package org.plumbline.linalg;

import java.util.Comparator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.plumbline.engine.Workers;

/**
 * The eigendecomposition of a real symmetric matrix, {@code A = Q diag(λ) Qᵀ} with {@code QᵀQ = I}: eigenvalues real
 * and ascending, eigenvectors the <em>columns</em> of {@code Q}. Both identities hold to a small multiple of
 * {@code n · ε · ‖A‖} and {@code n · ε}; an eigenvalue's error is of that size in absolute terms, so eigenvalues far
 * below {@code ‖A‖} have no correct digits and those of a positive semidefinite matrix may come out slightly negative.
 *
 * <p>What the decomposition leaves open: the sign of each eigenvector, and the basis within the eigenspace of a
 * repeated eigenvalue. Equal input gives equal output.
 *
 * <p>Householder tridiagonalization, then implicit QL with Wilkinson's shift (Golub and Van Loan, <em>Matrix
 * Computations</em>, 4th ed., §8.3). The input is symmetrized, {@code (A + Aᵀ)/2}, and scaled by a power of two, which
 * is exact. EJML's decomposition is not used: it does not converge on some matrices of low rank (0.46.1: the 200 × 200
 * matrix of ones).
 *
 * <p>About {@code 9n³} operations: {@code 4n³/3} for the tridiagonal matrix, as many for the product of its reflectors
 * and {@code 6n³} for {@code n²} rotations of two rows each; fewer where eigenvalues cluster. {@code 3n²} numbers of
 * memory.
 */
public final class SymmetricEigen {

    /**
     * Columns of {@code Qᵀ} rotated together: four vectors of 512 bits. A few thousand rows of them stay in the
     * second-level cache.
     */
    private static final int STRIPE = 32;
    /**
     * Columns of {@code P} made together: long enough for the loops over them, short enough for the first-level cache.
     */
    private static final int PANEL = 128;
    /** Sweeps collected before a stripe is fetched again. */
    private static final int SWEEPS = 64;

    private final int n;
    private final double[] values;
    private final double[] vectors;

    private SymmetricEigen(int n, double[] values, double[] vectors) {
        this.n = n;
        this.values = values;
        this.vectors = vectors;
    }

    /** {@link #of(double[], int, Workers)} in the calling thread. */
    public static SymmetricEigen of(double[] matrix, int n) {
        return of(matrix, n, Workers.serial());
    }

    /**
     * Decomposes a matrix.
     *
     * @param matrix {@code n × n}, row-major
     * @param workers share the accumulation of the eigenvectors, most of the work; their number does not change
     *     the result
     * @throws MatrixException if the length is not {@code n²}, an element is not finite, the matrix is asymmetric
     *     beyond rounding, or the iteration does not converge
     */
    public static SymmetricEigen of(double[] matrix, int n, Workers workers) {
        double[] symmetric = SymmetricMatrix.symmetrized(matrix, n);
        int exponent = scaleToUnit(symmetric);
        Tridiagonal reduced = Tridiagonal.of(symmetric, n, workers);
        double[][] stripes = new double[Math.ceilDiv(n, STRIPE)][n * STRIPE];
        workers.forEach(Math.ceilDiv(n, PANEL), t -> reflect(reduced, n, t * PANEL, stripes));
        double[] unordered = reduced.diagonal();
        TridiagonalQl.diagonalize(unordered, reduced.offDiagonal(), SWEEPS,
                rotations -> workers.forEach(stripes.length, t -> rotations.apply(stripes[t], STRIPE)));
        return ordered(unordered, stripes, exponent);
    }

    /**
     * Columns {@code from … from + PANEL − 1} of {@code P}, as rows of {@code Pᵀ} that is cut into vertical stripes.
     */
    private static void reflect(Tridiagonal reduced, int n, int from, double[][] stripes) {
        int to = Math.min(n, from + PANEL);
        double[][] columns = reduced.columns(from, to, PANEL);
        for (int i = 0; i < n; i++) {
            double[] row = columns[i];
            double[] stripe = stripes[i / STRIPE];
            for (int j = from; j < to; j++) {
                stripe[j * STRIPE + i % STRIPE] = row[j - from];
            }
        }
    }

    /** The eigenvalues in ascending order, and the rows of {@code Qᵀ} that belong to them as columns of {@code Q}. */
    private static SymmetricEigen ordered(double[] unordered, double[][] stripes, int exponent) {
        int n = unordered.length;
        int[] order = IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparingDouble(k -> unordered[k]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] values = new double[n];
        for (int k = 0; k < n; k++) {
            values[k] = Math.scalb(unordered[order[k]], exponent);
        }
        double[] vectors = new double[n * n];
        for (int i = 0; i < n; i++) {
            double[] stripe = stripes[i / STRIPE];
            for (int k = 0; k < n; k++) {
                vectors[i * n + k] = stripe[order[k] * STRIPE + i % STRIPE];
            }
        }
        return new SymmetricEigen(n, values, vectors);
    }

    /** Divides by the power of two that brings the largest element into [1, 2), and returns its exponent. */
    private static int scaleToUnit(double[] a) {
        double largest = 0;
        for (double element : a) {
            largest = Math.max(largest, Math.abs(element));
        }
        int exponent = largest == 0 ? 0 : Math.getExponent(largest);
        // A power of two within the number range, whatever the exponent: −1023 for the smallest numbers of all.
        double factor = Math.scalb(1.0, -exponent);
        for (int i = 0; i < a.length; i++) {
            a[i] *= factor;
        }
        return exponent;
    }

    /** Number of rows of the matrix. */
    public int size() {
        return n;
    }

    /** The eigenvalues, ascending; a copy. */
    public double[] values() {
        return values.clone();
    }

    /**
     * {@code Q}, {@code n × n} row-major: element {@code i * n + k} is component {@code i} of eigenvector {@code k}; a
     * copy.
     */
    public double[] vectors() {
        return vectors.clone();
    }

    /**
     * A function of the matrix times a vector, {@code f(A) x = Q diag(f(λ)) Qᵀ x}, in {@code 4n²} operations. With
     * {@code f(λ) = 1 / (λ + damping)} it solves a damped system whatever the signs of the eigenvalues.
     *
     * @param x {@code n} numbers
     */
    public double[] apply(DoubleUnaryOperator f, double[] x) {
        SymmetricMatrix.requireLength("vector", x, n);
        double[] rotated = new double[n];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                rotated[k] += vectors[i * n + k] * x[i];
            }
        }
        for (int k = 0; k < n; k++) {
            rotated[k] *= f.applyAsDouble(values[k]);
        }
        double[] result = new double[n];
        for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int k = 0; k < n; k++) {
                sum += vectors[i * n + k] * rotated[k];
            }
            result[i] = sum;
        }
        return result;
    }
}
