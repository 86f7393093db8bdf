package org.plumbline.model;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The GPT-NeoX architecture (Black et al., 2022), of which Pythia is made (Biderman et al., 2023): LayerNorm, rotary
 * embedding of a part of each head, attention and MLP in parallel or in sequence, head untied or tied.
 *
 * <p>Parameter names are those of Hugging Face's checkpoints. The rows of {@code query_key_value} are, head after head,
 * its queries, its keys and its values. Tracked layers are all linear layers of the blocks, and the head where it is
 * untied.
 */
public final class GptNeoX implements Decoder {
    private final GptNeoXConfig config;
    private final DecoderBody body;

    public GptNeoX(GptNeoXConfig config) {
        this.config = config;
        this.body = new DecoderBody(new Architecture(
                config.vocabulary(), config.context(), config.width(),
                new Architecture.Embedding("gpt_neox.embed_in.weight", 1, Optional.empty()),
                IntStream.range(0, config.layers()).mapToObj(this::block).toList(),
                norm("gpt_neox.final_layer_norm"), new Architecture.Head("embed_out", config.tiedHead())));
    }

    private Block block(int block) {
        String h = "gpt_neox.layers." + block + ".";
        int heads = config.heads();
        int size = config.width() / heads;
        SelfAttention attention = new SelfAttention(
                new Projection.HeadByHead(h + "attention.query_key_value", config.attentionBias()),
                h + "attention.dense", config.attentionBias(), heads, heads, size, Optional.empty(),
                Optional.of(config.rotary()), 1 / Math.sqrt(size), OptionalInt.empty(), 0);
        FeedForward mlp = new FeedForward.Plain(h + "mlp.dense_h_to_4h", h + "mlp.dense_4h_to_h", config.hidden(), true,
                Nonlinearity.of(config.activation()));
        return new Block(h, Optional.of(norm(h + "input_layernorm")), attention, Optional.empty(),
                Optional.of(norm(h + "post_attention_layernorm")), mlp, Optional.empty(), config.parallelResidual(), 1);
    }

    private Normalization norm(String name) {
        return new Normalization(name, Normalization.Kind.LAYER, config.width(), config.epsilon());
    }

    public GptNeoXConfig config() {
        return config;
    }

    @Override
    public DecoderBody body() {
        return body;
    }
}
