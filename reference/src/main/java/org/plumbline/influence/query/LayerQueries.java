package org.plumbline.influence.query;

import java.util.List;
import org.plumbline.engine.Storage;
import org.plumbline.model.TrackedLayer;

/**
 * Preconditioned query gradients {@code P_q = (C + λ)⁻¹ ∇f_q} of one layer, as matrices {@code [out, columns]} or as
 * products of two thin ones; in the precision of the programs that made them, since they may be
 * most of a scan's memory.
 */
public sealed interface LayerQueries {
    TrackedLayer layer();

    /** Number of queries. */
    int count();

    /** {@code P_q}, {@code [out, columns]}, row-major; not to be changed. */
    double[] matrix(int query);

    /**
     * Whole matrices.
     *
     * @param matrices of each query, {@code [out, columns]}
     */
    record Full(TrackedLayer layer, List<Storage> matrices) implements LayerQueries {
        public Full {
            matrices = List.copyOf(matrices);
        }

        @Override
        public int count() {
            return matrices.size();
        }

        @Override
        public double[] matrix(int query) {
            return matrices.get(query).toDoubles();
        }
    }

    /**
     * {@code P_q ≈ L_q R_qᵀ}, the nearest of rank {@code r} (Grosse et al., 2023, §3.2.2).
     *
     * @param rank {@code r}
     * @param left {@code L_q [out, r]} of each query
     * @param right {@code R_q [columns, r]} of each query
     */
    record LowRank(TrackedLayer layer, int rank, List<Storage> left, List<Storage> right) implements LayerQueries {
        public LowRank {
            left = List.copyOf(left);
            right = List.copyOf(right);
        }

        @Override
        public int count() {
            return left.size();
        }

        @Override
        public double[] matrix(int query) {
            double[] l = left.get(query).toDoubles();
            double[] r = right.get(query).toDoubles();
            double[] matrix = new double[layer.size()];
            for (int i = 0; i < layer.outputs(); i++) {
                for (int j = 0; j < layer.columns(); j++) {
                    double sum = 0;
                    for (int k = 0; k < rank; k++) {
                        sum += l[i * rank + k] * r[j * rank + k];
                    }
                    matrix[i * layer.columns() + j] = sum;
                }
            }
            return matrix;
        }
    }
}
