package org.plumbline.solve;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;
import org.plumbline.linalg.SymmetricEigen;
import org.plumbline.linalg.Vectors;

/**
 * The largest eigenvalue of {@code B = C + D} as an interval, by Lanczos' method from a random vector (Golub and Van
 * Loan, <em>Matrix Computations</em>, 4th ed., §10.1), with full reorthogonalisation.
 *
 * <p>The Ritz value {@code θ = qᵀBq}, {@code ‖q‖ = 1}, never exceeds {@code λ_max}, and some eigenvalue lies within
 * {@code ‖Bq − θq‖} of it; that it is the largest one, no residual can say. A random start can, with a probability:
 * see {@link #upperBound}.
 *
 * <p>Cost: {@code steps + 1} products and {@code steps} vectors.
 *
 * @param value {@code θ ≤ λ_max}
 * @param residual {@code ‖Bq − θq‖}
 * @param steps dimension {@code k} of the Krylov space
 * @param dimension {@code P}, of the whole space
 * @param exhausted whether the Krylov space is invariant under {@code B}: then {@code θ = λ_max} to rounding
 */
public record LargestEigenvalue(double value, double residual, int steps, int dimension, boolean exhausted) {

    /**
     * Estimates {@code λ_max(C + D)}.
     *
     * @param steps dimension of the Krylov space at most, at least 2
     * @param seed of the random start
     * @throws SolveException if there are fewer than 2 steps, or products are not finite
     */
    public static LargestEigenvalue of(Curvature curvature, Damping damping, int steps, long seed) {
        if (steps < 2) {
            throw new SolveException("found " + steps + " Lanczos steps, expected at least 2");
        }
        Systems.requireFits(curvature.space(), damping);
        int n = curvature.space().dimension();
        double[] shift = damping.diagonal(curvature.space());
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
            orthogonalise(w, basis, k + 1);
            orthogonalise(w, basis, k + 1);
            offDiagonal[k] = Vectors.norm(w);
            k++;
            exhausted = k == n || offDiagonal[k - 1] <= n * Math.ulp(1.0) * size;
            if (k < limit && !exhausted) {
                Vectors.scale(1 / offDiagonal[k - 1], w);
                basis[k] = w;
            }
        }
        return ritz(curvature, shift, Arrays.copyOf(basis, k), tridiagonal(diagonal, offDiagonal, k), exhausted);
    }

    /** The Ritz pair of the largest Ritz value, with its Rayleigh quotient and residual computed from the vector. */
    private static LargestEigenvalue ritz(
            Curvature curvature, double[] shift, double[][] basis, double[] projected, boolean exhausted) {
        int k = basis.length;
        double[] vectors = SymmetricEigen.of(projected, k).vectors();
        double[] q = new double[shift.length];
        for (int i = 0; i < k; i++) {
            Vectors.axpy(vectors[i * k + k - 1], basis[i], q);
        }
        Vectors.scale(1 / Vectors.norm(q), q);
        double[] residual = product(curvature, shift, q);
        double value = Vectors.dot(q, residual);
        Vectors.axpy(-value, q, residual);
        return new LargestEigenvalue(value, Vectors.norm(residual), k, q.length, exhausted);
    }

    /**
     * A number that {@code λ_max} exceeds with at most this probability over the random start, for positive semi-definite
     * {@code B}: {@code θ / (1 − ε)} with {@code 1.648 √P exp(−√ε (2k − 1)) = probability} (Kuczyński and Woźniakowski,
     * <em>Estimating the Largest Eigenvalue by the Power and Lanczos Algorithms with a Random Start</em>, SIAM J. Matrix
     * Anal. Appl. 13, 1992, theorem 4.2). It holds whatever the gaps between the eigenvalues are.
     *
     * @param probability above 0 and below 1
     * @return infinite if there were too few steps for such certainty
     */
    public double upperBound(double probability) {
        if (!(probability > 0 && probability < 1)) {
            throw new SolveException("found probability " + probability + ", expected one above 0 and below 1");
        }
        if (exhausted) {
            return value + residual;
        }
        double root = Math.log(1.648 * Math.sqrt(dimension) / probability) / (2 * steps - 1);
        return root < 1 ? value / (1 - root * root) : Double.POSITIVE_INFINITY;
    }

    private static double[] product(Curvature curvature, double[] shift, double[] v) {
        double[] product = Systems.products(curvature, shift, new double[][] {v})[0];
        Systems.requireVector(curvature.space(), product);
        return product;
    }

    /** A random direction, uniform on the sphere. */
    private static double[] randomUnit(int n, long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        double[] v = new double[n];
        Arrays.setAll(v, i -> random.nextGaussian());
        Vectors.scale(1 / Vectors.norm(v), v);
        return v;
    }

    private static void orthogonalise(double[] w, double[][] basis, int count) {
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
