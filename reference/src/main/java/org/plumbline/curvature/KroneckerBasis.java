package org.plumbline.curvature;

import org.plumbline.linalg.SymmetricEigen;

/**
 * The eigenbasis of a layer's Kronecker factors, {@code A = Q_A diag(a) Q_Aᵀ}, {@code S = Q_S diag(s) Q_Sᵀ}.
 *
 * @param activationVectors {@code Q_A}, eigenvectors in columns, row-major
 * @param activationValues {@code a}, ascending within each diagonal block of {@code A}
 * @param gradientVectors {@code Q_S}, eigenvectors in columns, row-major
 * @param gradientValues {@code s}, ascending within each diagonal block of {@code S}
 */
public record KroneckerBasis(
        double[] activationVectors, double[] activationValues, double[] gradientVectors, double[] gradientValues) {

    /** The eigenbasis of these factors. */
    public static KroneckerBasis of(KroneckerFactors factors) {
        return of(factors, 1);
    }

    /**
     * The eigenbasis of these factors with everything outside {@code O} diagonal blocks of each set to zero (Grosse et
     * al., 2023, appendix A). Blocks are contiguous; where {@code O} does not divide the size the first ones are one
     * longer, and the ones column of {@code ā}, the last, is in the last. Each block is decomposed by itself, so that
     * eigenvectors keep to their block even where blocks share an eigenvalue.
     *
     * @param parts {@code O}; a factor with fewer rows than that has a block for each row
     * @throws IllegalArgumentException if there is less than one block
     */
    public static KroneckerBasis of(KroneckerFactors factors, int parts) {
        if (parts < 1) {
            throw new IllegalArgumentException("found " + parts + " diagonal blocks, expected at least 1");
        }
        int columns = factors.block().columns();
        int rows = factors.block().rows();
        double[] activationVectors = new double[columns * columns];
        double[] activationValues = new double[columns];
        double[] gradientVectors = new double[rows * rows];
        double[] gradientValues = new double[rows];
        decompose(factors.activation(), columns, parts, activationVectors, activationValues);
        decompose(factors.gradient(), rows, parts, gradientVectors, gradientValues);
        return new KroneckerBasis(activationVectors, activationValues, gradientVectors, gradientValues);
    }

    private static void decompose(double[] factor, int n, int parts, double[] vectors, double[] values) {
        int count = Math.min(parts, n);
        int from = 0;
        for (int part = 0; part < count; part++) {
            int size = n / count + (part < n % count ? 1 : 0);
            double[] block = new double[size * size];
            for (int row = 0; row < size; row++) {
                System.arraycopy(factor, (from + row) * n + from, block, row * size, size);
            }
            SymmetricEigen eigen = SymmetricEigen.of(block, size);
            System.arraycopy(eigen.values(), 0, values, from, size);
            double[] columns = eigen.vectors();
            for (int row = 0; row < size; row++) {
                System.arraycopy(columns, row * size, vectors, (from + row) * n + from, size);
            }
            from += size;
        }
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
