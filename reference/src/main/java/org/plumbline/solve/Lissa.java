package org.plumbline.solve;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;

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
 * <p>Others call other systems by this name: {@link KohLiangRecursion}. The sampled curvature of the original
 * method is not offered; its noise has no bound.
 *
 * <p>Cost: a product an iteration for each right side, and {@value #LANCZOS_STEPS} + 1 products once for the
 * eigenvalue; five vectors.
 *
 * @param tolerance of {@code ‖r‖ / ‖v‖}; zero for a fixed number of iterations
 * @param maximumIterations {@code J} at most
 * @param step {@code α}; if absent, {@code 1/λ} with an upper bound {@code λ} of {@code λ_max(B)}, half of the limit
 * @param seed of the random start from which {@code λ_max} is estimated
 */
public record Lissa(double tolerance, int maximumIterations, OptionalDouble step, long seed) {
    /** Certainty of {@code 1e-9} in any space that fits into memory: see {@link LargestEigenvalue#upperBound}. */
    private static final int LANCZOS_STEPS = 32;

    private static final double FAILURE_PROBABILITY = 1e-9;

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
        LargestEigenvalue largest = LargestEigenvalue.of(curvature, damping, LANCZOS_STEPS, seed);
        if (step.isPresent() && step.getAsDouble() * largest.value() >= 2) {
            throw new SolveException("found step " + step.getAsDouble() + ", expected less than "
                    + 2 / largest.value() + ", 2 / the largest eigenvalue of the damped curvature");
        }
        double bound = largest.upperBound(FAILURE_PROBABILITY);
        // Any step solves a system without curvature or damping.
        return step.orElse(bound > 0 ? 1 / bound : 1);
    }

    /** Solves {@code (C + D) x = v} for several right sides together. */
    public List<Solution> solveAll(
            Curvature curvature, Damping damping, double[][] vectors, IterationListener listener) {
        return solveAll(curvature, damping, step(curvature, damping), vectors, listener);
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

    private List<Solution> solveAll(
            Curvature curvature, Damping damping, double alpha, double[][] vectors, IterationListener listener) {
        // x_0 = αv is itself a step, from zero.
        return new StationaryIteration(alpha, 0, Optional.empty(), tolerance, maximumIterations + 1)
                .solveAll(curvature, damping, vectors, (steps, residual) -> listener.iterated(steps - 1, residual))
                .stream()
                .map(Lissa::withoutFirstStep)
                .toList();
    }

    /** The same solution, with the start not counted as an iteration. */
    static Solution withoutFirstStep(Solution solution) {
        SolveStatistics counted = solution.statistics();
        return new Solution(solution.x(), new SolveStatistics(counted.rightSideNorm(), counted.residualNorm(),
                Math.max(0, counted.iterations() - 1), counted.converged(), counted.smallestDamping()));
    }
}
