package org.plumbline.model.pretrained;

import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.plumbline.model.RotaryEmbedding;

/**
 * The sizes of a decoder as configurations in Llama's manner spell them.
 *
 * @param vocabulary {@code vocab_size}
 * @param context {@code max_position_embeddings}
 * @param width {@code hidden_size}
 * @param layers {@code num_hidden_layers}
 * @param heads {@code num_attention_heads}
 * @param keyValueHeads {@code num_key_value_heads}
 * @param headSize {@code head_dim}
 * @param hidden {@code intermediate_size}
 */
record LlamaShape(
        int vocabulary, int context, int width, int layers, int heads, int keyValueHeads, int headSize, int hidden) {

    /** Type of a block that sees a window. */
    static final String SLIDING = "sliding_attention";

    /** Type of a block that sees all earlier positions. */
    static final String FULL = "full_attention";

    /**
     * Reads the sizes. An option that is {@code null} follows from the others; one that is absent may have a default of
     * the family's own.
     *
     * @param keyValueHeads heads of keys and values where the option is absent, or else as many as of queries
     * @param headSize size of a head where the option is absent, or else the width over the heads
     */
    static LlamaShape read(ConfigOptions options, int mostLayers, OptionalInt keyValueHeads, OptionalInt headSize) {
        int width = options.integer("hidden_size", 1);
        int heads = options.integer("num_attention_heads", 1);
        int size = options.mentions("head_dim") || headSize.isEmpty() ? headSize(options, width, heads)
                : headSize.getAsInt();
        int groups = options.integer("num_key_value_heads", 1,
                options.mentions("num_key_value_heads") ? heads : keyValueHeads.orElse(heads));
        if (heads % groups != 0) {
            throw options.unexpected("num_key_value_heads", "a divisor of the " + heads + " num_attention_heads, not "
                    + groups);
        }
        if (size % 2 != 0 || (long) (heads + 2L * groups) * size > Integer.MAX_VALUE) {
            throw options.unexpected("head_dim", "an even number of dimensions, " + Integer.MAX_VALUE
                    + " at most in all heads, not " + size);
        }
        return new LlamaShape(options.integer("vocab_size", 2), options.integer("max_position_embeddings", 1), width,
                options.integerIn("num_hidden_layers", 0, mostLayers), heads, groups, size,
                options.integerIn("intermediate_size", 1, Integer.MAX_VALUE / 2));
    }

    private static int headSize(ConfigOptions options, int width, int heads) {
        if (!options.has("head_dim") && width % heads != 0) {
            throw options.unexpected("head_dim", "the size of a head, since " + heads
                    + " heads do not divide a hidden_size of " + width);
        }
        return options.integer("head_dim", 1, Math.max(1, width / heads));
    }

    /** A rotary embedding of whole heads. */
    RotaryEmbedding rotary(ConfigOptions options, double base) {
        RotaryEmbedding rotary =
                RotaryOptions.read(options, "rope_theta", "partial_rotary_factor", base, 1, headSize);
        if (rotary.dimensions() != headSize) {
            throw options.unexpected(options.has("partial_rotary_factor") ? "partial_rotary_factor" : "rope_parameters",
                    "a partial_rotary_factor of 1: transformers rotates whole heads in this family");
        }
        return rotary;
    }

    /** The one window of all blocks: {@code sliding_window}, or a default where that is absent. */
    static OptionalInt window(ConfigOptions options, OptionalInt otherwise) {
        if (options.has("sliding_window")) {
            return OptionalInt.of(options.integer("sliding_window", 1));
        }
        return options.mentions("sliding_window") ? OptionalInt.empty() : otherwise;
    }

    /** The window of each block, by its type in {@code layer_types} or by default. */
    List<OptionalInt> windows(ConfigOptions options, OptionalInt window, List<String> types) {
        if (window.isEmpty() && types.contains(SLIDING)) {
            throw options.unexpected("sliding_window", "a number of positions, since some of layer_types are "
                    + SLIDING);
        }
        return types.stream().map(type -> type.equals(SLIDING) ? window : OptionalInt.empty()).toList();
    }

    /** {@code layer_types}, or a default for each block. */
    List<String> types(ConfigOptions options, IntFunction<String> otherwise) {
        return options.texts("layer_types", layers, List.of(FULL, SLIDING))
                .orElseGet(() -> IntStream.range(0, layers).mapToObj(otherwise).toList());
    }
}
