package org.plumbline.model.pretrained;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.plumbline.model.Architecture;
import org.plumbline.model.Block;
import org.plumbline.model.FeedForward;
import org.plumbline.model.Nonlinearity;
import org.plumbline.model.Normalization;
import org.plumbline.model.Projection;
import org.plumbline.model.SelfAttention;

/** {@code opt}: GPT-2's parts with separate projections, ReLU and positions from row 2 on (Zhang et al., 2022). */
final class OptFamily extends Family {
    @Override
    String type() {
        return "opt";
    }

    private static final int FIRST_POSITION = 2;

    @Override
    Architecture architecture(ConfigOptions options, int mostLayers) {
        options.requireFalse("_remove_final_layer_norm");
        options.requireTrue("do_layer_norm_before", "layer_norm_elementwise_affine");
        int width = options.integer("hidden_size", 1);
        if (options.integer("word_embed_proj_dim", 1, width) != width) {
            throw options.unexpected("word_embed_proj_dim",
                    "the hidden_size, " + width + ": projections of the embedding are not supported");
        }
        int heads = options.integer("num_attention_heads", 1);
        if (width % heads != 0) {
            throw options.unexpected("num_attention_heads", "a divisor of a hidden_size of " + width);
        }
        int context = options.integerIn("max_position_embeddings", 1, Integer.MAX_VALUE - FIRST_POSITION);
        int hidden = options.integer("ffn_dim", 1);
        boolean bias = options.flag("enable_bias", true);
        Nonlinearity nonlinearity = Activations.nonlinearity(options, "activation_function", "relu");
        return new Architecture(options.integer("vocab_size", 2), context, width,
                new Architecture.Embedding("model.decoder.embed_tokens.weight", 1, Optional.of(
                        new Architecture.LearnedPositions("model.decoder.embed_positions.weight",
                                context + FIRST_POSITION, FIRST_POSITION))),
                IntStream.range(0, options.integerIn("num_hidden_layers", 0, mostLayers)).mapToObj(block -> {
                    String h = "model.decoder.layers." + block + ".";
                    FeedForward mlp = new FeedForward.Plain(h + "fc1", h + "fc2", hidden, bias, nonlinearity);
                    return new Block(h, Optional.of(norm(h + "self_attn_layer_norm", width)),
                            attention(h + "self_attn.", heads, width / heads, bias), Optional.empty(),
                            Optional.of(norm(h + "final_layer_norm", width)), mlp, Optional.empty(), false, 1);
                }).toList(),
                norm("model.decoder.final_layer_norm", width),
                new Architecture.Head("lm_head", options.flag("tie_word_embeddings", true)));
    }

    private static SelfAttention attention(String name, int heads, int size, boolean bias) {
        return new SelfAttention(
                new Projection.Separate(name + "q_proj", name + "k_proj", name + "v_proj", bias), name + "out_proj",
                bias, heads, heads, size, Optional.empty(), Optional.empty(), 1 / Math.sqrt(size),
                OptionalInt.empty(), 0);
    }

    private static Normalization norm(String name, int width) {
        return new Normalization(name, Normalization.Kind.LAYER, width, 1e-5);
    }

    @Override
    List<String> irrelevant() {
        return List.of("activation_dropout", "dropout", "init_std", "layerdrop");
    }
}
