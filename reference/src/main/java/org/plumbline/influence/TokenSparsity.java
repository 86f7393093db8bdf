package org.plumbline.influence;

import java.util.Arrays;
import org.plumbline.linalg.Vectors;

/**
 * How much of a sequence's token-wise influence sits in few tokens: {@code ‖x‖₂ / ‖x‖₁}, which is 1 where one token has
 * all of it and {@code 1/√T} where {@code T} tokens share it alike. Sequences above 2/3 are
 * flagged as spurious (Grosse et al., 2023): there a single token's gradient is large, whatever the query.
 */
public final class TokenSparsity {
    private static final double SPURIOUS = 2.0 / 3;

    private TokenSparsity() {}

    /**
     * {@code ‖x‖₂ / ‖x‖₁}.
     *
     * @param tokens influence of each token
     * @return NaN if all are 0
     */
    public static double ratio(double[] tokens) {
        return Vectors.norm(tokens) / Arrays.stream(tokens).map(Math::abs).sum();
    }

    /** Whether the ratio is above 2/3. */
    public static boolean isSpurious(double[] tokens) {
        return ratio(tokens) > SPURIOUS;
    }
}
