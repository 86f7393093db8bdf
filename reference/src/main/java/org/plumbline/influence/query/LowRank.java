package org.plumbline.influence.query;

import org.plumbline.linalg.SymmetricEigen;

/**
 * The nearest matrix of rank {@code r} (Eckart and Young, 1936): {@code P ≈ L Rᵀ} with the {@code r} leading singular
 * vectors of the shorter side as one factor and the product with {@code P} as the other, so that the singular
 * values need no division.
 *
 * <p>From the eigenvectors of the smaller Gram matrix, in double precision: singular values below {@code 1e−8 σ₁} have
 * no correct digits, which no truncation error can show. {@code O(n² m)} for sides {@code n ≤ m}.
 *
 * @param left {@code L [rows, r]}
 * @param right {@code R [columns, r]}
 * @param first singular value that is left out, {@code σ_{r+1}}
 * @param relativeError {@code ‖P − L Rᵀ‖_F / ‖P‖_F}
 */
record LowRank(double[] left, double[] right, double first, double relativeError) {

    static LowRank of(double[] p, int rows, int columns, int rank) {
        boolean byRows = rows <= columns;
        int n = byRows ? rows : columns;
        double[] gram = byRows ? gramOfRows(p, rows, columns) : gramOfColumns(p, rows, columns);
        SymmetricEigen eigen = SymmetricEigen.of(gram, n);
        double[] values = eigen.values();
        double[] vectors = eigen.vectors();
        int kept = Math.min(rank, n);
        double[] thin = new double[n * rank];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < kept; k++) {
                thin[i * rank + k] = vectors[i * n + n - 1 - k];
            }
        }
        double all = 0;
        double left = 0;
        for (int k = 0; k < n; k++) {
            double square = Math.max(0, values[n - 1 - k]);
            all += square;
            left += k >= kept ? square : 0;
        }
        double first = kept < n ? Math.sqrt(Math.max(0, values[n - 1 - kept])) : 0;
        double[] product = byRows
                ? transposeTimes(p, rows, columns, thin, rank)
                : times(p, rows, columns, thin, rank);
        return new LowRank(
                byRows ? thin : product, byRows ? product : thin, first, all == 0 ? 0 : Math.sqrt(left / all));
    }

    private static double[] gramOfRows(double[] p, int rows, int columns) {
        double[] gram = new double[rows * rows];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = 0;
                for (int k = 0; k < columns; k++) {
                    sum += p[i * columns + k] * p[j * columns + k];
                }
                gram[i * rows + j] = sum;
                gram[j * rows + i] = sum;
            }
        }
        return gram;
    }

    private static double[] gramOfColumns(double[] p, int rows, int columns) {
        double[] gram = new double[columns * columns];
        for (int k = 0; k < rows; k++) {
            for (int i = 0; i < columns; i++) {
                double factor = p[k * columns + i];
                for (int j = 0; j <= i; j++) {
                    gram[i * columns + j] += factor * p[k * columns + j];
                }
            }
        }
        for (int i = 0; i < columns; i++) {
            for (int j = 0; j < i; j++) {
                gram[j * columns + i] = gram[i * columns + j];
            }
        }
        return gram;
    }

    /** {@code Pᵀ X}. */
    private static double[] transposeTimes(double[] p, int rows, int columns, double[] x, int width) {
        double[] product = new double[columns * width];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                double factor = p[i * columns + j];
                for (int k = 0; k < width; k++) {
                    product[j * width + k] += factor * x[i * width + k];
                }
            }
        }
        return product;
    }

    /** {@code P X}. */
    private static double[] times(double[] p, int rows, int columns, double[] x, int width) {
        double[] product = new double[rows * width];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                double factor = p[i * columns + j];
                for (int k = 0; k < width; k++) {
                    product[i * width + k] += factor * x[j * width + k];
                }
            }
        }
        return product;
    }
}
