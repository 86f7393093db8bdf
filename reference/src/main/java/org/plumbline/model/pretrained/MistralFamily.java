package org.plumbline.model.pretrained;

import java.util.Optional;
import java.util.OptionalInt;
import org.plumbline.model.Architecture;
import org.plumbline.model.Nonlinearity;
import org.plumbline.model.Normalization;
import org.plumbline.model.RotaryEmbedding;

/** {@code mistral}: Llama's parts, with a window of attention in all blocks (Jiang et al., 2023). */
final class MistralFamily extends Family {
    @Override
    String type() {
        return "mistral";
    }

    @Override
    Architecture architecture(ConfigOptions options, int mostLayers) {
        LlamaShape shape = LlamaShape.read(options, mostLayers, OptionalInt.of(8), OptionalInt.empty());
        LlamaParts parts = new LlamaParts(shape, Normalization.Kind.RMS, options.number("rms_norm_eps", 1e-6));
        Optional<RotaryEmbedding> rotary = Optional.of(shape.rotary(options, 10_000));
        OptionalInt window = LlamaShape.window(options, OptionalInt.of(4096));
        Nonlinearity nonlinearity = Activations.nonlinearity(options, "hidden_act", "silu");
        return parts.architecture(1,
                block -> parts.before(block,
                        parts.attention(block, false, Optional.empty(), rotary, parts.scale(), window, 0),
                        parts.gated(block, false, nonlinearity), 1),
                LlamaParts.head(options.flag("tie_word_embeddings", false)));
    }
}
