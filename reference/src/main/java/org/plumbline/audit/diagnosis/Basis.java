package org.plumbline.audit.diagnosis;

import org.plumbline.linalg.VecKronecker;

/** The eigenbasis of a module that is audited. */
public final class Basis {
    private final int rows;
    private final int columns;
    private final double[] gradient;
    private final double[] activation;
    private final double[] gradientTransposed;
    private final double[] activationTransposed;

    /**
     * @param gradient {@code Q_S [rows, rows]}, eigenvectors in columns
     * @param activation {@code Q_A [columns, columns]}, eigenvectors in columns
     */
    Basis(int rows, int columns, double[] gradient, double[] activation) {
        this.rows = rows;
        this.columns = columns;
        this.gradient = gradient;
        this.activation = activation;
        this.gradientTransposed = VecKronecker.transposed(gradient, rows, rows);
        this.activationTransposed = VecKronecker.transposed(activation, columns, columns);
    }

    /** {@code Q_Sᵀ V Q_A}, or with the rotations the wrong way round {@code Q_S V Q_Aᵀ}. */
    double[] rotate(double[] v, boolean transposed) {
        return transposed
                ? VecKronecker.apply(gradient, rows, activation, columns, v)
                : VecKronecker.apply(gradientTransposed, rows, activationTransposed, columns, v);
    }
}
