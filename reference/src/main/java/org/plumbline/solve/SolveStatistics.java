package org.plumbline.solve;

import org.plumbline.linalg.Vectors;

/**
 * How well one system {@code (C + D) x = v} was solved.
 *
 * @param rightSideNorm {@code ‖v‖}
 * @param residualNorm {@code ‖v − (C + D) x‖} of the returned {@code x}, computed from it and not carried along
 * @param iterations that led to {@code x}, as the solver counts them
 * @param converged whether the residual is within the tolerance asked for
 * @param smallestDamping {@code λ_min}, the smallest damping of any block
 */
public record SolveStatistics(
        double rightSideNorm, double residualNorm, int iterations, boolean converged, double smallestDamping) {

    /** {@code ‖r‖ / ‖v‖}; zero for {@code v = 0}. */
    public double relativeResidual() {
        return rightSideNorm == 0 ? 0 : residualNorm / rightSideNorm;
    }

    /**
     * What {@code |gᵀx − gᵀ(C + D)⁻¹v|} is at most: {@code ‖g‖ ‖r‖ / λ_min}. The error of {@code x} is
     * {@code (C + D)⁻¹ r}, and no eigenvalue of {@code C + D} is below {@code λ_min}. That needs a positive
     * semi-definite {@code C}: for a Hessian with negative curvature it is no bound. Infinite without damping. The
     * residual's own rounding, about {@code ε · P · ‖C + D‖ ‖x‖}, is not included.
     */
    public double errorBound(double[] g) {
        return residualNorm == 0 ? 0 : Vectors.norm(g) * residualNorm / smallestDamping;
    }
}
