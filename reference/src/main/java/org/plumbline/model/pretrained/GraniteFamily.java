package org.plumbline.model.pretrained;

import java.util.Optional;
import java.util.OptionalInt;
import org.plumbline.model.Architecture;
import org.plumbline.model.Nonlinearity;
import org.plumbline.model.Normalization;
import org.plumbline.model.RotaryEmbedding;

/** {@code granite}: Llama's parts with four multipliers (Granite Team, 2024). */
final class GraniteFamily extends Family {
    @Override
    String type() {
        return "granite";
    }

    @Override
    Architecture architecture(ConfigOptions options, int mostLayers) {
        LlamaShape shape = LlamaShape.read(options, mostLayers, OptionalInt.empty(), OptionalInt.empty());
        LlamaParts parts = new LlamaParts(shape, Normalization.Kind.RMS, options.number("rms_norm_eps", 1e-6));
        Optional<RotaryEmbedding> rotary = Optional.of(shape.rotary(options, 10_000));
        boolean bias = options.flag("attention_bias", false);
        boolean mlpBias = options.flag("mlp_bias", false);
        double embedding = options.number("embedding_multiplier", 1);
        double attention = options.number("attention_multiplier", 1);
        double residual = options.number("residual_multiplier", 1);
        double divisor = options.number("logits_scaling", 1);
        if (divisor == 0) {
            throw options.unexpected("logits_scaling", "a number that logits can be divided by");
        }
        Nonlinearity nonlinearity = Activations.nonlinearity(options, "hidden_act", "silu");
        return parts.architecture(embedding,
                block -> parts.before(block,
                        parts.attention(block, bias, Optional.empty(), rotary, attention, OptionalInt.empty(), 0),
                        parts.gated(block, mlpBias, nonlinearity), residual),
                new Architecture.Head(
                        "lm_head", options.flag("tie_word_embeddings", false), false, 1 / divisor, 0));
    }
}
