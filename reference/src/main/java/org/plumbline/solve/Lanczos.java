package org.plumbline.solve;

import java.util.Arrays;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.SolveException;
import org.plumbline.linalg.SymmetricEigen;
import org.plumbline.linalg.Vectors;
import org.plumbline.random.RandomStreams;

/**
 * Lanczos' method from a random vector (Golub and Van Loan, <em>Matrix Computations</em>, 4th ed., §10.1) with full
 * reorthogonalization, which for a symmetric operator is Arnoldi's: an orthonormal basis {@code Q_k} of the Krylov
 * space of {@code k} products with {@code B = C + D}, and the tridiagonal {@code T = Q_kᵀ B Q_k}, whose eigenvalues are
 * the Ritz values. Cost: {@code k} products, {@code k} vectors, {@code 4 k² P} operations.
 *
 * @param basis {@code Q_k}, a vector each
 * @param values Ritz values, ascending
 * @param vectors eigenvectors of {@code T} in columns {@code [k, k]}, row-major
 * @param remainder {@code β_k}, the norm of what the last product has outside the basis
 * @param exhausted whether the Krylov space is invariant under {@code B}: then Ritz values are eigenvalues to rounding
 */
record Lanczos(double[][] basis, double[] values, double[] vectors, double remainder, boolean exhausted) {
    /** After how many steps it is asked again whether they are enough. */
    private static final int ROUND = 16;

    /**
     * What a vector of length {@code n} is taken for rounding below, in {@code n ε} of the product it is the rest of:
     * the matrix, its product and two orthogonalizations each add an error of about that size.
     */
    private static final int ROUNDING = 16;

    /**
     * @param shift {@code diag(D)}
     * @param steps {@code k} at most
     * @throws SolveException if products are not finite
     */
    static Lanczos of(Curvature curvature, double[] shift, int steps, long seed) {
        return until(curvature, shift, steps, seed, _ -> false);
    }

    /**
     * The same, ended early where what was found is enough; that is asked every {@value #ROUND} steps.
     *
     * @throws SolveException if products are not finite
     */
    static Lanczos until(
            Curvature curvature, double[] shift, int steps, long seed, Predicate<Lanczos> enough) {
        int n = shift.length;
        int limit = Math.min(steps, n);
        double[][] basis = new double[limit][];
        double[] diagonal = new double[limit];
        double[] offDiagonal = new double[limit];
        basis[0] = randomUnit(n, seed);
        int k = 0;
        boolean exhausted = false;
        while (k < limit && !exhausted) {
            double[] w = product(curvature, shift, basis[k]);
            double size = Vectors.norm(w);
            diagonal[k] = Vectors.dot(basis[k], w);
            // Twice is enough (Kahan, in Parlett, The Symmetric Eigenvalue Problem, §6.9).
            orthogonalize(w, basis, k + 1);
            orthogonalize(w, basis, k + 1);
            offDiagonal[k] = Vectors.norm(w);
            k++;
            exhausted = k == n || offDiagonal[k - 1] <= ROUNDING * n * Math.ulp(1.0) * size;
            if (k < limit && !exhausted) {
                if (k % ROUND == 0) {
                    Lanczos found = found(basis, diagonal, offDiagonal, k, false);
                    if (enough.test(found)) {
                        return found;
                    }
                }
                Vectors.scale(1 / offDiagonal[k - 1], w);
                basis[k] = w;
            }
        }
        return found(basis, diagonal, offDiagonal, k, exhausted);
    }

    private static Lanczos found(
            double[][] basis, double[] diagonal, double[] offDiagonal, int k, boolean exhausted) {
        SymmetricEigen eigen = SymmetricEigen.of(tridiagonal(diagonal, offDiagonal, k), k);
        return new Lanczos(
                Arrays.copyOf(basis, k), eigen.values(), eigen.vectors(), offDiagonal[k - 1], exhausted);
    }

    /**
     * {@code ‖Bq − θq‖} for Ritz pair {@code i}, {@code β_k |y_ki|} in exact arithmetic: some eigenvalue is as near as
     * that to the Ritz value.
     */
    double residual(int i) {
        int k = basis.length;
        return remainder * Math.abs(vectors[(k - 1) * k + i]);
    }

    /** The Ritz vector of Ritz value {@code i}, {@code Q_k y_i}, of unit length. */
    double[] ritzVector(int i) {
        int k = basis.length;
        double[] q = new double[basis[0].length];
        for (int j = 0; j < k; j++) {
            Vectors.axpy(vectors[j * k + i], basis[j], q);
        }
        Vectors.scale(1 / Vectors.norm(q), q);
        return q;
    }

    /** {@code (C + D) v}, checked to be finite. */
    static double[] product(Curvature curvature, double[] shift, double[] v) {
        double[] product = Systems.products(curvature, shift, new double[][] {v})[0];
        curvature.space().requireVector(product);
        return product;
    }

    /** A random direction, uniform on the sphere. */
    private static double[] randomUnit(int n, long seed) {
        RandomGenerator random = RandomStreams.of(seed, "start of Lanczos", 0);
        double[] v = new double[n];
        Arrays.setAll(v, i -> random.nextGaussian());
        Vectors.scale(1 / Vectors.norm(v), v);
        return v;
    }

    private static void orthogonalize(double[] w, double[][] basis, int count) {
        for (int i = 0; i < count; i++) {
            Vectors.axpy(-Vectors.dot(basis[i], w), basis[i], w);
        }
    }

    private static double[] tridiagonal(double[] diagonal, double[] offDiagonal, int k) {
        double[] matrix = new double[k * k];
        for (int i = 0; i < k; i++) {
            matrix[i * k + i] = diagonal[i];
            if (i + 1 < k) {
                matrix[i * k + i + 1] = offDiagonal[i];
                matrix[(i + 1) * k + i] = offDiagonal[i];
            }
        }
        return matrix;
    }
}
