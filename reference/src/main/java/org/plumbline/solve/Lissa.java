package org.plumbline.solve;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.FiniteSumCurvature;
import org.plumbline.curvature.SolveException;

/**
 * LiSSA (Agarwal et al., 2017; Grosse et al., 2023, eq. 10) with the exact operator {@code B = C + D}:
 *
 * <pre>  r_0 = v,   r_j = v + (I − αB) r_{j−1},   (C + D)⁻¹ v ≈ α r_J.</pre>
 *
 * <p>In closed form {@code r_j = Σ_{k≤j} (I − αB)ᵏ v}. It converges for every {@code v} if and only if
 * {@code 0 < α < 2/λ_max(B)}; the error falls by {@code max |1 − αλ|} an iteration, which for a condition {@code κ}
 * takes about {@code κ} iterations a digit where conjugate gradients take {@code √κ}. It is carried out on
 * {@code x_j = α r_j}, which is gradient descent, {@code x_j = x_{j−1} + α(v − B x_{j−1})}, from {@code x_0 = αv}: the
 * residual comes with every product.
 *
 * <p>As it is run in practice each step multiplies by a minibatch in place of {@code B} ({@link Minibatches}), with
 * steps that suit the samples ({@link ExpectedSmoothness}). Then the mean over all draws is the iterate above, and the
 * noise around it is unknown; the residual is still that of {@code B}, from one product at the end, and bounds bias and
 * noise together.
 *
 * <p>Others call other systems by this name: {@link KohLiangRecursion}.
 *
 * <p>Cost: a product an iteration for each right side, and {@value LargestEigenvalue#CERTAIN_STEPS} + 1 products once
 * for the eigenvalue; five vectors.
 *
 * @param tolerance of {@code ‖r‖ / ‖v‖}; zero for a fixed number of iterations, which minibatches always take
 * @param maximumIterations {@code J} at most
 * @param step {@code α}; if absent, {@code 1/λ} with an upper bound {@code λ} of {@code λ_max(B)}, half of the limit;
 *     with minibatches {@code 1/𝓛}
 * @param seed of the random start from which {@code λ_max} is estimated
 */
public record Lissa(double tolerance, int maximumIterations, OptionalDouble step, long seed) {
    /**
     * @throws SolveException if a setting is out of range
     */
    public Lissa {
        StationaryIteration.requireLimits(tolerance, maximumIterations);
        if (step.isPresent() && !(step.getAsDouble() > 0)) {
            throw new SolveException("found step " + step.getAsDouble() + ", expected a positive number");
        }
    }

    /** A step that is chosen from the largest eigenvalue. */
    public Lissa(double tolerance, int maximumIterations) {
        this(tolerance, maximumIterations, OptionalDouble.empty(), 0);
    }

    /**
     * The step {@code α} for a system.
     *
     * @throws SolveException if the step asked for is at least {@code 2/θ}, {@code θ ≤ λ_max(C + D)} as measured: then
     *     the recursion diverges
     */
    public double step(Curvature curvature, Damping damping) {
        LargestEigenvalue largest = LargestEigenvalue.of(curvature, damping, LargestEigenvalue.CERTAIN_STEPS, seed);
        if (step.isPresent() && step.getAsDouble() * largest.value() >= 2) {
            throw new SolveException("found step " + step.getAsDouble() + ", expected less than "
                    + 2 / largest.value() + ", 2 / the largest eigenvalue of the damped curvature");
        }
        double bound = largest.upperBound();
        // Any step solves a system without curvature or damping.
        return step.orElse(bound > 0 ? 1 / bound : 1);
    }

    /**
     * The step {@code α} for a system and minibatches: {@code 1/𝓛}, or the one asked for as it is.
     *
     * @throws SolveException if a minibatch has more examples than there are
     */
    public double step(FiniteSumCurvature curvature, Damping damping, Minibatches minibatches) {
        minibatches.requireFits(curvature.examples());
        return step.orElseGet(() -> ExpectedSmoothness.of(curvature, damping, minibatches.size(), seed).step());
    }

    /** Solves {@code (C + D) x = v} for several right sides together. */
    public List<Solution> solveAll(
            Curvature curvature, Damping damping, double[][] vectors, IterationListener listener) {
        return solveAll(curvature, damping, step(curvature, damping), vectors, listener);
    }

    /**
     * The same by minibatches, one draw a step for all right sides.
     *
     * @throws DivergenceException if the step is too long for the samples, and that shows
     */
    public List<Solution> solveAll(
            FiniteSumCurvature curvature, Damping damping, Minibatches minibatches, double[][] vectors,
            IterationListener listener) {
        double alpha = step(curvature, damping, minibatches);
        return solveAll(curvature, damping, minibatches, alpha, vectors, listener);
    }

    /** Solves {@code (C + D) x = v}. */
    public Solution solve(Curvature curvature, Damping damping, double[] v) {
        return solveAll(curvature, damping, new double[][] {v}, IterationListener.NONE).getFirst();
    }

    /** This solver as an inverse curvature; the step is chosen once. */
    public IterativeInverse asInverse(Curvature curvature, Damping damping, IterationListener listener) {
        double alpha = step(curvature, damping);
        return new IterativeInverse(curvature.space(),
                vectors -> solveAll(curvature, damping, alpha, vectors, listener));
    }

    /** The same by minibatches; each call has the same draws. */
    public IterativeInverse asInverse(
            FiniteSumCurvature curvature, Damping damping, Minibatches minibatches, IterationListener listener) {
        double alpha = step(curvature, damping, minibatches);
        return new IterativeInverse(curvature.space(),
                vectors -> solveAll(curvature, damping, minibatches, alpha, vectors, listener));
    }

    /** With this step. */
    List<Solution> solveAll(
            Curvature curvature, Damping damping, double alpha, double[][] vectors, IterationListener listener) {
        return withoutStart(1, iteration(alpha).solveAll(
                curvature, damping, vectors, (steps, residual) -> listener.iterated(steps - 1, residual)));
    }

    /** With this step, by minibatches. */
    List<Solution> solveAll(
            FiniteSumCurvature curvature, Damping damping, Minibatches minibatches, double alpha, double[][] vectors,
            IterationListener listener) {
        return withoutStart(minibatches.repeats(), new SampledIteration(iteration(alpha), minibatches).solveAll(
                curvature, damping, vectors, (steps, residual) -> listener.iterated(steps - 1, residual)));
    }

    private StationaryIteration iteration(double alpha) {
        // x_0 = αv is itself a step, from zero.
        return new StationaryIteration(alpha, 0, Optional.empty(), tolerance, maximumIterations + 1);
    }

    /** The same solutions, with the start of each run not counted as an iteration. */
    private static List<Solution> withoutStart(int runs, List<Solution> solutions) {
        return solutions.stream()
                .map(solution -> {
                    SolveStatistics counted = solution.statistics();
                    return new Solution(solution.x(), new SolveStatistics(
                            counted.rightSideNorm(), counted.residualNorm(), Math.max(0, counted.iterations() - runs),
                            counted.converged(), counted.smallestDamping()));
                })
                .toList();
    }
}
