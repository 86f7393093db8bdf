package org.plumbline.model.pretrained;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.plumbline.model.Architecture;
import org.plumbline.model.Nonlinearity;
import org.plumbline.model.Normalization;

/** {@code olmo3}: OLMo 2's norms, with a window in three blocks of four (OLMo Team, 2025). */
final class Olmo3Family extends Family {
    @Override
    String type() {
        return "olmo3";
    }

    @Override
    Architecture architecture(ConfigOptions options, int mostLayers) {
        LlamaShape shape = LlamaShape.read(options, mostLayers, OptionalInt.empty(), OptionalInt.empty());
        LlamaParts parts = new LlamaParts(shape, Normalization.Kind.RMS, options.number("rms_norm_eps", 1e-5));
        List<String> types = shape.types(options,
                block -> (block + 1) % 4 != 0 ? LlamaShape.SLIDING : LlamaShape.FULL);
        List<OptionalInt> windows = shape.windows(
                options, LlamaShape.window(options, OptionalInt.of(4096)), types);
        RotaryByType rotary = RotaryByType.read(options, shape.headSize(), 500_000, "", 500_000);
        boolean bias = options.flag("attention_bias", false);
        Nonlinearity nonlinearity = Activations.nonlinearity(options, "hidden_act", "silu");
        return parts.architecture(1,
                block -> parts.after(block,
                        parts.attention(block, bias, parts.wholeNorms(block),
                                Optional.of(rotary.of(types.get(block))), parts.scale(), windows.get(block), 0),
                        parts.gated(block, false, nonlinearity)),
                LlamaParts.head(options.flag("tie_word_embeddings", false)));
    }
}
