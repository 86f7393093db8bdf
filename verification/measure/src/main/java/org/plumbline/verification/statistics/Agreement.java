package org.plumbline.verification.statistics;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.apache.commons.math3.stat.ranking.NaNStrategy;
import org.apache.commons.math3.stat.ranking.NaturalRanking;
import org.apache.commons.math3.stat.ranking.TiesStrategy;
import org.plumbline.linalg.Vectors;

/** How close an estimate is to the truth. */
public final class Agreement {
    private Agreement() {}

    /** {@code ‖estimate − truth‖ / ‖truth‖}; NaN if the truth is zero. */
    public static double relativeError(double[] estimate, double[] truth) {
        double[] difference = estimate.clone();
        Vectors.axpy(-1, truth, difference);
        return Vectors.norm(difference) / Vectors.norm(truth);
    }

    /** The cosine of the angle between the two; NaN if one is zero. */
    public static double cosine(double[] estimate, double[] truth) {
        return Vectors.dot(estimate, truth) / (Vectors.norm(estimate) * Vectors.norm(truth));
    }

    /**
     * Pearson's correlation, the cosine between the two after their means are taken out; NaN if one side is constant.
     * (Commons Math goes through the coefficient of determination, which loses half the digits of a small correlation.)
     */
    public static double pearson(double[] estimate, double[] truth) {
        return cosine(centered(estimate), centered(truth));
    }

    private static double[] centered(double[] values) {
        double mean = Arrays.stream(values).sum() / values.length;
        return Arrays.stream(values).map(value -> value - mean).toArray();
    }

    /** Spearman's rank correlation, ties at their mean rank; NaN if one side is constant. */
    public static double spearman(double[] estimate, double[] truth) {
        NaturalRanking ranking = new NaturalRanking(NaNStrategy.FAILED, TiesStrategy.AVERAGE);
        return pearson(ranking.rank(estimate), ranking.rank(truth));
    }

    /** The share of the first set's members that are in the second. */
    public static double overlap(int[] first, int[] second) {
        Set<Integer> members = new HashSet<>();
        for (int member : second) {
            members.add(member);
        }
        int common = 0;
        for (int member : first) {
            common += members.contains(member) ? 1 : 0;
        }
        return (double) common / first.length;
    }
}
