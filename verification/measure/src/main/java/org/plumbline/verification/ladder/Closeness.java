package org.plumbline.verification.ladder;

import org.plumbline.verification.statistics.Agreement;
import org.plumbline.verification.statistics.Interval;
import org.plumbline.verification.statistics.MeanInterval;

/**
 * How close effects of some sequences on some queries are to reference effects of the same: for each query over the
 * sequences, then the mean over queries with a 95 % interval over queries ({@link MeanInterval}).
 *
 * @param pearson correlation
 * @param spearman rank correlation
 * @param relativeError {@code ‖estimate − reference‖ / ‖reference‖}, which scale and sign enter
 */
public record Closeness(Interval pearson, Interval spearman, Interval relativeError) {
    private static final double CONFIDENCE = 0.95;

    /** Compares {@code [queries][sequences]} with the same. */
    static Closeness of(double[][] estimate, double[][] reference) {
        int queries = estimate.length;
        double[] spearman = new double[queries];
        double[] error = new double[queries];
        for (int q = 0; q < queries; q++) {
            spearman[q] = Agreement.spearman(estimate[q], reference[q]);
            error[q] = Agreement.relativeError(estimate[q], reference[q]);
        }
        return new Closeness(correlation(pearson(estimate, reference)), correlation(spearman),
                MeanInterval.of(error, CONFIDENCE).within(0, Double.POSITIVE_INFINITY));
    }

    private static Interval correlation(double[] values) {
        return MeanInterval.of(values, CONFIDENCE).within(-1, 1);
    }

    /** Pearson's correlation of each query. */
    static double[] pearson(double[][] estimate, double[][] reference) {
        double[] pearson = new double[estimate.length];
        for (int q = 0; q < pearson.length; q++) {
            pearson[q] = Agreement.pearson(estimate[q], reference[q]);
        }
        return pearson;
    }

    /**
     * How much closer one estimate is than another, by Pearson's correlation with the reference: the mean of the
     * differences query by query, so that what makes a query hard for both does not widen the interval.
     */
    static Interval advantage(double[][] estimate, double[][] over, double[][] reference) {
        double[] difference = pearson(estimate, reference);
        double[] other = pearson(over, reference);
        for (int q = 0; q < difference.length; q++) {
            difference[q] -= other[q];
        }
        return MeanInterval.of(difference, CONFIDENCE).within(-2, 2);
    }
}
