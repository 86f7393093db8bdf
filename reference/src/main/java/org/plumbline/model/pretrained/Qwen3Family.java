package org.plumbline.model.pretrained;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.plumbline.model.Architecture;
import org.plumbline.model.Nonlinearity;
import org.plumbline.model.Normalization;
import org.plumbline.model.RotaryEmbedding;

/** {@code qwen3}: Llama's parts, with normalized heads of queries and keys (Qwen Team, 2025). */
final class Qwen3Family extends Family {
    @Override
    String type() {
        return "qwen3";
    }

    @Override
    Architecture architecture(ConfigOptions options, int mostLayers) {
        LlamaShape shape = LlamaShape.read(options, mostLayers, OptionalInt.of(32), OptionalInt.of(128));
        LlamaParts parts = new LlamaParts(shape, Normalization.Kind.RMS, options.number("rms_norm_eps", 1e-6));
        Optional<RotaryEmbedding> rotary = Optional.of(shape.rotary(options, 10_000));
        List<OptionalInt> windows = windows(options, shape);
        boolean bias = options.flag("attention_bias", false);
        Nonlinearity nonlinearity = Activations.nonlinearity(options, "hidden_act", "silu");
        return parts.architecture(1,
                block -> parts.before(block,
                        parts.attention(block, bias, parts.headNorms(block), rotary, parts.scale(), windows.get(block),
                                0),
                        parts.gated(block, false, nonlinearity), 1),
                LlamaParts.head(options.flag("tie_word_embeddings", false)));
    }

    /** With {@code use_sliding_window}, blocks from {@code max_window_layers} on see a window. */
    private static List<OptionalInt> windows(ConfigOptions options, LlamaShape shape) {
        OptionalInt given = LlamaShape.window(options, OptionalInt.empty());
        OptionalInt window = options.flag("use_sliding_window", false) ? given : OptionalInt.empty();
        int full = options.integer("max_window_layers", 0, 28);
        return shape.windows(options, window, shape.types(options,
                block -> window.isPresent() && block >= full ? LlamaShape.SLIDING : LlamaShape.FULL));
    }
}
