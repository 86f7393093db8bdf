package org.plumbline.curvature;

import java.util.ArrayList;
import java.util.List;
import org.plumbline.batch.PassListener;
import org.plumbline.engine.Workers;
import org.plumbline.linalg.SymmetricEigen;

/**
 * The eigenbasis of a layer's Kronecker factors, {@code A = Q_A diag(a) Q_Aᵀ}, {@code S = Q_S diag(s) Q_Sᵀ}.
 *
 * @param activationVectors {@code Q_A}, eigenvectors in columns, row-major
 * @param activationValues {@code a}, ascending within each partition of {@code A}
 * @param gradientVectors {@code Q_S}, eigenvectors in columns, row-major
 * @param gradientValues {@code s}, ascending within each partition of {@code S}
 */
public record KroneckerBasis(
        double[] activationVectors, double[] activationValues, double[] gradientVectors, double[] gradientValues) {

    /** Rows from which on the arrays of a decomposition are large beside everything else. */
    private static final int LARGE = 512;

    /** The eigenbasis of these factors. */
    public static KroneckerBasis of(KroneckerFactors factors) {
        return of(factors, 1);
    }

    /**
     * The eigenbasis of these factors with everything outside {@code O} diagonal partitions of each set to zero (Grosse
     * et al., 2023, appendix A). Partitions are contiguous; where {@code O} does not divide the size the first ones are
     * one longer, and the ones column of {@code ā}, the last, is in the last. Each partition is decomposed by itself,
     * so that eigenvectors keep to their partition even where partitions share an eigenvalue.
     *
     * @param partitions {@code O}; 1 for whole factors
     * @throws IllegalArgumentException if there is less than one partition, or a factor has fewer rows
     */
    public static KroneckerBasis of(KroneckerFactors factors, int partitions) {
        return of(List.of(factors), partitions, Workers.serial(), PassListener.NONE).getFirst();
    }

    /**
     * The eigenbases of several layers, in double precision. Factors are shared by the workers; a large one is shared
     * inside its decomposition.
     *
     * @param partitions {@code O}; 1 for whole factors
     * @param listener told when a large decomposition has let go of its arrays
     * @throws IllegalArgumentException if there is less than one partition, or a factor has fewer rows
     */
    public static List<KroneckerBasis> of(
            List<KroneckerFactors> factors, int partitions, Workers workers, PassListener listener) {
        List<Decomposition> decompositions = new ArrayList<>();
        for (KroneckerFactors layer : factors) {
            decompositions.add(new Decomposition(layer.activation(), layer.block().columns(), partitions));
            decompositions.add(new Decomposition(layer.gradient(), layer.block().rows(), partitions));
        }
        workers.forEach(decompositions.size(), i -> {
            decompositions.get(i).compute();
            if (decompositions.get(i).size >= LARGE) {
                listener.released();
            }
        });
        List<KroneckerBasis> bases = new ArrayList<>();
        for (int i = 0; i < decompositions.size(); i += 2) {
            Decomposition a = decompositions.get(i);
            Decomposition s = decompositions.get(i + 1);
            bases.add(new KroneckerBasis(a.vectors, a.values, s.vectors, s.values));
        }
        return bases;
    }

    /**
     * Where partition {@code k} of {@code partitions} begins among {@code size} rows; for {@code k = partitions}, their
     * end.
     */
    static int start(int size, int partitions, int k) {
        return k * (size / partitions) + Math.min(k, size % partitions);
    }

    /** Eigenvectors in columns, zero outside the partitions; eigenvalues ascending within each. */
    private static final class Decomposition {
        private final double[] matrix;
        private final int size;
        private final int partitions;
        private final double[] vectors;
        private final double[] values;

        Decomposition(double[] matrix, int size, int partitions) {
            if (partitions < 1 || partitions > size) {
                throw new IllegalArgumentException("found " + partitions + " partitions of a factor of " + size
                        + " rows, expected 1 to " + size);
            }
            this.matrix = matrix;
            this.size = size;
            this.partitions = partitions;
            this.vectors = new double[size * size];
            this.values = new double[size];
        }

        void compute() {
            for (int k = 0; k < partitions; k++) {
                int from = start(size, partitions, k);
                int n = start(size, partitions, k + 1) - from;
                double[] block = new double[n * n];
                for (int i = 0; i < n; i++) {
                    System.arraycopy(matrix, (from + i) * size + from, block, i * n, n);
                }
                SymmetricEigen eigen = SymmetricEigen.of(block, n);
                double[] columns = eigen.vectors();
                for (int i = 0; i < n; i++) {
                    System.arraycopy(columns, i * n, vectors, (from + i) * size + from, n);
                }
                System.arraycopy(eigen.values(), 0, values, from, n);
            }
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
