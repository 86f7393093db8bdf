package org.plumbline.model;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The GPT-2 architecture (Radford et al., 2019): learned positions, LayerNorm before attention and MLP, causal
 * self-attention, tanh-GELU, tied or untied head.
 *
 * <p>Parameter names are those of Hugging Face's checkpoints; weights of linear layers are {@code [out, in]} here and
 * {@code [in, out]} there. Tracked layers are all linear layers of the blocks, and the head where it is untied.
 */
public final class Gpt2 implements Decoder {
    private final Gpt2Config config;
    private final DecoderBody body;

    public Gpt2(Gpt2Config config) {
        this.config = config;
        this.body = new DecoderBody(new Architecture(
                config.vocabulary(), config.context(), config.width(),
                new Architecture.Embedding("transformer.wte.weight", 1, Optional.of(
                        new Architecture.LearnedPositions("transformer.wpe.weight", config.context(), 0))),
                IntStream.range(0, config.layers()).mapToObj(this::block).toList(),
                norm("transformer.ln_f"), new Architecture.Head("lm_head", config.tiedHead())));
    }

    private Block block(int block) {
        String h = "transformer.h." + block + ".";
        int heads = config.heads();
        SelfAttention attention = new SelfAttention(
                new Projection.Sections(h + "attn.c_attn", true), h + "attn.c_proj", true,
                heads, heads, config.width() / heads, Optional.empty(), Optional.empty(),
                config.attentionScale(block), OptionalInt.empty(), 0);
        FeedForward mlp = new FeedForward.Plain(h + "mlp.c_fc", h + "mlp.c_proj", config.hidden(), true,
                Nonlinearity.of(config.activation()));
        return new Block(h, Optional.of(norm(h + "ln_1")), attention, Optional.empty(),
                Optional.of(norm(h + "ln_2")), mlp, Optional.empty(), false, 1);
    }

    private Normalization norm(String name) {
        return new Normalization(name, Normalization.Kind.LAYER, config.width(), config.epsilon());
    }

    public Gpt2Config config() {
        return config;
    }

    @Override
    public DecoderBody body() {
        return body;
    }
}
