package org.plumbline.influence.ranking;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The sequences that raise a query's log-likelihood most, and those that lower it most.
 *
 * @param positive largest scores first, ties by number
 * @param negative smallest scores first, ties by number
 * @param positiveTotal sum of all positive scores
 * @param negativeTotal sum of all negative scores
 */
public record Ranking(List<Entry> positive, List<Entry> negative, double positiveTotal, double negativeTotal) {

    /**
     * A sequence in a ranking.
     *
     * @param sequence its number
     * @param raw {@code −qᵀ(C + λ)⁻¹g}: positive raises the query's log-likelihood
     * @param share of the sum of all scores of its sign
     */
    public record Entry(int sequence, double raw, double share) {}

    public Ranking {
        positive = List.copyOf(positive);
        negative = List.copyOf(negative);
    }

    /**
     * The {@code k} of each sign.
     *
     * @param scores of the sequences
     * @param numbers of the sequences that the scores are of
     */
    public static Ranking of(double[] scores, int[] numbers, int k) {
        double positive = 0;
        double negative = 0;
        for (double score : scores) {
            positive += Math.max(0, score);
            negative += Math.min(0, score);
        }
        return new Ranking(
                top(scores, numbers, k, 1, positive), top(scores, numbers, k, -1, negative), positive, negative);
    }

    private static List<Entry> top(double[] scores, int[] numbers, int k, int sign, double total) {
        Comparator<Entry> best = Comparator.<Entry>comparingDouble(entry -> -sign * entry.raw())
                .thenComparingInt(Entry::sequence);
        PriorityQueue<Entry> kept = new PriorityQueue<>(best.reversed());
        for (int i = 0; i < scores.length; i++) {
            if (sign * scores[i] > 0) {
                kept.add(new Entry(numbers[i], scores[i], scores[i] / total));
                if (kept.size() > k) {
                    kept.remove();
                }
            }
        }
        List<Entry> ordered = new ArrayList<>(kept);
        ordered.sort(best);
        return ordered;
    }

    /** How many of a full scan's first sequences another ranking has too: the recall of a filter. */
    public static double recall(List<Entry> full, List<Entry> filtered) {
        if (full.isEmpty()) {
            return 1;
        }
        List<Integer> found = filtered.stream().map(Entry::sequence).toList();
        return (double) full.stream().filter(entry -> found.contains(entry.sequence())).count() / full.size();
    }
}
