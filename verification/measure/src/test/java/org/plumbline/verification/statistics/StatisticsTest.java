package org.plumbline.verification.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class StatisticsTest {

    /** Correlations and cosine ignore a positive scale; 12 well-spread numbers carry some ten roundings. */
    @Property(tries = 50)
    void scaleDoesNotMatter(@ForAll long seed, @ForAll @DoubleRange(min = 0.1, max = 10) double scale) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] x = random.doubles(12).toArray();
        double[] y = random.doubles(12).toArray();
        double[] scaled = Arrays.stream(x).map(value -> scale * value).toArray();
        assertEquals(Agreement.pearson(x, y), Agreement.pearson(scaled, y), 1e-12);
        assertEquals(Agreement.spearman(x, y), Agreement.spearman(scaled, y));
        assertEquals(Agreement.cosine(x, y), Agreement.cosine(scaled, y), 1e-12);
    }

    @Test
    void knownValues() {
        assertEquals(0.6, Agreement.pearson(new double[] {1, 2, 3, 4, 5}, new double[] {2, 1, 4, 3, 5}) - 0.2, 1e-15);
        assertEquals(1, Agreement.spearman(new double[] {1, 2, 3}, new double[] {1, 10, 100}), 1e-15);
        assertEquals(0.5, Agreement.relativeError(new double[] {1.5, 0}, new double[] {1, 0}));
        assertEquals(0.5, Agreement.overlap(new int[] {3, 1}, new int[] {1, 7}));
    }

    /**
     * The interval of a mean of normal numbers covers the true mean about as often as it says. Of 400 intervals, a
     * binomial with p between 0.90 (a percentile interval of 20 numbers is a little short) and 0.95 stays above 340 but
     * for 4 standard deviations, 4 · √(400 · 0.1 · 0.9) = 24.
     */
    @Test
    void intervalsCover() {
        SplittableRandom random = new SplittableRandom(7);
        int covered = 0;
        for (int trial = 0; trial < 400; trial++) {
            double[] sample = new double[20];
            for (int i = 0; i < sample.length; i++) {
                sample[i] = random.nextGaussian();
            }
            Interval interval = Bootstrap.mean(sample, 0.95, trial);
            covered += interval.low() <= 0 && 0 <= interval.high() ? 1 : 0;
        }
        assertTrue(covered >= 336 && covered <= 396, "covered " + covered);
    }

    @Test
    void theSameSeedGivesTheSameInterval() {
        double[] sample = {0.1, 0.5, 0.7, 0.2};
        assertEquals(Bootstrap.mean(sample, 0.95, 1), Bootstrap.mean(sample, 0.95, 1));
    }
}
