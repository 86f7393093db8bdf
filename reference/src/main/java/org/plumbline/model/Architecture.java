package org.plumbline.model;

import java.util.List;
import java.util.Optional;

/**
 * A decoder, described by its parts and the names of their parameters: {@code z = head(norm(blocks(embedding)))}.
 *
 * @param vocabulary number of tokens
 * @param context largest number of positions
 * @param width residual stream {@code d}
 * @param embedding how tokens enter the stream
 * @param blocks in order
 * @param lastNorm what the head reads through
 * @param head makes logits
 */
public record Architecture(
        int vocabulary, int context, int width, Embedding embedding, List<Block> blocks, Normalization lastNorm,
        Head head) {

    /**
     * Rows of tables, {@code scale · E[token] + P[position + offset]}.
     *
     * @param tokens name of {@code E [vocabulary, d]}
     * @param scale of the tokens' rows
     * @param positions {@code P}, if positions are learned
     */
    public record Embedding(String tokens, double scale, Optional<LearnedPositions> positions) {}

    /**
     * A table of positions.
     *
     * @param weight name of {@code P [rows, d]}
     * @param rows at least the context and the offset
     * @param offset row of position 0
     */
    public record LearnedPositions(String weight, int rows, int offset) {}

    /**
     * {@code z = cap(scale · h Wᵀ + b)} with {@code cap(z) = c tanh(z / c)} or nothing.
     *
     * @param name of the layer {@code W}
     * @param tied whether {@code W} is the token embedding
     * @param bias whether there is a {@code b}, in an untied one
     * @param scale of {@code h}
     * @param softCap {@code c}, or 0 for none
     */
    public record Head(String name, boolean tied, boolean bias, double scale, double softCap) {
        public Head {
            if (tied && bias) {
                throw new ModelException("a tied head has no bias");
            }
            if (!(softCap >= 0) || Double.isInfinite(softCap) || !Double.isFinite(scale)) {
                throw new ModelException("the soft-cap of logits is finite and not negative and their scale finite, "
                        + "found " + softCap + " and " + scale);
            }
        }

        /** Own or tied, with nothing else. */
        public Head(String name, boolean tied) {
            this(name, tied, false, 1, 0);
        }
    }

    public Architecture {
        blocks = List.copyOf(blocks);
    }
}
