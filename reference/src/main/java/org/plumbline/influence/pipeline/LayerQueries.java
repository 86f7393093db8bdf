package org.plumbline.influence.pipeline;

import org.plumbline.model.TrackedLayer;

/**
 * Preconditioned query gradients {@code P_q = (C + λ)⁻¹ ∇f_q} of one layer, as matrices {@code [out, columns]} or as
 * products of two thin ones.
 */
public sealed interface LayerQueries {
    TrackedLayer layer();

    /** Number of queries. */
    int count();

    /** {@code P_q}, {@code [out, columns]}, row-major. */
    double[] matrix(int query);

    /**
     * Whole matrices.
     *
     * @param matrices {@code [queries][out · columns]}
     */
    record Full(TrackedLayer layer, double[][] matrices) implements LayerQueries {
        @Override
        public int count() {
            return matrices.length;
        }

        @Override
        public double[] matrix(int query) {
            return matrices[query];
        }
    }

    /**
     * {@code P_q ≈ L_q R_qᵀ}, the nearest of rank {@code r} (Grosse et al., 2023, §3.2.2).
     *
     * @param rank {@code r}
     * @param left {@code L_q [out, r]}
     * @param right {@code R_q [columns, r]}
     */
    record LowRank(TrackedLayer layer, int rank, double[][] left, double[][] right) implements LayerQueries {
        @Override
        public int count() {
            return left.length;
        }

        @Override
        public double[] matrix(int query) {
            double[] matrix = new double[layer.size()];
            for (int i = 0; i < layer.outputs(); i++) {
                for (int j = 0; j < layer.columns(); j++) {
                    double sum = 0;
                    for (int k = 0; k < rank; k++) {
                        sum += left[query][i * rank + k] * right[query][j * rank + k];
                    }
                    matrix[i * layer.columns() + j] = sum;
                }
            }
            return matrix;
        }
    }
}
