package org.plumbline.influence.ranking;

import java.util.Arrays;

/**
 * A power law fitted to a tail by maximum likelihood (Clauset, Shalizi and Newman, <em>Power-Law Distributions in
 * Empirical Data</em>, 2009, eq. 3.1): density {@code p(x) = (α − 1)/x_min · (x/x_min)^(−α)} for
 * {@code x ≥ x_min}, so that
 *
 * <pre>  α = 1 + n / Σ log(x_i / x_min),</pre>
 *
 * <p>with a standard error of {@code (α − 1)/√n} to first order (their eq. 3.2). {@code α} is the exponent of the
 * density; the tail {@code P(X ≥ x)} falls with {@code α − 1}.
 *
 * @param exponent {@code α}
 * @param minimum {@code x_min}
 * @param count {@code n}, values from {@code x_min} on
 */
public record PowerLaw(double exponent, double minimum, int count) {

    /**
     * Fits those values that are not below {@code minimum}.
     *
     * @throws IllegalArgumentException if {@code minimum} is not positive, or no value is above it
     */
    public static PowerLaw fit(double[] values, double minimum) {
        if (!(minimum > 0)) {
            throw new IllegalArgumentException("found the minimum " + minimum + ", expected a positive one");
        }
        double[] tail = Arrays.stream(values).filter(x -> x >= minimum).toArray();
        double logarithms = Arrays.stream(tail).map(x -> Math.log(x / minimum)).sum();
        if (!(logarithms > 0)) {
            throw new IllegalArgumentException("found no value above the minimum " + minimum + ", expected some");
        }
        return new PowerLaw(1 + tail.length / logarithms, minimum, tail.length);
    }

    /** {@code (α − 1)/√n}. */
    public double standardError() {
        return (exponent - 1) / Math.sqrt(count);
    }
}
