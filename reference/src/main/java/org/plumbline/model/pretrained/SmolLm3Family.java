package org.plumbline.model.pretrained;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.plumbline.model.Architecture;
import org.plumbline.model.Nonlinearity;
import org.plumbline.model.Normalization;
import org.plumbline.model.RotaryEmbedding;

/** {@code smollm3}: Llama's parts, without positions in some blocks (Bakouch et al., 2025). */
final class SmolLm3Family extends Family {
    @Override
    String type() {
        return "smollm3";
    }

    @Override
    Architecture architecture(ConfigOptions options, int mostLayers) {
        LlamaShape shape = LlamaShape.read(options, mostLayers, OptionalInt.of(4), OptionalInt.empty());
        LlamaParts parts = new LlamaParts(shape, Normalization.Kind.RMS, options.number("rms_norm_eps", 1e-6));
        RotaryEmbedding rotary = shape.rotary(options, 2_000_000);
        int interval = options.integer("no_rope_layer_interval", 1, 4);
        List<Integer> rotated = options.integers("no_rope_layers", shape.layers(), 1).orElseGet(() ->
                IntStream.range(0, shape.layers()).mapToObj(block -> (block + 1) % interval != 0 ? 1 : 0).toList());
        OptionalInt window = LlamaShape.window(options, OptionalInt.empty());
        boolean windows = options.flag("use_sliding_window", false) && window.isPresent();
        List<OptionalInt> seen = shape.windows(options, window, shape.types(options,
                block -> windows && rotated.get(block) == 0 ? LlamaShape.SLIDING : LlamaShape.FULL));
        boolean bias = options.flag("attention_bias", false);
        boolean mlpBias = options.flag("mlp_bias", false);
        Nonlinearity nonlinearity = Activations.nonlinearity(options, "hidden_act", "silu");
        return parts.architecture(1,
                block -> parts.before(block,
                        parts.attention(block, bias, Optional.empty(),
                                rotated.get(block) == 1 ? Optional.of(rotary) : Optional.empty(),
                                parts.scale(), seen.get(block), 0),
                        parts.gated(block, mlpBias, nonlinearity), 1),
                LlamaParts.head(options.flag("tie_word_embeddings", true)));
    }

    @Override
    List<String> irrelevant() {
        return List.of("max_window_layers", "pretraining_tp");
    }
}
