package org.plumbline.verification.statistics;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.plumbline.random.RandomStreams;

/**
 * Percentile bootstrap of a mean (Efron and Tibshirani, <em>An Introduction to the Bootstrap</em>, 1993, ch. 13): the
 * sample is drawn again with replacement, and the interval spans the central part of the means.
 *
 * <p>The units that are drawn are queries, since scores of one query are not independent of each other. With a handful
 * of queries the interval is a rough one; it says how much the figure hangs on which queries were asked.
 */
public final class Bootstrap {
    private static final int RESAMPLES = 2000;

    private Bootstrap() {}

    /**
     * The mean with its interval.
     *
     * @param values one for each query
     * @param confidence such as 0.95
     * @param seed of the resampling
     */
    public static Interval mean(double[] values, double confidence, long seed) {
        RandomGenerator random = RandomStreams.of(seed, "bootstrap", 0);
        double[] means = new double[RESAMPLES];
        for (int r = 0; r < RESAMPLES; r++) {
            double sum = 0;
            for (int i = 0; i < values.length; i++) {
                sum += values[random.nextInt(values.length)];
            }
            means[r] = sum / values.length;
        }
        double tail = 50 * (1 - confidence);
        return new Interval(
                Arrays.stream(values).sum() / values.length,
                new Percentile(tail).evaluate(means),
                new Percentile(100 - tail).evaluate(means));
    }
}
