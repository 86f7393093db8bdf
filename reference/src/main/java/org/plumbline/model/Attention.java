package org.plumbline.model;

import java.util.OptionalInt;
import org.plumbline.engine.InsufficientMemoryException;
import org.plumbline.program.Constant;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;

/**
 * Causal self-attention, {@code softmax(Q Kᵀ · scale + mask) V} (Vaswani et al., 2017, eq. 1), between the projections
 * that each architecture makes in its own way.
 */
final class Attention {
    /** Added to the scores of keys that may not be seen; its exponential is 0 in every precision. */
    private static final double MASKED = -1e9;

    /** The largest {@code T} of which {@code T²} is the size of an array. */
    private static final int MOST_POSITIONS = 46_340;

    private Attention() {}

    /**
     * What is added to scores, {@code [T, T]}: 0 where position {@code i} may see position {@code j}, itself or an
     * earlier one that is fed, and a large negative number elsewhere.
     *
     * @param window how many positions up to its own a position may see, if not all
     */
    static Value mask(Forward f, OptionalInt window) {
        ProgramBuilder b = f.builder();
        int length = f.length();
        requireFits(length);
        double[] earlier = new double[length * length];
        double[] same = new double[length * length];
        for (int i = 0; i < length; i++) {
            same[i * length + i] = 1;
            for (int j = Math.max(0, i + 1 - window.orElse(length)); j < i; j++) {
                earlier[i * length + j] = 1;
            }
        }
        // Padding sees itself alone: its row stays finite, and as it bears no loss nothing comes back from it.
        Value seen = b.add(
                b.multiply(b.literal(Constant.of(earlier), length, length), b.real(Example.FED, length)),
                b.literal(Constant.of(same), length, length));
        return b.affine(seen, -MASKED, MASKED);
    }

    /**
     * @throws ModelException if scores of so many positions have more elements than an array
     * @throws org.plumbline.engine.InsufficientMemoryException if their masks do not fit into memory
     */
    private static void requireFits(int length) {
        if (length > MOST_POSITIONS) {
            throw new ModelException("sequences of " + length + " positions are too long for attention here: expected "
                    + "at most " + MOST_POSITIONS + " (--length sets it)");
        }
        InsufficientMemoryException.require(2L * Double.BYTES * length * length,
                "attention over sequences of " + length + " positions (--length)");
    }

    /** {@code c tanh(x / c)}: nearly {@code x} where it is small, and never above {@code c} (Gemma Team, 2024). */
    static Value cap(ProgramBuilder b, Value x, double c) {
        return b.scale(b.tanh(b.scale(x, 1 / c)), c);
    }

    /** {@code [T, heads · size] → [heads, T, size]}. */
    static Value heads(Forward f, Value x, int heads, int size) {
        ProgramBuilder b = f.builder();
        return b.transpose(b.reshape(x, f.length(), heads, size), 1, 0, 2);
    }

    /**
     * The mixed values of all heads side by side, {@code [T, H · s]}. With fewer keys and values than queries each
     * serves a group of neighboring heads (grouped-query attention; Ainslie et al., 2023).
     *
     * @param query {@code [H, T, s]}
     * @param key {@code [K, T, s]}, {@code K} a divisor of {@code H}
     * @param value {@code [K, T, s]}
     * @param mask of {@link #mask}
     * @param softCap of the scores, or 0 for none
     */
    static Value mix(Forward f, Value query, Value key, Value value, Value mask, double scale, double softCap) {
        ProgramBuilder b = f.builder();
        int length = f.length();
        int heads = query.shape().dimension(0);
        int size = query.shape().dimension(2);
        int groups = key.shape().dimension(0);
        // The queries of a group are rows of one product, so that its keys and values are not copied.
        Shape grouped = Shape.of(groups, heads / groups * length, size);
        Value scores = b.matmul(b.reshape(query, grouped), false, key, true);                         // [K, H/K·T, T]
        Value scaled = b.scale(scores, scale);
        Value capped = softCap == 0 ? scaled : cap(b, scaled, softCap);
        Value each = b.reshape(capped, heads, length, length);
        Value weights = b.reshape(b.softmax(b.add(each, mask)), scores.shape());
        Value mixed = b.reshape(b.matmul(weights, value), heads, length, size);
        return b.reshape(b.transpose(mixed, 1, 0, 2), length, heads * size);
    }
}
