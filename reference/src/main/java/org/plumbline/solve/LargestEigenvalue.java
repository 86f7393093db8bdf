package org.plumbline.solve;

import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.SolveException;
import org.plumbline.linalg.Vectors;

/**
 * The largest eigenvalue of {@code B = C + D} as an interval, by Lanczos' method from a random vector (Golub and Van
 * Loan, <em>Matrix Computations</em>, 4th ed., §10.1), with full reorthogonalization.
 *
 * <p>The Ritz value {@code θ = qᵀBq}, {@code ‖q‖ = 1}, never exceeds {@code λ_max}, and some eigenvalue lies within
 * {@code ‖Bq − θq‖} of it; that it is the largest one, no residual can say. A random start can, with a probability:
 * see {@link #upperBound(double)}.
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
    /** Steps after which {@link #upperBound()} is finite in any space that fits into memory. */
    static final int CERTAIN_STEPS = 32;

    private static final double FAILURE_PROBABILITY = 1e-9;

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
        damping.requireFits(curvature.space());
        double[] shift = damping.diagonal(curvature.space());
        return of(curvature, shift, Lanczos.of(curvature, shift, steps, seed));
    }

    /** The same from Lanczos vectors at hand; one product. */
    static LargestEigenvalue of(Curvature curvature, double[] shift, Lanczos lanczos) {
        int k = lanczos.basis().length;
        // The Rayleigh quotient and the residual are computed from the vector itself.
        double[] q = lanczos.ritzVector(k - 1);
        double[] residual = Lanczos.product(curvature, shift, q);
        double value = Vectors.dot(q, residual);
        Vectors.axpy(-value, q, residual);
        return new LargestEigenvalue(value, Vectors.norm(residual), k, q.length, lanczos.exhausted());
    }

    /** {@link #upperBound(double)} for a probability of {@value #FAILURE_PROBABILITY}. */
    double upperBound() {
        return upperBound(FAILURE_PROBABILITY);
    }

    /**
     * A number that {@code λ_max} exceeds with at most this probability over the random start, for positive
     * semi-definite {@code B}: {@code θ / (1 − ε)} with {@code 1.648 √P exp(−√ε (2k − 1)) = probability} (Kuczyński and
     * Woźniakowski, <em>Estimating the Largest Eigenvalue by the Power and Lanczos Algorithms with a Random Start</em>,
     * SIAM J. Matrix Anal. Appl. 13, 1992, theorem 4.2). It holds whatever the gaps between the eigenvalues are.
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
}
