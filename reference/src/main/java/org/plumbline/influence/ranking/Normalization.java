package org.plumbline.influence.ranking;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How much of a sequence's score is the size of its own gradient. With {@code self = gᵀ(C + λ)⁻¹g}, {@code raw/√self}
 * is {@code √(qᵀ(C + λ)⁻¹q)} times the cosine between query and sequence in the metric of {@code (C + λ)⁻¹} (Barshan et
 * al., <em>RelatIF</em>, 2020, with that factor left out: it is the same for all sequences).
 *
 * @param selfInfluence {@code self}
 * @param timesMedian {@code self} over its median among sequences scanned; 0 if the median is
 * @param outlier whether that is at least {@value #OUTLIER}: such a sequence is high in most rankings
 * @param score {@code raw/√self}
 * @param rank by that score among the sequences listed with it, from 1
 */
public record Normalization(double selfInfluence, double timesMedian, boolean outlier, double score, int rank) {
    /** Self-influence of an outlier, in medians. */
    public static final double OUTLIER = 100;

    /**
     * Of the sequences of a list, in its order.
     *
     * @param raw their scores, all of one sign
     * @param self their self-influence
     * @param median of the self-influence of the sequences scanned
     */
    public static Normalization[] of(double[] raw, double[] self, double median) {
        double[] scores = IntStream.range(0, raw.length)
                .mapToDouble(i -> self[i] > 0 ? raw[i] / Math.sqrt(self[i]) : 0).toArray();
        int[] order = IntStream.range(0, raw.length).boxed()
                .sorted(Comparator.comparingDouble(i -> -Math.abs(scores[i]))).mapToInt(Integer::intValue).toArray();
        Normalization[] all = new Normalization[raw.length];
        for (int rank = 0; rank < order.length; rank++) {
            int i = order[rank];
            double times = median > 0 ? self[i] / median : 0;
            all[i] = new Normalization(self[i], times, times >= OUTLIER, scores[i], rank + 1);
        }
        return all;
    }

    /** The middle of some numbers, or the mean of the two in the middle. */
    public static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return n % 2 == 1 ? sorted[n / 2] : 0.5 * (sorted[n / 2 - 1] + sorted[n / 2]);
    }
}
