package org.plumbline.verification.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A sequence as tokens, each with a color class: {@code p1 … p9} where it raises the log-probability, {@code n1 … n9}
 * where it lowers it, in proportion to its score over the largest of the sequence; none below half a step.
 *
 * <p>The scale is that of the sequence, and is written beside it: across sequences scores differ by orders of
 * magnitude.
 */
public final class HeatMap {
    /** Steps of intensity. */
    public static final int STEPS = 9;
    private static final int STRONGEST = 5;
    private static final int FOLDED = 120;

    private HeatMap() {}

    /** A piece of text in one color. */
    public record Piece(String text, String color) {}

    /** A token that contributes much. */
    public record Strong(int position, String token, double score) {}

    /** Whether a sequence is so long that its tokens are folded. */
    public static boolean isLong(Card card) {
        return card.tokens().size() > FOLDED || card.text().length() > 8 * FOLDED;
    }

    /** The largest size of a token's score. */
    public static double scale(Card card) {
        return Arrays.stream(card.scores().gradient()).map(Math::abs).max().orElse(0);
    }

    /** The tokens of a sequence, by the gradient's position. */
    public static List<Piece> pieces(Card card) {
        double[] scores = card.scores().gradient();
        double scale = scale(card);
        List<Piece> pieces = new ArrayList<>();
        for (int t = 0; t < card.tokens().size(); t++) {
            double score = t < scores.length ? scores[t] : 0;
            pieces.add(new Piece(PageText.token(card.tokens().get(t)), color(score, scale)));
        }
        return pieces;
    }

    private static String color(double score, double scale) {
        int level = scale > 0 ? (int) Math.round(STEPS * Math.abs(score) / scale) : 0;
        return level == 0 ? "" : (score > 0 ? "p" : "n") + level;
    }

    /** The tokens with the largest scores of either sign. */
    public static List<Strong> strongest(Card card) {
        double[] scores = card.scores().gradient();
        return IntStream.range(0, Math.min(scores.length, card.tokens().size())).boxed()
                .sorted(Comparator.comparingDouble(t -> -Math.abs(scores[t])))
                .limit(STRONGEST)
                .map(t -> new Strong(t, PageText.line(card.tokens().get(t), 40), scores[t]))
                .toList();
    }
}
