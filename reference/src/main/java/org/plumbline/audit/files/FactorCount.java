package org.plumbline.audit.files;

/** What a sum was taken over, as a count beside it. */
public enum FactorCount {
    /** Positions in {@code Σ ā āᵀ}. */
    ACTIVATION("num_activation_covariance_processed"),
    /** Positions in {@code Σ Ds Dsᵀ}. */
    GRADIENT("num_gradient_covariance_processed"),
    /** Sequences in {@code Σ_m (Q_Sᵀ G_m Q_A)²}. */
    LAMBDA("num_lambda_processed");

    private final String file;

    FactorCount(String file) {
        this.file = file;
    }

    /** The name of the file, without its extension, and of the entry of an index. */
    public String file() {
        return file;
    }
}
