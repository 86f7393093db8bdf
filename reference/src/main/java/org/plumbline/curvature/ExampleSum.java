package org.plumbline.curvature;

import java.util.List;
import org.plumbline.engine.Workers;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;

/**
 * Sums over examples that do not depend on the number of threads: examples are summed in shards, in order, and the
 * shards in order. The number of examples alone decides how long a shard is: {@value #SHARD}, or less where that leaves
 * fewer than {@value #LEAST} shards for threads to share, as in a minibatch.
 */
final class ExampleSum {
    private static final int SHARD = 8;
    private static final int LEAST = 4;

    private ExampleSum() {}

    /** Adds what one example contributes to {@code sum}. */
    @FunctionalInterface
    interface Term {
        void addTo(double[] sum, int index, Example example);
    }

    /** {@code Σ_m term_m}, a vector of {@code dimension}. Memory: one vector for every shard in flight. */
    static double[] of(List<Example> examples, int dimension, Workers workers, Term term) {
        int shard = Math.clamp((examples.size() + LEAST - 1) / LEAST, 1, SHARD);
        int shards = (examples.size() + shard - 1) / shard;
        double[] total = new double[dimension];
        for (int first = 0; first < shards; first += workers.threads()) {
            int from = first;
            double[][] partial = new double[Math.min(workers.threads(), shards - first)][];
            workers.forEach(partial.length, i -> {
                double[] sum = new double[dimension];
                int end = Math.min((from + i + 1) * shard, examples.size());
                for (int m = (from + i) * shard; m < end; m++) {
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
