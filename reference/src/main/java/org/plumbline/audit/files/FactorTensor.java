package org.plumbline.audit.files;

/** What a module's factors consist of, under the names that Kronfluence gives the files. */
public enum FactorTensor {
    /** {@code Σ ā āᵀ} or its mean, {@code [columns, columns]}. */
    ACTIVATION_COVARIANCE("activation_covariance", true),
    /** {@code Σ Ds Dsᵀ} or its mean, {@code [rows, rows]}. */
    GRADIENT_COVARIANCE("gradient_covariance", true),
    /** {@code Q_A}, eigenvectors in columns, {@code [columns, columns]}. */
    ACTIVATION_EIGENVECTORS("activation_eigenvectors", false),
    /** Eigenvalues of the mean {@code ā āᵀ}, {@code [columns]}. */
    ACTIVATION_EIGENVALUES("activation_eigenvalues", false),
    /** {@code Q_S}, eigenvectors in columns, {@code [rows, rows]}. */
    GRADIENT_EIGENVECTORS("gradient_eigenvectors", false),
    /** Eigenvalues of the mean {@code Ds Dsᵀ}, {@code [rows]}. */
    GRADIENT_EIGENVALUES("gradient_eigenvalues", false),
    /** {@code Σ_m (Q_Sᵀ G_m Q_A)²} or its mean, {@code [rows, columns]}. */
    LAMBDA("lambda_matrix", true);

    private final String file;
    private final boolean summed;

    FactorTensor(String file, boolean summed) {
        this.file = file;
        this.summed = summed;
    }

    /** The name of the file, without its extension, and of the entry of an index. */
    public String file() {
        return file;
    }

    /** Whether parts made from different data are added. */
    public boolean isSummed() {
        return summed;
    }

    /** The shape for a module of this shape. */
    public int[] shape(int rows, int columns) {
        return switch (this) {
            case ACTIVATION_COVARIANCE, ACTIVATION_EIGENVECTORS -> new int[] {columns, columns};
            case ACTIVATION_EIGENVALUES -> new int[] {columns};
            case GRADIENT_COVARIANCE, GRADIENT_EIGENVECTORS -> new int[] {rows, rows};
            case GRADIENT_EIGENVALUES -> new int[] {rows};
            case LAMBDA -> new int[] {rows, columns};
        };
    }
}
