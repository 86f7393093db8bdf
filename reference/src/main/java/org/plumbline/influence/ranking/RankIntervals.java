package org.plumbline.influence.ranking;

import java.util.Arrays;

/**
 * What is certain of a ranking, largest scores first, when the score of sequence {@code m} is only known to be in
 * {@code [s_m − b_m, s_m + b_m]}. The rank of {@code m}, 1 for the largest, is then
 *
 * <pre>  at least  1 + #{j : s_j − b_j > s_m + b_m},   at most  1 + #{j ≠ m : s_j + b_j ≥ s_m − b_m},</pre>
 *
 * <p>and no better can be said from intervals. Equal scores are in each other's way here: neither is certainly first,
 * so that what is certain holds for any order among ties. {@code O(N log N)} operations.
 *
 * @param best the least rank of each sequence
 * @param worst the largest rank of each
 */
public record RankIntervals(int[] best, int[] worst) {

    /**
     * @param scores any estimates of the scores
     * @param bounds what each can be off by; not negative, infinite where nothing is known
     * @throws IllegalArgumentException if there is not one bound for each score, or one is negative or no number
     */
    public static RankIntervals of(double[] scores, double[] bounds) {
        int n = scores.length;
        if (bounds.length != n) {
            throw new IllegalArgumentException("found " + bounds.length + " bounds, expected one for each of " + n);
        }
        double[] low = new double[n];
        double[] high = new double[n];
        for (int m = 0; m < n; m++) {
            if (!(bounds[m] >= 0)) {
                throw new IllegalArgumentException("found bound " + bounds[m] + ", expected at least 0");
            }
            // Rounded outward: an end must not come nearer to the score.
            low[m] = Math.nextDown(scores[m] - bounds[m]);
            high[m] = Math.nextUp(scores[m] + bounds[m]);
        }
        double[] lows = low.clone();
        double[] highs = high.clone();
        Arrays.sort(lows);
        Arrays.sort(highs);
        int[] best = new int[n];
        int[] worst = new int[n];
        for (int m = 0; m < n; m++) {
            best[m] = 1 + n - firstAbove(lows, high[m]);
            // The sequence itself is among those that are not below it.
            worst[m] = n - firstNotBelow(highs, low[m]);
        }
        return new RankIntervals(best, worst);
    }

    /** How many of the {@code k} largest scores are certainly among them. */
    public int certain(int k) {
        return (int) Arrays.stream(worst).filter(rank -> rank <= k).count();
    }

    /** Whether sequence {@code m} is certainly among the {@code k} with the largest scores. */
    public boolean isCertainlyIn(int m, int k) {
        return worst[m] <= k;
    }

    /** Whether sequence {@code m} is certainly not among the {@code k} with the largest scores. */
    public boolean isCertainlyOutside(int m, int k) {
        return best[m] > k;
    }

    /** Whether the rank of sequence {@code m} is certain. */
    public boolean isCertain(int m) {
        return best[m] == worst[m];
    }

    /** The first position in ascending {@code values} with a value above {@code limit}. */
    private static int firstAbove(double[] values, double limit) {
        return firstNotBelow(values, Math.nextUp(limit));
    }

    /** The first position in ascending {@code values} with a value of at least {@code limit}. */
    private static int firstNotBelow(double[] values, double limit) {
        int from = 0;
        int to = values.length;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (values[middle] < limit) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }
}
