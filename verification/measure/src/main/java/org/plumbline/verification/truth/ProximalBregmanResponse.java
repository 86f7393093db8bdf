package org.plumbline.verification.truth;

import java.util.Optional;
import org.plumbline.linalg.CholeskySolver;
import org.plumbline.linalg.NotPositiveDefiniteException;
import org.plumbline.linalg.Vectors;

/**
 * The proximal Bregman response: the minimizer {@code δ(ε)} of a {@link ProximalBregmanObjective}, by Newton's method
 * with Levenberg's damping where the Hessian is not positive definite or a step fails,
 *
 * <pre>  δ ← δ − (∇²P_ε(δ) + μ)⁻¹ ∇P_ε(δ),   μ = 0 as long as that succeeds.</pre>
 *
 * <p>It starts at {@code δ = 0}, the minimum for {@code ε = 0}, and so follows that minimum. It ends when the gradient
 * is small enough, or when rounding keeps it from getting any smaller; the norm that was reached is reported. Where the
 * Hessian's least eigenvalue is {@code κ} around the minimum, {@code δ} errs by at most {@code gradientNorm / κ}. Each
 * iteration forms and factorizes a dense Hessian: for models of some hundred parameters.
 *
 * @param displacement {@code δ(ε)}, flat over the objective's space
 * @param gradientNorm {@code ‖∇P_ε(δ)‖}
 * @param iterations Newton steps that were accepted
 * @param converged whether the gradient's norm reached what was asked for
 */
public record ProximalBregmanResponse(double[] displacement, double gradientNorm, int iterations, boolean converged) {
    private static final int MOST_TRIALS = 200;

    /**
     * Minimizes {@code P_ε}.
     *
     * @param tolerance norm of the gradient to reach, relative to its norm {@code ε‖∇L‖} at the start
     */
    public static ProximalBregmanResponse minimize(
            ProximalBregmanObjective objective, double epsilon, double tolerance) {
        double[] displacement = new double[objective.space().dimension()];
        double[] gradient = objective.gradient(displacement, epsilon);
        double norm = Vectors.norm(gradient);
        double goal = tolerance * norm;
        double levenberg = 0;
        int iterations = 0;
        for (int trial = 0; trial < MOST_TRIALS && norm > goal; trial++) {
            double[] hessian = objective.hessian(displacement, epsilon);
            Optional<double[]> step = step(hessian, gradient, levenberg);
            if (step.isPresent()) {
                double[] next = displacement.clone();
                Vectors.axpy(-1, step.get(), next);
                double[] nextGradient = objective.gradient(next, epsilon);
                double nextNorm = Vectors.norm(nextGradient);
                if (nextNorm < norm || falls(objective, displacement, next, epsilon)) {
                    displacement = next;
                    gradient = nextGradient;
                    norm = nextNorm;
                    iterations++;
                    levenberg = levenberg < 1e-3 * scale(hessian) ? 0 : levenberg / 10;
                    continue;
                }
                if (levenberg == 0 && Vectors.norm(step.get()) <= 1e-12 * Vectors.norm(displacement)) {
                    // Not a failed step but the end: what is left of the gradient is rounding.
                    break;
                }
            }
            levenberg = Math.max(10 * levenberg, 1e-3 * scale(hessian));
        }
        return new ProximalBregmanResponse(displacement, norm, iterations, norm <= goal);
    }

    private static Optional<double[]> step(double[] hessian, double[] gradient, double levenberg) {
        int n = gradient.length;
        double[] matrix = hessian.clone();
        for (int i = 0; i < n; i++) {
            matrix[i * n + i] += levenberg;
        }
        try {
            return Optional.of(CholeskySolver.of(matrix, n).solve(gradient));
        } catch (NotPositiveDefiniteException negativeCurvature) {
            return Optional.empty();
        }
    }

    private static boolean falls(
            ProximalBregmanObjective objective, double[] from, double[] to, double epsilon) {
        double before = objective.value(from, epsilon);
        // A fall by less than rounding is none.
        return objective.value(to, epsilon) < before - 1e-14 * Math.abs(before);
    }

    /** The mean absolute element of the diagonal. */
    private static double scale(double[] hessian) {
        int n = (int) Math.round(Math.sqrt(hessian.length));
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += Math.abs(hessian[i * n + i]);
        }
        return sum / n;
    }

    /** As the record's component; a copy. */
    @Override
    public double[] displacement() {
        return displacement.clone();
    }
}
