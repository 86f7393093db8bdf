package org.plumbline.model.pretrained;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.plumbline.model.Architecture;
import org.plumbline.model.Nonlinearity;
import org.plumbline.model.Normalization;
import org.plumbline.model.RotaryEmbedding;

/** {@code gemma2}: norms before and after, soft-caps, a window in every other block (Gemma Team, 2024). */
final class Gemma2Family extends Family {
    @Override
    String type() {
        return "gemma2";
    }

    @Override
    Architecture architecture(ConfigOptions options, int mostLayers) {
        options.requireFalse("use_bidirectional_attention");
        LlamaShape shape = LlamaShape.read(options, mostLayers, OptionalInt.of(4), OptionalInt.of(256));
        LlamaParts parts = new LlamaParts(shape, Normalization.Kind.RMS_FROM_ONE, options.number("rms_norm_eps", 1e-6));
        Optional<RotaryEmbedding> rotary = Optional.of(shape.rotary(options, 10_000));
        List<OptionalInt> windows = shape.windows(options, LlamaShape.window(options, OptionalInt.of(4096)),
                shape.types(options, block -> block % 2 == 0 ? LlamaShape.SLIDING : LlamaShape.FULL));
        boolean bias = options.flag("attention_bias", false);
        double scale = options.reciprocalRoot("query_pre_attn_scalar", 256);
        double scoreCap = options.softCap("attn_logit_softcapping", 50);
        double logitCap = options.softCap("final_logit_softcapping", 30);
        Nonlinearity nonlinearity = Activations.nonlinearity(options, "hidden_activation", "gelu_pytorch_tanh");
        return parts.architecture(Math.sqrt(shape.width()),
                block -> parts.around(block,
                        parts.attention(block, bias, Optional.empty(), rotary, scale, windows.get(block), scoreCap),
                        parts.gated(block, false, nonlinearity)),
                new Architecture.Head("lm_head", options.flag("tie_word_embeddings", true), false, 1, logitCap));
    }

    @Override
    List<String> irrelevant() {
        // Transformers reads hidden_activation; the size of a cache changes no result.
        return List.of("hidden_act", "cache_implementation");
    }
}
