package org.plumbline.audit.diagnosis;

import java.util.Comparator;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/**
 * What a deviation does to rankings: scores against those recomputed, means over queries.
 *
 * @param pearson correlation
 * @param spearman correlation of ranks
 * @param top how many are compared at the top
 * @param overlap share of these that both have
 */
public record Harm(double pearson, double spearman, int top, double overlap) {

    /** Compares {@code [Q][N]} scores. */
    public static Harm of(double[][] found, double[][] right) {
        int n = found[0].length;
        int top = Math.max(1, Math.min(10, n / 5));
        double pearson = 0;
        double spearman = 0;
        double overlap = 0;
        for (int q = 0; q < found.length; q++) {
            pearson += n < 2 ? 1 : new PearsonsCorrelation().correlation(found[q], right[q]) / found.length;
            spearman += n < 2 ? 1 : new SpearmansCorrelation().correlation(found[q], right[q]) / found.length;
            Set<Integer> both = new HashSet<>(top(found[q], top));
            both.retainAll(top(right[q], top));
            overlap += (double) both.size() / top / found.length;
        }
        return new Harm(pearson, spearman, top, overlap);
    }

    private static Set<Integer> top(double[] scores, int count) {
        return IntStream.range(0, scores.length).boxed()
                .sorted(Comparator.comparingDouble(i -> -scores[i])).limit(count).collect(Collectors.toSet());
    }

    /** In a sentence. */
    public String text() {
        return String.format(Locale.ROOT,
                "against recomputed scores: correlation %.3f, of ranks %.3f, top-%d overlap %.0f %%",
                pearson, spearman, top, 100 * overlap);
    }
}
