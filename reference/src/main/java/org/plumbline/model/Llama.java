package org.plumbline.model;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The Llama family of architectures (Touvron et al., 2023): RMSNorm, rotary embedding, grouped-query attention, a gated
 * MLP {@code W_down (φ(W_gate x) ∘ W_up x)} (Shazeer, 2020), head tied or untied. {@link LlamaConfig.Family} tells its
 * members apart.
 *
 * <p>Parameter names are those of Hugging Face's checkpoints. Tracked layers are all linear layers of the blocks, the
 * three matrices of an MLP among them, and the head where it is untied.
 */
public final class Llama implements Decoder {
    private final LlamaConfig config;
    private final DecoderBody body;

    public Llama(LlamaConfig config) {
        this.config = config;
        this.body = new DecoderBody(new Architecture(
                config.vocabulary(), config.context(), config.width(),
                new Architecture.Embedding("model.embed_tokens.weight", 1, Optional.empty()),
                IntStream.range(0, config.layers()).mapToObj(this::block).toList(),
                norm("model.norm", config.width()), new Architecture.Head("lm_head", config.tiedHead())));
    }

    private Block block(int block) {
        String h = "model.layers." + block + ".";
        boolean post = config.postNorm();
        FeedForward mlp = new FeedForward.Gated(h + "mlp.gate_proj", h + "mlp.up_proj", h + "mlp.down_proj",
                config.hidden(), config.mlpBias(), Nonlinearity.of(config.activation()));
        Optional<Normalization> input = Optional.of(norm(h + "input_layernorm", config.width()));
        Optional<Normalization> between = Optional.of(norm(h + "post_attention_layernorm", config.width()));
        Optional<Normalization> last = Optional.of(norm(h + "post_feedforward_layernorm", config.width()));
        return post
                ? new Block(h, Optional.empty(), attention(h + "self_attn."), between, Optional.empty(), mlp, last,
                        false, 1)
                : new Block(h, input, attention(h + "self_attn."), Optional.empty(), between, mlp, Optional.empty(),
                        false, 1);
    }

    private SelfAttention attention(String name) {
        int size = config.headSize();
        Optional<SelfAttention.QueryKeyNorm> norms = config.postNorm()
                ? Optional.of(new SelfAttention.QueryKeyNorm(
                        norm(name + "q_norm", config.heads() * size),
                        norm(name + "k_norm", config.keyValueHeads() * size)))
                : Optional.empty();
        return new SelfAttention(
                new Projection.Separate(name + "q_proj", name + "k_proj", name + "v_proj", config.attentionBias()),
                name + "o_proj", config.outputBias(), config.heads(), config.keyValueHeads(), size, norms,
                Optional.of(config.rotary()), 1 / Math.sqrt(size), OptionalInt.empty(), 0);
    }

    private Normalization norm(String name, int width) {
        return new Normalization(name, Normalization.Kind.RMS, width, config.epsilon());
    }

    public LlamaConfig config() {
        return config;
    }

    @Override
    public DecoderBody body() {
        return body;
    }
}
