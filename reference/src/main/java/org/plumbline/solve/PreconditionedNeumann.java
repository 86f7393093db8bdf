package org.plumbline.solve;

import java.util.List;
import java.util.Optional;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;

/**
 * Neumann iterations in the metric of a preconditioner, with heavy-ball momentum. With EK-FAC for {@code M} it is ASTRA
 * (Wang, Nguyen, Yang, Bae, McIlraith and Grosse, <em>Better Training Data Attribution via Better Inverse
 * Hessian-Vector Products</em>, 2025), here with the exact operator in place of one of a random batch; momentum is
 * Polyak's (1964). For {@code B = C + D}, from {@code x_0 = x_{−1} = 0},
 *
 * <pre>  x_{j+1} = x_j + α M⁻¹(v − B x_j) + μ (x_j − x_{j−1}).</pre>
 *
 * <p>The first step with {@code α = 1} is the preconditioner's own answer, {@code x_1 = M⁻¹v}. Without momentum it
 * converges for every {@code v} if and only if {@code 0 < α < 2/λ_max(M⁻¹B)}, and with momentum {@code μ} if and only
 * if {@code 0 < α < 2(1 + μ)/λ_max(M⁻¹B)}. A preconditioner that lacks the coupling between {@code L} layers can leave
 * {@code λ_max} as large as {@code L}, so {@code α = 1} may diverge.
 *
 * <p>Cost: a product with {@code B} and with {@code M⁻¹} an iteration for each right side; five vectors.
 *
 * @param step {@code α > 0}
 * @param momentum {@code 0 ≤ μ < 1}
 * @param tolerance of {@code ‖r‖ / ‖v‖}; zero for a fixed number of iterations
 * @param maximumIterations number of steps from zero at most, at least 1
 */
public record PreconditionedNeumann(double step, double momentum, double tolerance, int maximumIterations) {

    /**
     * @throws SolveException if a setting is out of range
     */
    public PreconditionedNeumann {
        new StationaryIteration(step, momentum, Optional.empty(), tolerance, maximumIterations);
    }

    /**
     * Polyak's step and momentum for eigenvalues of {@code M⁻¹B} between {@code l} and {@code L},
     * {@code α = 4/(√L + √l)²} and {@code μ = ((√L − √l)/(√L + √l))²}: the error falls by about {@code √μ} an
     * iteration. If {@code l} is too large it still converges, more slowly, since {@code α < 2(1 + μ)/L} for every
     * {@code l > 0}.
     */
    public static PreconditionedNeumann tuned(
            PreconditionedSpectrum spectrum, double tolerance, int maximumIterations) {
        double high = Math.sqrt(spectrum.largest());
        double low = Math.sqrt(spectrum.smallest());
        double sum = high + low;
        double ratio = (high - low) / sum;
        return new PreconditionedNeumann(4 / (sum * sum), ratio * ratio, tolerance, maximumIterations);
    }

    /** Solves {@code (C + D) x = v} for several right sides together. */
    public List<Solution> solveAll(
            Curvature curvature, Damping damping, double[][] vectors, InverseCurvature preconditioner,
            IterationListener listener) {
        return new StationaryIteration(step, momentum, Optional.of(preconditioner), tolerance, maximumIterations)
                .solveAll(curvature, damping, vectors, listener);
    }

    /** Solves {@code (C + D) x = v}. */
    public Solution solve(Curvature curvature, Damping damping, double[] v, InverseCurvature preconditioner) {
        return solveAll(curvature, damping, new double[][] {v}, preconditioner, IterationListener.NONE).getFirst();
    }

    /** This solver as an inverse curvature. */
    public IterativeInverse asInverse(
            Curvature curvature, Damping damping, InverseCurvature preconditioner, IterationListener listener) {
        Systems.requireFits(curvature.space(), damping);
        return new IterativeInverse(curvature.space(),
                vectors -> solveAll(curvature, damping, vectors, preconditioner, listener));
    }
}
