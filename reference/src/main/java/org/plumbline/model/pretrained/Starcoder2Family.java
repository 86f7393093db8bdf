package org.plumbline.model.pretrained;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.plumbline.model.Architecture;
import org.plumbline.model.FeedForward;
import org.plumbline.model.Nonlinearity;
import org.plumbline.model.Normalization;
import org.plumbline.model.RotaryEmbedding;

/** {@code starcoder2}: Llama's attention with LayerNorm, a plain MLP and biases (Lozhkov et al., 2024). */
final class Starcoder2Family extends Family {
    @Override
    String type() {
        return "starcoder2";
    }

    @Override
    Architecture architecture(ConfigOptions options, int mostLayers) {
        LlamaShape shape = LlamaShape.read(options, mostLayers, OptionalInt.of(2), OptionalInt.empty());
        LlamaParts parts = new LlamaParts(shape, Normalization.Kind.LAYER, options.number("norm_epsilon", 1e-5));
        Optional<RotaryEmbedding> rotary = Optional.of(shape.rotary(options, 10_000));
        OptionalInt window = LlamaShape.window(options, OptionalInt.empty());
        boolean bias = options.flag("use_bias", true);
        Nonlinearity nonlinearity = Activations.nonlinearity(options, "hidden_act", "gelu_pytorch_tanh");
        return parts.architecture(1,
                block -> parts.before(block,
                        parts.attention(block, bias, Optional.empty(), rotary, parts.scale(), window, 0),
                        new FeedForward.Plain(LlamaParts.prefix(block) + "mlp.c_fc",
                                LlamaParts.prefix(block) + "mlp.c_proj", shape.hidden(), bias, nonlinearity), 1),
                LlamaParts.head(options.flag("tie_word_embeddings", true)));
    }

    @Override
    List<String> irrelevant() {
        // Transformers has no other norm and no other MLP here.
        return List.of("embedding_dropout", "residual_dropout", "mlp_type", "norm_type", "activation_function");
    }
}
