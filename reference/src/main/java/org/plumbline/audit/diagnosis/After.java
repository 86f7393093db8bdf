package org.plumbline.audit.diagnosis;

import java.util.Arrays;
import java.util.List;

/** What may happen to scores when they are computed. */
sealed interface After {

    /** Nothing. */
    record Nothing() implements After {}

    /** Those of a batch are added to those of the next. */
    record Accumulated(int size) implements After {}

    /** From some sequence on, they belong to the one {@code by} before. */
    record Shifted(int by) implements After {}

    /** They are divided by the number of sequences in their batch, which is smaller for the last. */
    record Divided(int size) implements After {}

    /** The square of a relative difference that no shift of rows makes. */
    double ROUNDING = 1e-8;

    /** In words. */
    default String words() {
        return switch (this) {
            case Nothing _ -> "";
            case Accumulated(int size) -> "those of a batch of " + size + " contain those of earlier ones";
            case Shifted(int by) -> "rows shifted by " + by;
            case Divided(int size) -> "divided by a batch of " + size;
        };
    }

    /** The mistakes in it. */
    default List<Mistake> mistakes() {
        return switch (this) {
            case Nothing _ -> List.of();
            case Accumulated _ -> List.of(Mistake.M16);
            case Shifted _ -> List.of(Mistake.M19);
            case Divided _ -> List.of(Mistake.M20);
        };
    }

    /**
     * The scores that are then found, {@code [Q, N]} for each module.
     *
     * @param found which tell from where on rows are shifted; what a shift leaves open is taken from them
     */
    default double[][] of(double[][] scores, double[][] found, int queries) {
        int n = scores[0].length / queries;
        double[][] after = new double[scores.length][];
        int from = this instanceof Shifted(int by) ? begin(scores, found, queries, by) : 0;
        for (int l = 0; l < scores.length; l++) {
            double[] values = scores[l].clone();
            for (int q = 0; q < queries; q++) {
                int row = q * n;
                for (int m = 0; m < n; m++) {
                    switch (this) {
                        case Nothing _ -> { }
                        case Accumulated(int size) -> values[row + m] += m < size ? 0 : values[row + m - size];
                        case Divided(int size) -> values[row + m] /= Math.min(size, n - m / size * size);
                        case Shifted(int by) -> {
                            if (m >= from) {
                                int source = m - by;
                                boolean open = source < 0 || source >= n || by > 0 && m < from + by;
                                values[row + m] = open ? found[l][row + m] : scores[l][row + source];
                            }
                        }
                    }
                }
            }
            after[l] = values;
        }
        return after;
    }

    /**
     * From where on a shift leaves the least: {@code Σ_{m<s} ‖x_m − p_m‖² + Σ_{m≥s} ‖x_m − p_(m−by)‖²}, without what a
     * shift leaves open. The last of equals, and none where no shift leaves less.
     */
    private static int begin(double[][] scores, double[][] found, int queries, int by) {
        int n = scores[0].length / queries;
        double[] here = new double[n];
        double[] there = new double[n];
        double squares = 0;
        for (int m = 0; m < n; m++) {
            int source = m - by;
            for (int l = 0; l < scores.length; l++) {
                for (int q = 0; q < queries; q++) {
                    double x = found[l][q * n + m];
                    double straight = x - scores[l][q * n + m];
                    double shifted = source < 0 || source >= n ? 0 : x - scores[l][q * n + source];
                    squares += x * x;
                    here[m] += straight * straight;
                    there[m] += shifted * shifted;
                }
            }
        }
        int best = n;
        double least = Arrays.stream(here).sum() - ROUNDING * squares;
        for (int s = n - 2; s >= 0; s--) {
            double left = 0;
            for (int m = 0; m < n; m++) {
                left += m < s ? here[m] : m < s + by ? 0 : there[m];
            }
            if (left < least) {
                least = left;
                best = s;
            }
        }
        return best;
    }
}
