package org.plumbline.influence.ranking;

import java.util.Arrays;

/**
 * Which share of all positive influence on a query comes from the sequences with the highest scores (Grosse et al.,
 * 2023, §5.2.1): {@code c_k = Σ_(i ≤ k) x_(i) / Σ x_(i)} with {@code x_(1) ≥ x_(2) ≥ …} the positive scores. It rises,
 * is concave, and ends at 1.
 *
 * @param shares {@code c_1 … c_P} for {@code P} positive scores
 * @param sequences number of all scores
 */
public record CoverageCurve(double[] shares, int sequences) {

    /**
     * @throws IllegalArgumentException if no score is positive, or one is not finite
     */
    public static CoverageCurve of(double[] scores) {
        for (int m = 0; m < scores.length; m++) {
            if (!Double.isFinite(scores[m])) {
                throw new IllegalArgumentException(
                        "found the score " + scores[m] + " at " + m + ", expected a finite one");
            }
        }
        double[] ascending = Arrays.stream(scores).filter(score -> score > 0).sorted().toArray();
        int positive = ascending.length;
        if (positive == 0) {
            throw new IllegalArgumentException(
                    "found no positive score among " + scores.length + ", expected at least one");
        }
        double[] shares = new double[positive];
        double sum = 0;
        for (int k = 0; k < positive; k++) {
            sum += ascending[positive - 1 - k];
            shares[k] = sum;
        }
        for (int k = 0; k < positive; k++) {
            shares[k] /= sum;
        }
        return new CoverageCurve(shares, scores.length);
    }

    /**
     * The share of the highest {@code fraction} of all sequences, at least of one.
     *
     * @param fraction in (0, 1]
     */
    public double ofTop(double fraction) {
        int count = Math.max(1, (int) Math.ceil(fraction * sequences));
        return shares[Math.min(count, shares.length) - 1];
    }
}
