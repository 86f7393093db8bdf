package org.plumbline.verification.laws;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.verification.laws.Dense.assertWithin;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.plumbline.influence.ranking.CoverageCurve;
import org.plumbline.influence.ranking.PowerLaw;
import org.plumbline.influence.ranking.TfIdf;

/** What finds sequences before their influence is computed, and what describes all scores afterwards. */
class RetrievalLawsTest {

    /** The formula with its {@code k₁}, over sets of tokens in loops. */
    private static double score(List<int[]> documents, int[] query, int[] document, double k1) {
        double sum = 0;
        for (int token : Arrays.stream(query).distinct().toArray()) {
            long with = documents.stream().filter(one -> contains(one, token)).count();
            double e = contains(document, token) ? 1 : 0;
            sum += (k1 + 1) * e / (k1 + e) * Math.log((documents.size() - with + 0.5) / (with + 0.5) + 1);
        }
        return sum;
    }

    private static boolean contains(int[] tokens, int token) {
        return Arrays.stream(tokens).anyMatch(one -> one == token);
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    @Tag("law-55")
    void saturationCancels(
            @ForAll @Size(min = 1, max = 8) List<@Size(max = 6) List<@IntRange(max = 9) Integer>> corpus,
            @ForAll @Size(min = 1, max = 5) List<@IntRange(max = 9) Integer> asked,
            @ForAll @DoubleRange(min = 0.01, max = 100) double k1) {
        List<int[]> documents = corpus.stream().map(RetrievalLawsTest::tokens).toList();
        int[] query = tokens(asked);
        TfIdf index = new TfIdf(documents.size(), documents::get);
        double[] scores = index.scores(query);
        for (int i = 0; i < scores.length; i++) {
            double expected = score(documents, query, documents.get(i), k1);
            assertWithin("score", expected, scores[i], Rounding.of(100, expected));
            assertTrue(scores[i] >= 0, "IDF is positive");
        }
        int[] ranked = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -scores[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int k = 1; k <= scores.length + 1; k++) {
            int[] best = Arrays.copyOf(ranked, Math.min(k, ranked.length));
            Arrays.sort(best);
            assertArrayEquals(best, index.top(query, k));
        }
    }

    private static int[] tokens(List<Integer> tokens) {
        return tokens.stream().mapToInt(Integer::intValue).toArray();
    }

    /** The increments of the curve fall, for they are the sorted scores over their sum. */
    @Property(tries = 50)
    @Tag("law-57")
    void coverageIsConcaveAndEndsAtOne(@ForAll(supplier = Models.Small.class) Setting setting) {
        double[] query = setting.vector("query", setting.space().dimension());
        double[] totals = Scans.tokens(setting, setting.layers(), query).totals();
        // Something is positive, whatever the query.
        double[] scores = Stream.of(totals, Dense.times(-1, totals), new double[] {0})
                .flatMapToDouble(Arrays::stream)
                .toArray();
        if (Arrays.stream(scores).allMatch(score -> score == 0)) {
            return;
        }
        CoverageCurve curve = CoverageCurve.of(scores);
        double[] shares = curve.shares();
        double rounding = Rounding.of(4.0 * scores.length, 1);
        double before = 0;
        double last = 1;
        for (double share : shares) {
            double increment = share - before;
            assertTrue(increment >= 0 && increment <= last + rounding, "the curve rises ever more slowly");
            last = increment;
            before = share;
        }
        assertWithin("end of the curve", 1, shares[shares.length - 1], 0);
        assertWithin("all sequences", 1, curve.ofTop(1), 0);
        double largest = Arrays.stream(scores).max().orElseThrow();
        double positive = Arrays.stream(scores).filter(score -> score > 0).sum();
        assertWithin("one sequence", largest / positive, curve.ofTop(1e-9), rounding);
    }

    /**
     * Pareto numbers by inversion, {@code x_min u^(−1/(α−1))}. The estimate of {@code α − 1} over {@code n} of them has
     * the deviation {@code (α − 1)/√n} to first order; six times that is exceeded with a chance below {@code 10⁻⁸}.
     */
    @Property(tries = 50)
    @Tag("law-58")
    void exponentOfParetoNumbersIsRecovered(
            @ForAll long seed, @ForAll @DoubleRange(min = 1.2, max = 5) double exponent,
            @ForAll @DoubleRange(min = 0.01, max = 100) double minimum) {
        int n = 4000;
        double[] numbers = new SplittableRandom(seed)
                .doubles(n)
                .map(u -> minimum * Math.pow(1 - u, -1 / (exponent - 1)))
                .toArray();
        double[] withOthers = Arrays.copyOf(numbers, n + 2);
        withOthers[n] = minimum / 2;
        withOthers[n + 1] = -minimum;
        PowerLaw found = PowerLaw.fit(withOthers, minimum);
        assertWithin("α", exponent, found.exponent(), 6 * (exponent - 1) / Math.sqrt(n));
        assertWithin("its error", (exponent - 1) / Math.sqrt(n), found.standardError(), 0.1 * found.standardError());
    }
}
