package org.plumbline.solve;

/** What a low-rank inverse does with the part of a vector outside the space of {@code U}. */
public enum LowRankComplement {
    /**
     * Nothing but damping is left there: {@code (U diag(θ) Uᵀ + D)⁻¹}, the exact inverse of the low-rank curvature.
     * With absolute damping the complement is divided by {@code λ}.
     */
    DAMPED,

    /**
     * The complement is dropped: {@code U (diag(θ) + UᵀDU)⁻¹ Uᵀ}, and without damping {@code U diag(1/θ) Uᵀ} as in
     * Schioppa et al. (2022). It is the best answer within the space of {@code U}, and zero for a vector outside it.
     */
    DISCARDED
}
