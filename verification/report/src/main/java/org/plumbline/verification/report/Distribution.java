package org.plumbline.verification.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.plumbline.influence.ranking.CoverageCurve;
import org.plumbline.influence.ranking.PowerLaw;

/**
 * All scores of a query in brief.
 *
 * @param scanned number of scores
 * @param raising number of positive ones
 * @param lowering number of negative ones
 * @param bins of sizes of scores, smallest first; equal in the logarithm
 * @param coverage points of the coverage curve; empty if no score is positive
 * @param tail the power law of the largest positive scores; null if there are too few
 */
public record Distribution(
        int scanned, int raising, int lowering, List<Bin> bins, List<Point> coverage, @Nullable Tail tail) {
    private static final int BINS = 40;
    private static final int POINTS = 80;
    /** Of the positive scores, the largest tenth is the tail. */
    private static final int TAIL_PART = 10;
    private static final int LEAST_IN_TAIL = 20;
    /** Scores smaller than this part of the largest are in the first bin. */
    private static final double SPAN = 1e-6;

    /**
     * Scores between two sizes.
     *
     * @param from least {@code |raw|}
     * @param to largest
     * @param raising number of positive scores
     * @param lowering number of negative scores
     */
    public record Bin(double from, double to, int raising, int lowering) {}

    /**
     * A point of the coverage curve.
     *
     * @param count of the sequences with the highest scores
     * @param share of all positive influence that comes from them
     */
    public record Point(int count, double share) {}

    /**
     * A power law.
     *
     * @param exponent {@code α} of the density
     * @param error its standard error
     * @param minimum least score of the tail
     * @param count of scores in it
     * @param distance largest distance between the tail's distribution function and the law's (Kolmogorov–Smirnov)
     * @param critical distance that a tail that follows the law stays below in 95 % of all cases
     */
    public record Tail(double exponent, double error, double minimum, int count, double distance, double critical) {

        /** Whether the law cannot be rejected. */
        public boolean isPlausible() {
            return distance <= critical;
        }
    }

    public Distribution {
        bins = List.copyOf(bins);
        coverage = List.copyOf(coverage);
    }

    /** Of some scores. */
    public static Distribution of(double[] scores) {
        int raising = (int) Arrays.stream(scores).filter(score -> score > 0).count();
        int lowering = (int) Arrays.stream(scores).filter(score -> score < 0).count();
        return new Distribution(scores.length, raising, lowering, bins(scores),
                raising == 0 ? List.of() : coverage(scores), tail(scores, raising));
    }

    private static List<Bin> bins(double[] scores) {
        double largest = Arrays.stream(scores).map(Math::abs).max().orElse(0);
        double least = Math.max(largest * SPAN,
                Arrays.stream(scores).map(Math::abs).filter(size -> size > 0).min().orElse(0));
        if (largest == 0) {
            return List.of();
        }
        double step = Math.max(Math.log(largest / least), 1e-9) / BINS;
        int[] raising = new int[BINS];
        int[] lowering = new int[BINS];
        for (double score : scores) {
            if (score != 0) {
                int bin = Math.clamp((int) (Math.log(Math.abs(score) / least) / step), 0, BINS - 1);
                (score > 0 ? raising : lowering)[bin]++;
            }
        }
        List<Bin> bins = new ArrayList<>();
        for (int i = 0; i < BINS; i++) {
            bins.add(new Bin(least * Math.exp(i * step), least * Math.exp((i + 1) * step), raising[i], lowering[i]));
        }
        return bins;
    }

    private static List<Point> coverage(double[] scores) {
        double[] shares = CoverageCurve.of(scores).shares();
        List<Point> points = new ArrayList<>();
        int last = 0;
        for (int i = 0; i <= POINTS; i++) {
            int count = (int) Math.round(Math.pow(shares.length, (double) i / POINTS));
            if (count > last) {
                points.add(new Point(count, shares[count - 1]));
                last = count;
            }
        }
        return points;
    }

    private static @Nullable Tail tail(double[] scores, int raising) {
        int size = raising / TAIL_PART;
        if (size < LEAST_IN_TAIL) {
            return null;
        }
        double[] descending = Arrays.stream(scores).filter(score -> score > 0).map(score -> -score).sorted()
                .map(score -> -score).limit(size).toArray();
        double minimum = descending[size - 1];
        if (!(descending[0] > minimum)) {
            return null;
        }
        PowerLaw law = PowerLaw.fit(descending, minimum);
        double distance = 0;
        for (int i = 0; i < size; i++) {
            double above = Math.pow(descending[i] / minimum, 1 - law.exponent());
            distance = Math.max(distance, Math.max(Math.abs(above - (double) i / size),
                    Math.abs(above - (double) (i + 1) / size)));
        }
        // Stephens (1974), an exponential distribution with fitted scale, which the logarithms then have.
        double root = Math.sqrt(size);
        double critical = 1.094 / (root + 0.26 + 0.5 / root) + 0.2 / size;
        return new Tail(law.exponent(), law.standardError(), minimum, size, distance, critical);
    }
}
