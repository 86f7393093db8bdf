package org.plumbline.verification.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class StatisticsTest {

    /** Correlations and cosine ignore a positive scale, overlap ignores order. */
    @Property(tries = 50)
    void invariances(
            @ForAll @Size(12) @DoubleRange(min = -10, max = 10) double[] x,
            @ForAll @DoubleRange(min = 0.1, max = 10) double scale) {
        double[] y = new double[x.length];
        double[] scaled = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = Math.sin(3 * i + 1);
            scaled[i] = scale * x[i];
        }
        // Correlations of n numbers carry a few n roundings; near-constant samples lose digits to cancellation.
        if (spread(x) > 1e-3) {
            assertEquals(Agreement.pearson(x, y), Agreement.pearson(scaled, y), 1e-9);
            assertEquals(Agreement.cosine(x, y), Agreement.cosine(scaled, y), 1e-12);
        }
    }

    private static double spread(double[] x) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (double value : x) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        return high - low;
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
