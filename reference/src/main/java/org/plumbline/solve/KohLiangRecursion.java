package org.plumbline.solve;

import java.util.List;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.FiniteSumCurvature;
import org.plumbline.curvature.SolveException;

/**
 * The recursion of Koh and Liang's code (<em>Understanding Black-box Predictions via Influence Functions</em>, 2017),
 * with its two parameters {@code damping} {@code d} and {@code scale} {@code s}:
 *
 * <pre>  r_0 = v,   r_j = v + (1 − d) r_{j−1} − C r_{j−1} / s,   result r_J / s.</pre>
 *
 * <p>Its fixed point has {@code d r + C r / s = v}, so {@code x = r / s} solves {@code (C + d·s·I) x = v}: the damping
 * in the system is the product of the two, and a larger scale, chosen for stability, also damps more. It is
 * {@link Lissa} with step {@code 1/s} and absolute damping {@code d·s}, and for {@code d > 0} and positive
 * semi-definite {@code C} converges for every {@code v} if and only if {@code s (2 − d) > λ_max(C)}. By minibatches,
 * as in the code, {@code s} is at least half of the {@link ExpectedSmoothness} of {@code C + d·s·I}.
 *
 * @param damping {@code d}, at least 0 and less than 2
 * @param scale {@code s > 0}
 * @param tolerance of {@code ‖v − (C + d·s·I) x‖ / ‖v‖}; zero for a fixed number of iterations,
 *     which minibatches always take
 * @param maximumIterations {@code J} at most
 */
public record KohLiangRecursion(double damping, double scale, double tolerance, int maximumIterations) {

    /**
     * @throws SolveException if a setting is out of range
     */
    public KohLiangRecursion {
        StationaryIteration.requireLimits(tolerance, maximumIterations);
        if (!(damping >= 0 && damping < 2)) {
            throw new SolveException("found damping " + damping + ", expected at least 0 and less than 2");
        }
        if (!(scale > 0) || Double.isInfinite(scale)) {
            throw new SolveException("found scale " + scale + ", expected a positive number");
        }
    }

    /** {@code d·s}: the damping of the system that is solved. */
    public double systemDamping() {
        return damping * scale;
    }

    /** Solves {@code (C + d·s·I) x = v} for several right sides together. */
    public List<Solution> solveAll(Curvature curvature, double[][] vectors, IterationListener listener) {
        return lissa().solveAll(curvature, system(curvature), 1 / scale, vectors, listener);
    }

    /**
     * The same by minibatches, one draw a step for all right sides; their averaged repeats are this method's own.
     *
     * @throws DivergenceException if the scale is too small for the samples, and that shows
     */
    public List<Solution> solveAll(
            FiniteSumCurvature curvature, Minibatches minibatches, double[][] vectors, IterationListener listener) {
        return lissa().solveAll(curvature, system(curvature), minibatches, 1 / scale, vectors, listener);
    }

    private Lissa lissa() {
        return new Lissa(tolerance, maximumIterations);
    }

    private Damping system(Curvature curvature) {
        return Damping.absolute(curvature.space(), systemDamping());
    }

    /** Solves {@code (C + d·s·I) x = v}. */
    public Solution solve(Curvature curvature, double[] v) {
        return solveAll(curvature, new double[][] {v}, IterationListener.NONE).getFirst();
    }

    /** This recursion as an inverse curvature. */
    public IterativeInverse asInverse(Curvature curvature, IterationListener listener) {
        return new IterativeInverse(curvature.space(), vectors -> solveAll(curvature, vectors, listener));
    }

    /** The same by minibatches; each call has the same draws. */
    public IterativeInverse asInverse(
            FiniteSumCurvature curvature, Minibatches minibatches, IterationListener listener) {
        return new IterativeInverse(
                curvature.space(), vectors -> solveAll(curvature, minibatches, vectors, listener));
    }
}
