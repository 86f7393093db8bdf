package org.plumbline.verification.truth;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.plumbline.influence.InfluenceScores;
import org.plumbline.random.RandomStreams;
import org.plumbline.verification.statistics.Agreement;
import org.plumbline.verification.statistics.Interval;
import org.plumbline.verification.statistics.MeanInterval;

/**
 * The linear datamodeling score (Ilyas et al., <em>Datamodels</em>, 2022; Park et al., <em>TRAK</em>, 2023): how well
 * sums of scores over random subsets rank the measurements after training on those subsets. For each query Spearman's
 * correlation over the subsets between {@code −Σ_{m removed} score(m)} and the measurement; then the mean over queries.
 *
 * @param removed for each subset the indices of the sequences that were left out
 * @param measurements {@code [subsets][queries]}, means over seeds
 */
public record LinearDatamodeling(int[][] removed, double[][] measurements) {
    private static final double CONFIDENCE = 0.95;

    /**
     * Draws subsets.
     *
     * @param subsets how many
     * @param sequences {@code N}
     * @param count number of sequences to leave out of each
     */
    public static int[][] draw(int subsets, int sequences, int count, long seed) {
        int[][] removed = new int[subsets][];
        for (int j = 0; j < subsets; j++) {
            removed[j] = sample(sequences, count, RandomStreams.of(seed, "subsets without " + count, j));
        }
        return removed;
    }

    /** {@code count} different numbers below {@code n}, ascending. */
    public static int[] sample(int n, int count, RandomGenerator random) {
        int[] all = new int[n];
        Arrays.setAll(all, i -> i);
        for (int i = 0; i < count; i++) {
            int j = i + random.nextInt(n - i);
            int chosen = all[j];
            all[j] = all[i];
            all[i] = chosen;
        }
        int[] sample = Arrays.copyOf(all, count);
        Arrays.sort(sample);
        return sample;
    }

    /** The score of each query; NaN where all subsets give one measurement or one sum. */
    public double[] perQuery(InfluenceScores scores) {
        double[] result = new double[scores.raw().length];
        for (int q = 0; q < result.length; q++) {
            double[] predicted = new double[removed.length];
            double[] measured = new double[removed.length];
            for (int j = 0; j < removed.length; j++) {
                for (int m : removed[j]) {
                    predicted[j] -= scores.raw()[q][m];
                }
                measured[j] = measurements[j][q];
            }
            result[q] = Agreement.spearman(predicted, measured);
        }
        return result;
    }

    /** The mean over queries, with a 95 % interval over queries. */
    public Interval score(InfluenceScores scores) {
        return MeanInterval.of(perQuery(scores), CONFIDENCE).within(-1, 1);
    }
}
