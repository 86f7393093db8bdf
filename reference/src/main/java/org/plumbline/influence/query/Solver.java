package org.plumbline.influence.query;

/** What preconditions the gradient of a query. */
public enum Solver {
    /** {@code (C + λ)⁻¹} of the fitted curvature, in closed form. */
    CLOSED,

    /**
     * {@code (G + λ)⁻¹}, {@code G} the exact Gauss–Newton matrix, by conjugate gradients that {@code C + λ}
     * preconditions.
     */
    CG,

    /** The same by Neumann steps with momentum that {@code C + λ} preconditions (ASTRA). */
    ASTRA,

    /** The same by LiSSA, which nothing preconditions. */
    LISSA
}
