package org.plumbline.solve;

import java.util.List;
import java.util.Optional;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.FiniteSumCurvature;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.SolveException;

/**
 * Neumann iterations in the metric of a preconditioner, with heavy-ball momentum. With EK-FAC for {@code M} it is ASTRA
 * (Wang, Nguyen, Yang, Bae, McIlraith and Grosse, <em>Better Training Data Attribution via Better Inverse
 * Hessian-Vector Products</em>, 2025), with the exact operator or, as it is published, with a random batch each step
 * ({@link Minibatches}); momentum is Polyak's (1964). For {@code B = C + D}, from {@code x_0 = x_{−1} = 0},
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
 * @param tolerance of {@code ‖r‖ / ‖v‖}; zero for a fixed number of iterations, which minibatches always take
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

    /**
     * Steps of {@code 1/𝓛} without momentum, {@code 𝓛} that of the preconditioned examples: what minibatches bear.
     * Momentum {@code μ} would multiply their noise by about {@code 1/(1 − μ)}.
     */
    public static PreconditionedNeumann tuned(
            ExpectedSmoothness preconditioned, double tolerance, int maximumIterations) {
        return new PreconditionedNeumann(preconditioned.step(), 0, tolerance, maximumIterations);
    }

    /** Solves {@code (C + D) x = v} for several right sides together. */
    public List<Solution> solveAll(
            Curvature curvature, Damping damping, double[][] vectors, InverseCurvature preconditioner,
            IterationListener listener) {
        return iteration(preconditioner).solveAll(curvature, damping, vectors, listener);
    }

    /**
     * The same by minibatches, one draw a step for all right sides.
     *
     * @throws DivergenceException if the step is too long for the samples, and that shows
     */
    public List<Solution> solveAll(
            FiniteSumCurvature curvature, Damping damping, Minibatches minibatches, double[][] vectors,
            InverseCurvature preconditioner, IterationListener listener) {
        return new SampledIteration(iteration(preconditioner), minibatches)
                .solveAll(curvature, damping, vectors, listener);
    }

    private StationaryIteration iteration(InverseCurvature preconditioner) {
        return new StationaryIteration(step, momentum, Optional.of(preconditioner), tolerance, maximumIterations);
    }

    /** Solves {@code (C + D) x = v}. */
    public Solution solve(Curvature curvature, Damping damping, double[] v, InverseCurvature preconditioner) {
        return solveAll(curvature, damping, new double[][] {v}, preconditioner, IterationListener.NONE).getFirst();
    }

    /** This solver as an inverse curvature. */
    public IterativeInverse asInverse(
            Curvature curvature, Damping damping, InverseCurvature preconditioner, IterationListener listener) {
        damping.requireFits(curvature.space());
        return new IterativeInverse(curvature.space(),
                vectors -> solveAll(curvature, damping, vectors, preconditioner, listener));
    }

    /** The same by minibatches; each call has the same draws. */
    public IterativeInverse asInverse(
            FiniteSumCurvature curvature, Damping damping, Minibatches minibatches, InverseCurvature preconditioner,
            IterationListener listener) {
        damping.requireFits(curvature.space());
        return new IterativeInverse(curvature.space(),
                vectors -> solveAll(curvature, damping, minibatches, vectors, preconditioner, listener));
    }
}
