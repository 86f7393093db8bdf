package org.plumbline.influence.ranking;

/**
 * How much of a sequence's influence sits on few of its tokens: {@code ‖x‖₂ / ‖x‖₁} of its token scores, in
 * {@code [1/√T, 1]}. Grosse et al. (2023) find sequences above 2/3 to be spurious.
 */
public final class Sparsity {
    /** The ratio above which a sequence is flagged. */
    public static final double SPURIOUS = 2.0 / 3;

    private Sparsity() {}

    /** {@code ‖x‖₂ / ‖x‖₁}; 0 where all scores are 0. */
    public static double ratio(double[] tokens) {
        double largest = 0;
        for (double score : tokens) {
            largest = Math.max(largest, Math.abs(score));
        }
        if (largest == 0) {
            return 0;
        }
        double sum = 0;
        double squares = 0;
        for (double score : tokens) {
            // Scaling keeps tiny scores from underflowing when they are squared.
            double scaled = Math.abs(score) / largest;
            sum += scaled;
            squares += scaled * scaled;
        }
        return Math.sqrt(squares) / sum;
    }
}
