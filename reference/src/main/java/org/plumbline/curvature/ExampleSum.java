package org.plumbline.curvature;

import java.util.List;
import org.plumbline.engine.Workers;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;

/**
 * Sums over examples that do not depend on the number of threads: examples are summed in shards of a fixed size, in
 * order, and the shards in order.
 */
final class ExampleSum {
    private static final int SHARD = 8;

    private ExampleSum() {}

    /** Adds what one example contributes to {@code sum}. */
    @FunctionalInterface
    interface Term {
        void addTo(double[] sum, int index, Example example);
    }

    /** {@code Σ_m term_m}, a vector of {@code dimension}. Memory: one vector for every shard in flight. */
    static double[] of(List<Example> examples, int dimension, Workers workers, Term term) {
        int shards = (examples.size() + SHARD - 1) / SHARD;
        double[] total = new double[dimension];
        for (int first = 0; first < shards; first += workers.threads()) {
            int from = first;
            double[][] partial = new double[Math.min(workers.threads(), shards - first)][];
            workers.forEach(partial.length, i -> {
                double[] sum = new double[dimension];
                int end = Math.min((from + i + 1) * SHARD, examples.size());
                for (int m = (from + i) * SHARD; m < end; m++) {
                    term.addTo(sum, m, examples.get(m));
                }
                partial[i] = sum;
            });
            for (double[] sum : partial) {
                Vectors.axpy(1, sum, total);
            }
        }
        return total;
    }
}
