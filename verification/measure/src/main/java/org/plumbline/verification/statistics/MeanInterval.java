package org.plumbline.verification.statistics;

import java.util.Arrays;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.descriptive.moment.Skewness;

/**
 * A confidence interval of a mean from a handful of numbers that may be skewed: Student's t on a transformed scale
 * (Hall, <em>On the Removal of Skewness by Transformation</em>, J. R. Statist. Soc. B 54, 1992).
 *
 * <p>With {@code n} numbers of mean {@code m}, standard deviation {@code s} and skewness {@code γ}, the distribution of
 * {@code u = (m − μ)/s} is skewed by about {@code γ/√n}. That of
 *
 * <pre>  g(u) = u + γu²/3 + γ²u³/27 + γ/(6n)</pre>
 *
 * is not, up to {@code O(1/n)}. The cubic grows everywhere, so that {@code √n |g(u)| ≤ t}, with Student's quantile
 * {@code t} of {@code n − 1} degrees of freedom, is an interval of {@code μ}. Without skewness it is Student's own.
 *
 * <p>The units are queries, since scores of one query are not independent of each other. The percentile bootstrap is no
 * substitute: with 8 to 10 numbers its intervals of nominally 95 % cover 82 to 90 %, and those of BCa 84 to 92 %. What
 * these cover is in {@code StatisticsTest}. Cost {@code O(n)}; nothing is random.
 */
public final class MeanInterval {
    /** Below it, the two sides of {@code g⁻¹} cancel more than the skewness moves the interval. */
    private static final double NO_SKEWNESS = 1e-6;

    private MeanInterval() {}

    /**
     * The mean with its interval; NaN throughout if one of the values is.
     *
     * @param values one for each query, at least two
     * @param confidence such as 0.95
     * @throws IllegalArgumentException if there are fewer than two values
     */
    public static Interval of(double[] values, double confidence) {
        int n = values.length;
        if (n < 2) {
            throw new IllegalArgumentException("found " + n + " values, expected at least 2 for an interval");
        }
        double mean = Arrays.stream(values).sum() / n;
        double deviation = Math.sqrt(StatUtils.variance(values));
        if (deviation == 0) {
            return new Interval(mean, mean, mean);
        }
        double skewness = skewness(values, mean, deviation);
        double limit = new TDistribution(n - 1).inverseCumulativeProbability((1 + confidence) / 2) / Math.sqrt(n);
        return new Interval(mean, mean - deviation * original(limit, skewness, n),
                mean - deviation * original(-limit, skewness, n));
    }

    /** Corrected for its bias. Of two values there is none; standardized ones are skewed alike and never too small. */
    private static double skewness(double[] values, double mean, double deviation) {
        return values.length < 3
                ? 0
                : new Skewness().evaluate(Arrays.stream(values).map(value -> (value - mean) / deviation).toArray());
    }

    /** {@code g⁻¹(y)}. */
    private static double original(double y, double skewness, int n) {
        return Math.abs(skewness) < NO_SKEWNESS
                ? y
                : 3 / skewness * (Math.cbrt(1 + skewness * (y - skewness / (6 * n))) - 1);
    }
}
