package org.plumbline.influence.scan;

/** What a scan gives each token beside the score of the sequence (Grosse et al., 2023, §3.4 and appendix B). */
public enum TokenScores {
    /** None. */
    NONE,
    /**
     * By the position whose pre-activations carry the gradient: {@code g = Σ_t Ds_t ā_tᵀ} (eq. 31). The cell of
     * {@code t} holds the loss terms at and after it; cells sum to the score.
     */
    GRADIENT,
    /**
     * By the token predicted: {@code −d/dε L_t(θ + ε v)} (eq. 35–36), as
     * {@link org.plumbline.influence.OutputTokenInfluence} defines it. Cells sum to the score.
     */
    OUTPUT,
    /**
     * By the token read: {@code −d/dε e_tᵀ ∂L/∂e_t (θ + ε v)} (eq. 37–38), as
     * {@link org.plumbline.influence.InputTokenInfluence} defines it. A sensitivity: cells do not sum to the score.
     */
    INPUT
}
