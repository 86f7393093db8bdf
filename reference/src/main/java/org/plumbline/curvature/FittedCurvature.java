package org.plumbline.curvature;

/**
 * A curvature that a fit has made, or that a store holds: everything about an estimator that depends neither on the
 * damping nor on a query.
 */
public interface FittedCurvature extends Curvature {

    /** {@code λ_ℓ = factor · mean eigenvalue of block ℓ} (Grosse et al., 2023, §3, with factor 0.1). */
    Damping damping(double factor);

    /**
     * {@code (C + λ)⁻¹}, or what the estimator takes for it.
     *
     * @throws SolveException if the damping does not fit, or leaves a block singular that has curvature
     */
    InverseCurvature inverse(Damping damping);
}
