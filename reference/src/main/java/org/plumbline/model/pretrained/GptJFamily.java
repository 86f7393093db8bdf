package org.plumbline.model.pretrained;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.plumbline.model.Architecture;
import org.plumbline.model.Block;
import org.plumbline.model.FeedForward;
import org.plumbline.model.Nonlinearity;
import org.plumbline.model.Normalization;
import org.plumbline.model.Projection;
import org.plumbline.model.RotaryEmbedding;
import org.plumbline.model.RotaryScaling;
import org.plumbline.model.SelfAttention;

/** {@code gptj}: one LayerNorm for attention and MLP in parallel, neighbors rotated (Wang and Komatsuzaki, 2021). */
final class GptJFamily extends Family {
    @Override
    String type() {
        return "gptj";
    }

    @Override
    Architecture architecture(ConfigOptions options, int mostLayers) {
        options.requireFalse("tie_word_embeddings");
        int width = options.integerIn("n_embd", 1, Integer.MAX_VALUE / 4);
        int heads = options.integer("n_head", 1);
        if (width % heads != 0) {
            throw options.unexpected("n_head", "a divisor of an n_embd of " + width);
        }
        RotaryEmbedding rotary = new RotaryEmbedding(
                options.integer("rotary_dim", 2, 64), 10_000, new RotaryScaling.None(), true);
        int hidden = options.integer("n_inner", 1, 4 * width);
        double epsilon = options.number("layer_norm_epsilon", 1e-5);
        Nonlinearity nonlinearity = Activations.nonlinearity(options, "activation_function", "gelu_new");
        return new Architecture(options.integer("vocab_size", 2), options.integer("n_positions", 1), width,
                new Architecture.Embedding("transformer.wte.weight", 1, Optional.empty()),
                IntStream.range(0, options.integerIn("n_layer", 0, mostLayers)).mapToObj(block -> {
                    String h = "transformer.h." + block + ".";
                    Optional<Normalization> norm = Optional.of(norm(h + "ln_1", width, epsilon));
                    FeedForward mlp = new FeedForward.Plain(
                            h + "mlp.fc_in", h + "mlp.fc_out", hidden, true, nonlinearity);
                    return new Block(h, norm, attention(h + "attn.", heads, width / heads, rotary), Optional.empty(),
                            norm, mlp, Optional.empty(), true, 1);
                }).toList(),
                norm("transformer.ln_f", width, epsilon), new Architecture.Head("lm_head", false, true, 1, 0));
    }

    private static SelfAttention attention(String name, int heads, int size, RotaryEmbedding rotary) {
        return new SelfAttention(
                new Projection.Separate(name + "q_proj", name + "k_proj", name + "v_proj", false), name + "out_proj",
                false, heads, heads, size, Optional.empty(), Optional.of(rotary), 1 / Math.sqrt(size),
                OptionalInt.empty(), 0);
    }

    private static Normalization norm(String name, int width, double epsilon) {
        return new Normalization(name, Normalization.Kind.LAYER, width, epsilon);
    }

    @Override
    List<String> irrelevant() {
        return List.of("attn_pdrop", "embd_pdrop", "n_ctx", "resid_pdrop", "rotary", "scale_attn_weights",
                "summary_activation", "summary_first_dropout", "summary_proj_to_labels", "summary_type",
                "summary_use_proj");
    }

    @Override
    public String prefix() {
        return "transformer.";
    }

    @Override
    public Pattern buffers() {
        return Pattern.compile("(transformer\\.)?h\\.\\d+\\.attn\\.(bias|masked_bias|embed_positions)");
    }
}
