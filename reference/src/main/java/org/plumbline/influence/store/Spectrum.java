package org.plumbline.influence.store;

import java.util.Arrays;
import java.util.List;

/**
 * Eigenvalues in brief.
 *
 * @param count how many there are
 * @param positive how many are above {@code count · ε · largest}: the others are zero to rounding
 * @param mean of all
 * @param quantiles at {@link #LEVELS}, each an eigenvalue: of {@code n} in order, number {@code ⌈level · n⌉}
 */
public record Spectrum(int count, int positive, double mean, List<Double> quantiles) {

    /** Least, 10 %, median, 90 %, 99 %, largest. */
    public static final List<Double> LEVELS = List.of(0.0, 0.1, 0.5, 0.9, 0.99, 1.0);

    public Spectrum {
        quantiles = List.copyOf(quantiles);
    }

    /** Of some eigenvalues, at least one, in any order. */
    static Spectrum of(double[] eigenvalues) {
        double[] ascending = eigenvalues.clone();
        Arrays.sort(ascending);
        int n = ascending.length;
        double rounding = n * Math.ulp(1.0) * ascending[n - 1];
        return new Spectrum(n, (int) Arrays.stream(ascending).filter(value -> value > rounding).count(),
                Arrays.stream(ascending).sum() / n,
                LEVELS.stream().map(level -> ascending[Math.max(0, (int) Math.ceil(level * n) - 1)]).toList());
    }

    /** The least eigenvalue. */
    public double least() {
        return quantiles.getFirst();
    }

    /** The largest eigenvalue. */
    public double largest() {
        return quantiles.getLast();
    }
}
