package org.plumbline.influence.ranking;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RankIntervalsTest {

    /** Ranks by counting, ties in the given direction. */
    private static int rank(double[] exact, int m, boolean tiesFirst) {
        int rank = 1;
        for (int j = 0; j < exact.length; j++) {
            if (exact[j] > exact[m] || tiesFirst && j != m && exact[j] == exact[m]) {
                rank++;
            }
        }
        return rank;
    }

    /**
     * Never wrong: whatever the exact scores within their intervals are, ends included, each rank is within its own
     * interval, whichever way ties fall. Scores are few different numbers, so that there are ties.
     */
    @Property(tries = 1000)
    void noRankIsOutsideItsInterval(
            @ForAll @IntRange(min = 1, max = 60) int n, @ForAll @IntRange(min = 1, max = 60) int k,
            @ForAll @IntRange(max = 8) int width, @ForAll long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        double[] scores = new double[n];
        double[] bounds = new double[n];
        double[] exact = new double[n];
        for (int m = 0; m < n; m++) {
            scores[m] = random.nextInt(64) / 8.0;
            bounds[m] = random.nextInt(width + 1) / 8.0;
            exact[m] = switch (random.nextInt(4)) {
                case 0 -> scores[m] - bounds[m];
                case 1 -> scores[m] + bounds[m];
                default -> scores[m] + bounds[m] * random.nextDouble(-1, 1);
            };
        }
        RankIntervals intervals = RankIntervals.of(scores, bounds);
        for (int m = 0; m < n; m++) {
            int first = rank(exact, m, false);
            int last = rank(exact, m, true);
            assertTrue(intervals.best()[m] <= first && last <= intervals.worst()[m]);
            assertTrue(!intervals.isCertainlyIn(m, k) || last <= k);
            assertTrue(!intervals.isCertainlyOutside(m, k) || first > k);
            assertTrue(!intervals.isCertain(m) || first == last && first == intervals.best()[m]);
        }
        assertTrue(intervals.certain(k) <= k);
    }

    /** Nothing sharper is true: both ends of an interval are ranks that some scores within the bounds have. */
    @Property(tries = 300)
    void eachEndIsAttained(@ForAll @IntRange(min = 1, max = 30) int n, @ForAll long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        double[] scores = new double[n];
        double[] bounds = new double[n];
        Arrays.setAll(scores, m -> random.nextInt(64) / 8.0);
        Arrays.setAll(bounds, m -> random.nextInt(5) / 8.0);
        RankIntervals intervals = RankIntervals.of(scores, bounds);
        for (int m = 0; m < n; m++) {
            double[] high = new double[n];
            double[] low = new double[n];
            for (int j = 0; j < n; j++) {
                high[j] = scores[j] + (j == m ? -1 : 1) * bounds[j];
                low[j] = scores[j] + (j == m ? 1 : -1) * bounds[j];
            }
            assertEquals(intervals.worst()[m], rank(high, m, true));
            // Ends that touch count as overlapping, for neither need come first.
            int best = rank(low, m, false);
            assertTrue(intervals.best()[m] <= best);
            double[] apart = low.clone();
            apart[m] = Math.nextUp(Math.nextUp(low[m]));
            assertTrue(rank(apart, m, false) <= intervals.best()[m]);
        }
    }

    @Example
    void exactScoresHaveExactRanks() {
        RankIntervals intervals = RankIntervals.of(new double[] {0.5, -2, 7}, new double[3]);
        assertArrayEquals(new int[] {2, 3, 1}, intervals.best());
        assertArrayEquals(intervals.best(), intervals.worst());
        assertEquals(2, intervals.certain(2));
    }

    @Example
    void unknownScoresHaveAnyRank() {
        double[] unknown = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
        RankIntervals intervals = RankIntervals.of(new double[] {1, 2}, unknown);
        assertArrayEquals(new int[] {1, 1}, intervals.best());
        assertArrayEquals(new int[] {2, 2}, intervals.worst());
        assertFalse(intervals.isCertain(0));
        assertThrows(IllegalArgumentException.class, () -> RankIntervals.of(new double[2], new double[1]));
        assertThrows(IllegalArgumentException.class,
                () -> RankIntervals.of(new double[1], new double[] {Double.NaN}));
    }
}
