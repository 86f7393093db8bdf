package org.plumbline.verification.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
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

    /** Moving, scaling and mirroring the numbers does the same to the interval, to some ten roundings of its ends. */
    @Property(tries = 100)
    void anIntervalMovesWithTheNumbers(
            @ForAll long seed, @ForAll @IntRange(min = 2, max = 20) int n,
            @ForAll @DoubleRange(min = -10, max = 10) double shift,
            @ForAll @DoubleRange(min = 0.1, max = 10) double scale) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = random.doubles(n).map(x -> x * x * x).toArray();
        Interval interval = MeanInterval.of(values, 0.95);
        Interval moved = MeanInterval.of(Arrays.stream(values).map(x -> shift - scale * x).toArray(), 0.95);
        double size = Math.abs(shift) + scale * (Math.abs(interval.low()) + Math.abs(interval.high()));
        assertEquals(shift - scale * interval.estimate(), moved.estimate(), 1e-12 * size);
        assertEquals(shift - scale * interval.high(), moved.low(), 1e-10 * size);
        assertEquals(shift - scale * interval.low(), moved.high(), 1e-10 * size);
        assertTrue(interval.low() <= interval.estimate() && interval.estimate() <= interval.high());
    }

    /** Without skewness it is Student's: the numbers 1 to 8 have mean 4.5, variance 6, and t = 2.364624 (a table). */
    @Test
    void withoutSkewnessItIsStudents() {
        Interval interval = MeanInterval.of(new double[] {1, 2, 3, 4, 5, 6, 7, 8}, 0.95);
        double half = 2.364624 * Math.sqrt(6.0 / 8);
        assertEquals(4.5 - half, interval.low(), 1e-6);
        assertEquals(4.5 + half, interval.high(), 1e-6);
    }

    /** Equal numbers have no spread; a range cuts the ends alone; one number has no interval, and NaN no mean. */
    @Test
    void edgesOfIntervals() {
        assertEquals(new Interval(0.5, 0.5, 0.5), MeanInterval.of(new double[] {0.5, 0.5, 0.5}, 0.95));
        assertEquals(new Interval(0.9, 0.5, 1), new Interval(0.9, 0.5, 1.2).within(-1, 1));
        assertThrows(IllegalArgumentException.class, () -> MeanInterval.of(new double[] {1}, 0.95));
        Interval unknown = MeanInterval.of(new double[] {1, Double.NaN, 2}, 0.95);
        assertTrue(Double.isNaN(unknown.low()) && Double.isNaN(unknown.high()));
    }

    /** Of correlations: the hyperbolic tangent of normal numbers, their Fisher transforms. */
    private static DoubleUnaryOperator correlations(double mean, double deviation) {
        return normal -> Math.tanh(mean + deviation * normal);
    }

    /** Share of 20,000 intervals of n numbers that cover the mean of the population. */
    private static double covered(DoubleUnaryOperator population, int n) {
        // The mean by the midpoint rule in the normal number: to 1e-9, far below the width of an interval.
        double mean = 0;
        double step = 1e-3;
        for (double x = -8 + step / 2; x < 8; x += step) {
            mean += population.applyAsDouble(x) * Math.exp(-x * x / 2) * step / Math.sqrt(2 * Math.PI);
        }
        SplittableRandom random = new SplittableRandom(7);
        int trials = 20_000;
        int covered = 0;
        for (int trial = 0; trial < trials; trial++) {
            double[] sample = new double[n];
            Arrays.setAll(sample, _ -> population.applyAsDouble(random.nextGaussian()));
            Interval interval = MeanInterval.of(sample, 0.95);
            covered += interval.low() <= mean && mean <= interval.high() ? 1 : 0;
        }
        return (double) covered / trials;
    }

    /**
     * How often intervals of nominally 95 % cover, for the 8 to 20 queries of {@code verify}. The expected shares are
     * from 100,000 samples each of an independent program (NumPy 2, its own generator). A share p of 20,000 trials has
     * a standard deviation of √(p(1 − p)/20,000), at most 0.0020, and the expected one 0.0009; 4 deviations of the
     * difference, and the digit to which the expected one is rounded, are 0.0093.
     */
    @Test
    void intervalsCover() {
        double[][] expected = {
            // normal, correlations about 0.3, about 0.76, about 0.96, and crowded against 1
            {8, 0.946, 0.950, 0.942, 0.933, 0.913}, {10, 0.947, 0.953, 0.943, 0.937, 0.918},
            {20, 0.949, 0.953, 0.949, 0.941, 0.927}
        };
        List<DoubleUnaryOperator> populations = List.of(normal -> normal, correlations(0.3, 0.3), correlations(1, 0.5),
                correlations(2, 0.3), correlations(2.5, 0.5));
        for (double[] row : expected) {
            for (int i = 0; i < populations.size(); i++) {
                assertEquals(row[i + 1], covered(populations.get(i), (int) row[0]), 0.0093, row[0] + " of " + i);
            }
        }
    }
}
