package org.plumbline.model.pretrained;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.plumbline.model.Architecture;
import org.plumbline.model.Nonlinearity;
import org.plumbline.model.Normalization;
import org.plumbline.model.RotaryEmbedding;

/** {@code gemma}: scaled embeddings, gains stored from 1, GELU gates (Gemma Team, 2024). */
final class GemmaFamily extends Family {
    @Override
    String type() {
        return "gemma";
    }

    @Override
    Architecture architecture(ConfigOptions options, int mostLayers) {
        options.requireFalse("use_bidirectional_attention");
        LlamaShape shape = LlamaShape.read(options, mostLayers, OptionalInt.of(16), OptionalInt.of(256));
        LlamaParts parts = new LlamaParts(shape, Normalization.Kind.RMS_FROM_ONE, options.number("rms_norm_eps", 1e-6));
        Optional<RotaryEmbedding> rotary = Optional.of(shape.rotary(options, 10_000));
        boolean bias = options.flag("attention_bias", false);
        Nonlinearity read = Activations.nonlinearity(options, "hidden_act", "gelu_pytorch_tanh");
        // Of the first releases, which meant the approximation.
        Nonlinearity nonlinearity = read == Nonlinearity.GELU ? Nonlinearity.GELU_TANH : read;
        return parts.architecture(Math.sqrt(shape.width()),
                block -> parts.before(block,
                        parts.attention(block, bias, Optional.empty(), rotary, parts.scale(), OptionalInt.empty(), 0),
                        parts.gated(block, false, nonlinearity), 1),
                LlamaParts.head(options.flag("tie_word_embeddings", true)));
    }

    @Override
    List<String> irrelevant() {
        // Not read by transformers 5.
        return List.of("hidden_activation");
    }
}
