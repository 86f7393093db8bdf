package org.plumbline.solve;

/**
 * What to solve where a Hessian {@code H = Q diag(h) Qᵀ} has negative eigenvalues and {@code D} is the damping.
 * Different questions, with different answers: none of them approximates another.
 */
public enum NegativeCurvature {
    /** {@code |H| + D} with the matrix absolute value {@code |H| = Q diag(|h|) Qᵀ}: positive definite. */
    ABSOLUTE,
    /** {@code H₊ + D} with {@code H₊ = Q diag(max(h, 0)) Qᵀ}, the nearest semi-definite matrix: positive definite. */
    CLIP,
    /** {@code H + D} as it stands: the system of the formula, indefinite and perhaps nearly singular. */
    NONE
}
