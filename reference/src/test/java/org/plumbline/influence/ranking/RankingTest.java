package org.plumbline.influence.ranking;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Retrieval and ranking against their formulas written out. */
class RankingTest {

    /** The formula of the paper with {@code k₁} left in: law 55, it cancels. */
    @Property(tries = 100)
    void tfIdfIsTheFormula(
            @ForAll @Size(min = 1, max = 12) List<@Size(max = 6) List<@IntRange(max = 5) Integer>> documents,
            @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 6) Integer> query,
            @ForAll @DoubleRange(min = 0.1, max = 10) double k1) {
        TfIdf retrieval = retrieval(documents);
        double[] scores = retrieval.scores(ints(query));
        for (int d = 0; d < documents.size(); d++) {
            double expected = 0;
            for (int token : query.stream().distinct().sorted().toList()) {
                long m = documents.stream().filter(document -> document.contains(token)).count();
                double e = documents.get(d).contains(token) ? 1 : 0;
                expected += (k1 + 1) * e / (k1 + e) * Math.log((documents.size() - m + 0.5) / (m + 0.5) + 1);
            }
            // (k₁ + 1)/(k₁ + 1) is 1 exactly; the sum is in the same order.
            assertEquals(expected, scores[d], 0.0);
        }
    }

    @Property(tries = 100)
    void theBestAreKeptTiesInOrder(
            @ForAll @Size(min = 1, max = 15) List<@Size(max = 4) List<@IntRange(max = 3) Integer>> documents,
            @ForAll @Size(min = 1, max = 4) List<@IntRange(max = 3) Integer> query,
            @ForAll @IntRange(min = 1, max = 15) int k) {
        TfIdf retrieval = retrieval(documents);
        double[] scores = retrieval.scores(ints(query));
        int[] expected = IntStream.range(0, scores.length).boxed()
                .sorted(Comparator.comparingDouble((Integer d) -> -scores[d]).thenComparing(Comparator.naturalOrder()))
                .limit(k).mapToInt(Integer::intValue).sorted().toArray();
        assertArrayEquals(expected, retrieval.top(ints(query), k));
    }

    private static TfIdf retrieval(List<List<Integer>> documents) {
        return new TfIdf(documents.size(), d -> ints(documents.get(d)));
    }

    private static int[] ints(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Law 56. Two roundings of sums of at most 20 terms: {@code 20 ε}. */
    @Property(tries = 200)
    void sparsityLiesInItsBounds(@ForAll @Size(min = 1, max = 20) double[] scores) {
        double ratio = Sparsity.ratio(scores);
        boolean zero = Arrays.stream(scores).allMatch(x -> x == 0);
        double slack = 20 * Math.ulp(1.0);
        assertTrue(zero ? ratio == 0 : ratio >= 1 / Math.sqrt(scores.length) - slack && ratio <= 1 + slack);
    }

    @Test
    void sparsityOfOneTokenAndOfAllAlike() {
        assertEquals(1, Sparsity.ratio(new double[] {0, -3, 0, 0}));
        assertEquals(0.5, Sparsity.ratio(new double[] {2, -2, 2, 2}));
    }

    /** Law 57: shares are of the sum of their sign, positive, and add up to 1 over the whole list. */
    @Property(tries = 100)
    void sharesAddUp(@ForAll @Size(min = 1, max = 20) List<@DoubleRange(min = -5, max = 5) Double> values) {
        double[] scores = values.stream().mapToDouble(Double::doubleValue).toArray();
        int[] numbers = IntStream.range(100, 100 + scores.length).toArray();
        Ranking ranking = Ranking.of(scores, numbers, scores.length);
        for (List<Ranking.Entry> entries : List.of(ranking.positive(), ranking.negative())) {
            double sum = 0;
            for (int i = 0; i < entries.size(); i++) {
                Ranking.Entry entry = entries.get(i);
                assertEquals(scores[entry.sequence() - 100], entry.raw());
                assertTrue(i == 0 || Math.abs(entries.get(i - 1).raw()) >= Math.abs(entry.raw()));
                sum += entry.share();
            }
            assertTrue(entries.isEmpty() || Math.abs(sum - 1) <= 40 * Math.ulp(1.0));
        }
        assertEquals(Arrays.stream(scores).filter(x -> x != 0).count(),
                ranking.positive().size() + ranking.negative().size());
    }

    @Test
    void recallCountsWhatIsFound() {
        List<Ranking.Entry> full = List.of(
                new Ranking.Entry(3, 2, 0.5), new Ranking.Entry(7, 1, 0.3), new Ranking.Entry(9, 0.5, 0.2));
        assertEquals(2.0 / 3, Ranking.recall(full, List.of(full.get(0), full.get(2))));
        assertEquals(1, Ranking.recall(List.of(), List.of()));
    }

    /** The score over the root of self-influence, ranked among those listed; zero where nothing is to divide by. */
    @Test
    void normalizedScoresLeaveOutTheSizeOfTheGradient() {
        Normalization[] all = Normalization.of(
                new double[] {-8, -6, -4, -0.5}, new double[] {400, 4, 1, 0}, Normalization.median(
                        new double[] {3, 1, 2, 4}));
        assertArrayEquals(new double[] {-0.4, -3, -4, 0},
                Arrays.stream(all).mapToDouble(Normalization::score).toArray(), 1e-15);
        assertArrayEquals(new int[] {3, 2, 1, 4}, Arrays.stream(all).mapToInt(Normalization::rank).toArray());
        assertEquals(160, all[0].timesMedian(), 1e-12);
        assertEquals(List.of(true, false, false, false),
                Arrays.stream(all).map(Normalization::outlier).toList());
        assertEquals(2, Normalization.median(new double[] {9, 2, 1}), 0.0);
    }
}
