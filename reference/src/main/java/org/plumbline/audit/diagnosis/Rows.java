package org.plumbline.audit.diagnosis;

/**
 * What one module sees of one sequence.
 *
 * @param positions {@code T}, those counted only in some conventions included
 * @param columns of {@code ā}
 * @param outputs of the module
 * @param inputs {@code ā [T, columns]}
 * @param gradients {@code Ds [T, outputs]} at each array of labels
 */
record Rows(int positions, int columns, int outputs, double[] inputs, double[][] gradients) {

    /** {@code Σ_t Ds_t ā_tᵀ [outputs, columns]} over positions {@code from ≤ t < to}. */
    double[] gradient(int labels, int from, int to) {
        double[] sum = new double[outputs * columns];
        double[] ds = gradients[labels];
        for (int t = from; t < to; t++) {
            for (int i = 0; i < outputs; i++) {
                double d = ds[t * outputs + i];
                if (d != 0) {
                    for (int j = 0; j < columns; j++) {
                        sum[i * columns + j] += d * inputs[t * columns + j];
                    }
                }
            }
        }
        return sum;
    }

    /** Adds {@code ā_t ā_tᵀ} of {@code from ≤ t < to}. */
    void addInputs(double[] sum, int from, int to) {
        addSquares(sum, inputs, columns, from, to, 1);
    }

    /** Adds {@code w Ds_t Ds_tᵀ}. */
    void addGradients(double[] sum, int labels, double weight) {
        addSquares(sum, gradients[labels], outputs, 0, positions, weight);
    }

    private static void addSquares(double[] sum, double[] rows, int n, int from, int to, double weight) {
        for (int t = from; t < to; t++) {
            for (int i = 0; i < n; i++) {
                double x = weight * rows[t * n + i];
                if (x != 0) {
                    for (int j = 0; j < n; j++) {
                        sum[i * n + j] += x * rows[t * n + j];
                    }
                }
            }
        }
    }
}
