package org.plumbline.curvature;

import java.util.ArrayList;
import java.util.List;
import org.plumbline.batch.StageMemory;
import org.plumbline.engine.Workers;
import org.plumbline.linalg.SymmetricEigen;

/**
 * Eigenbases of Kronecker factors that are split into {@code O} contiguous diagonal blocks each (Grosse et al., 2023,
 * appendix A), everything outside the blocks taken as zero; {@code O = 1} is the whole factor. The first blocks are one
 * longer where the size does not divide, and the ones column of {@code ā}, its last, is in the last block.
 *
 * <p>Double precision. Blocks are shared by the workers; one large block is shared inside its decomposition.
 */
public final class BlockEigenbases {
    /** Rows from which on what a decomposition worked in is collected at once: beside its time that costs nothing. */
    private static final int LARGE = 512;

    private BlockEigenbases() {}

    /**
     * The basis of each layer.
     *
     * @throws IllegalArgumentException if there are more blocks than rows
     */
    public static List<KroneckerBasis> of(List<KroneckerFactors> factors, int blocks, Workers workers) {
        List<Decomposition> decompositions = new ArrayList<>();
        for (KroneckerFactors layer : factors) {
            decompositions.add(new Decomposition(layer.activation(), layer.block().columns(), blocks));
            decompositions.add(new Decomposition(layer.gradient(), layer.block().rows(), blocks));
        }
        int tasks = decompositions.size();
        workers.forEach(tasks, i -> {
            decompositions.get(i).compute();
            if (decompositions.get(i).size >= LARGE) {
                StageMemory.release();
            }
        });
        List<KroneckerBasis> bases = new ArrayList<>();
        for (int i = 0; i < tasks; i += 2) {
            Decomposition a = decompositions.get(i);
            Decomposition s = decompositions.get(i + 1);
            bases.add(new KroneckerBasis(a.vectors, a.values, s.vectors, s.values));
        }
        return bases;
    }

    /** Where block {@code k} of {@code blocks} begins among {@code size} rows; for {@code k = blocks}, their end. */
    static int start(int size, int blocks, int k) {
        return k * (size / blocks) + Math.min(k, size % blocks);
    }

    /** Eigenvectors in columns, zero outside the blocks; eigenvalues ascending within each block. */
    private static final class Decomposition {
        private final double[] matrix;
        private final int size;
        private final int blocks;
        private final double[] vectors;
        private final double[] values;

        Decomposition(double[] matrix, int size, int blocks) {
            if (blocks < 1 || blocks > size) {
                throw new IllegalArgumentException("a factor of " + size + " rows cannot be split into " + blocks
                        + " blocks, expected 1 to " + size);
            }
            this.matrix = matrix;
            this.size = size;
            this.blocks = blocks;
            this.vectors = new double[size * size];
            this.values = new double[size];
        }

        void compute() {
            for (int k = 0; k < blocks; k++) {
                int from = start(size, blocks, k);
                int n = start(size, blocks, k + 1) - from;
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
}
