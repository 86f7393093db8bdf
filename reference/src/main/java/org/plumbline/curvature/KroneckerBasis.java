package org.plumbline.curvature;

import org.plumbline.linalg.SymmetricEigen;

/**
 * The eigenbasis of a layer's Kronecker factors, {@code A = Q_A diag(a) Q_Aᵀ}, {@code S = Q_S diag(s) Q_Sᵀ}.
 *
 * @param activationVectors {@code Q_A}, eigenvectors in columns, row-major
 * @param activationValues {@code a}, ascending
 * @param gradientVectors {@code Q_S}, eigenvectors in columns, row-major
 * @param gradientValues {@code s}, ascending
 */
public record KroneckerBasis(
        double[] activationVectors, double[] activationValues, double[] gradientVectors, double[] gradientValues) {

    /** The eigenbasis of these factors. */
    public static KroneckerBasis of(KroneckerFactors factors) {
        SymmetricEigen a = SymmetricEigen.of(factors.activation(), factors.block().columns());
        SymmetricEigen s = SymmetricEigen.of(factors.gradient(), factors.block().rows());
        return new KroneckerBasis(a.vectors(), a.values(), s.vectors(), s.values());
    }

    /** Rows of the layer's block. */
    public int rows() {
        return gradientValues.length;
    }

    /** Columns of the layer's block. */
    public int columns() {
        return activationValues.length;
    }
}
