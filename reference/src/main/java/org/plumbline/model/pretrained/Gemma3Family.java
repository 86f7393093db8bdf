package org.plumbline.model.pretrained;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.plumbline.model.Architecture;
import org.plumbline.model.Nonlinearity;
import org.plumbline.model.Normalization;

/** {@code gemma3_text}: Gemma 2's order, normalized heads, two rotary bases (Gemma Team, 2025). */
final class Gemma3Family extends Family {
    @Override
    String type() {
        return "gemma3_text";
    }

    @Override
    Architecture architecture(ConfigOptions options, int mostLayers) {
        options.requireFalse("use_bidirectional_attention");
        LlamaShape shape = LlamaShape.read(options, mostLayers, OptionalInt.of(4), OptionalInt.of(256));
        LlamaParts parts = new LlamaParts(shape, Normalization.Kind.RMS_FROM_ONE, options.number("rms_norm_eps", 1e-6));
        int pattern = options.integer("sliding_window_pattern", 1, 6);
        List<String> types = shape.types(options,
                block -> (block + 1) % pattern != 0 ? LlamaShape.SLIDING : LlamaShape.FULL);
        List<OptionalInt> windows = shape.windows(
                options, LlamaShape.window(options, OptionalInt.of(4096)), types);
        RotaryByType rotary = RotaryByType.read(options, shape.headSize(), 1_000_000, "rope_local_base_freq", 10_000);
        boolean bias = options.flag("attention_bias", false);
        double scale = options.reciprocalRoot("query_pre_attn_scalar", 256);
        double scoreCap = options.softCap("attn_logit_softcapping", 0);
        double logitCap = options.softCap("final_logit_softcapping", 0);
        Nonlinearity nonlinearity = Activations.nonlinearity(options, "hidden_activation", "gelu_pytorch_tanh");
        return parts.architecture(Math.sqrt(shape.width()),
                block -> parts.around(block,
                        parts.attention(block, bias, parts.headNorms(block), Optional.of(rotary.of(types.get(block))),
                                scale, windows.get(block), scoreCap),
                        parts.gated(block, false, nonlinearity)),
                new Architecture.Head("lm_head", options.flag("tie_word_embeddings", true), false, 1, logitCap));
    }

    @Override
    List<String> irrelevant() {
        return List.of("cache_implementation");
    }
}
