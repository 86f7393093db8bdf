package org.plumbline.model.pretrained;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.plumbline.model.Architecture;
import org.plumbline.model.Block;
import org.plumbline.model.FeedForward;
import org.plumbline.model.Nonlinearity;
import org.plumbline.model.Normalization;
import org.plumbline.model.Projection;
import org.plumbline.model.RotaryEmbedding;
import org.plumbline.model.SelfAttention;

/**
 * Parts with the names that Llama's tensors have, as those of most families do.
 *
 * @param shape sizes
 * @param norm kind of all normalizations
 * @param epsilon of all normalizations
 */
record LlamaParts(LlamaShape shape, Normalization.Kind norm, double epsilon) {

    Architecture architecture(double embeddingScale, IntFunction<Block> block, Architecture.Head head) {
        return new Architecture(shape.vocabulary(), shape.context(), shape.width(),
                new Architecture.Embedding("model.embed_tokens.weight", embeddingScale, Optional.empty()),
                IntStream.range(0, shape.layers()).mapToObj(block).toList(), norm("model.norm", shape.width()), head);
    }

    static Architecture.Head head(boolean tied) {
        return new Architecture.Head("lm_head", tied);
    }

    static String prefix(int block) {
        return "model.layers." + block + ".";
    }

    Normalization norm(String name, int width) {
        return new Normalization(name, norm, width, epsilon);
    }

    private Optional<Normalization> stream(String name) {
        return Optional.of(norm(name, shape.width()));
    }

    /** {@code q_proj}, {@code k_proj}, {@code v_proj} and {@code o_proj}, with biases or without. */
    SelfAttention attention(
            int block, boolean bias, Optional<SelfAttention.QueryKeyNorm> norms, Optional<RotaryEmbedding> rotary,
            double scale, OptionalInt window, double softCap) {
        String name = prefix(block) + "self_attn.";
        return new SelfAttention(new Projection.Separate(name + "q_proj", name + "k_proj", name + "v_proj", bias),
                name + "o_proj", bias, shape.heads(), shape.keyValueHeads(), shape.headSize(), norms, rotary, scale,
                window, softCap);
    }

    /** {@code 1 / √s}. */
    double scale() {
        return 1 / Math.sqrt(shape.headSize());
    }

    /** {@code q_norm} and {@code k_norm} of each head. */
    Optional<SelfAttention.QueryKeyNorm> headNorms(int block) {
        return norms(block, shape.headSize(), shape.headSize());
    }

    /** {@code q_norm} and {@code k_norm} of all heads together. */
    Optional<SelfAttention.QueryKeyNorm> wholeNorms(int block) {
        return norms(block, shape.heads() * shape.headSize(), shape.keyValueHeads() * shape.headSize());
    }

    private Optional<SelfAttention.QueryKeyNorm> norms(int block, int queries, int keys) {
        String name = prefix(block) + "self_attn.";
        return Optional.of(new SelfAttention.QueryKeyNorm(norm(name + "q_norm", queries), norm(name + "k_norm", keys)));
    }

    /** {@code gate_proj}, {@code up_proj} and {@code down_proj}. */
    FeedForward gated(int block, boolean bias, Nonlinearity nonlinearity) {
        String name = prefix(block) + "mlp.";
        return new FeedForward.Gated(name + "gate_proj", name + "up_proj", name + "down_proj", shape.hidden(), bias,
                nonlinearity);
    }

    /** Norms before attention and MLP. */
    Block before(int block, SelfAttention attention, FeedForward mlp, double multiplier) {
        String h = prefix(block);
        return new Block(h, stream(h + "input_layernorm"), attention, Optional.empty(),
                stream(h + "post_attention_layernorm"), mlp, Optional.empty(), false, multiplier);
    }

    /** Norms after attention and MLP. */
    Block after(int block, SelfAttention attention, FeedForward mlp) {
        String h = prefix(block);
        return new Block(h, Optional.empty(), attention, stream(h + "post_attention_layernorm"), Optional.empty(), mlp,
                stream(h + "post_feedforward_layernorm"), false, 1);
    }

    /** Norms before and after attention and MLP. */
    Block around(int block, SelfAttention attention, FeedForward mlp) {
        String h = prefix(block);
        return new Block(h, stream(h + "input_layernorm"), attention, stream(h + "post_attention_layernorm"),
                stream(h + "pre_feedforward_layernorm"), mlp, stream(h + "post_feedforward_layernorm"), false, 1);
    }
}
