package org.plumbline.model;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;

/**
 * The Llama family of architectures (Touvron et al., 2023): RMSNorm, rotary embedding, grouped-query attention, a gated
 * MLP {@code W_down (φ(W_gate x) ∘ W_up x)} (Shazeer, 2020), head tied or untied. {@link LlamaConfig.Family} tells its
 * members apart.
 *
 * <p>Parameter names are those of Hugging Face's checkpoints. Tracked layers are all linear layers of the blocks, the
 * three matrices of an MLP among them, and the head where it is untied.
 */
public final class Llama implements Decoder {
    private static final String EMBEDDING = "model.embed_tokens.weight";
    private static final String LAST_NORM = "model.norm";
    private static final String HEAD = "lm_head";

    private final LlamaConfig config;
    private final DecoderParts parts;
    private final ParameterSpace space;
    private final List<TrackedLayer> layers;
    private final OutputLayer output;

    public Llama(LlamaConfig config) {
        this.config = config;
        this.parts = new DecoderParts();
        int d = config.width();
        parts.embedding(EMBEDDING, config.vocabulary(), d);
        for (int block = 0; block < config.layers(); block++) {
            block(prefix(block));
        }
        parts.rmsNorm(LAST_NORM, d);
        this.output = parts.head(
                HEAD, config.tiedHead() ? Optional.of(EMBEDDING) : Optional.empty(), config.vocabulary(), d);
        this.space = parts.space();
        this.layers = parts.layers();
    }

    private void block(String prefix) {
        int d = config.width();
        int queries = config.heads() * config.headSize();
        int keys = config.keyValueHeads() * config.headSize();
        boolean bias = config.attentionBias();
        if (!config.postNorm()) {
            parts.rmsNorm(prefix + "input_layernorm", d);
        }
        parts.linear(prefix + "self_attn.q_proj", queries, d, bias, LayerRole.ATTENTION);
        parts.linear(prefix + "self_attn.k_proj", keys, d, bias, LayerRole.ATTENTION);
        parts.linear(prefix + "self_attn.v_proj", keys, d, bias, LayerRole.ATTENTION);
        if (config.postNorm()) {
            parts.rmsNorm(prefix + "self_attn.q_norm", queries);
            parts.rmsNorm(prefix + "self_attn.k_norm", keys);
        }
        parts.residualLinear(prefix + "self_attn.o_proj", d, queries, config.outputBias(), LayerRole.ATTENTION);
        parts.rmsNorm(prefix + "post_attention_layernorm", d);
        parts.linear(prefix + "mlp.gate_proj", config.hidden(), d, config.mlpBias(), LayerRole.MLP);
        parts.linear(prefix + "mlp.up_proj", config.hidden(), d, config.mlpBias(), LayerRole.MLP);
        parts.residualLinear(prefix + "mlp.down_proj", d, config.hidden(), config.mlpBias(), LayerRole.MLP);
        if (config.postNorm()) {
            parts.rmsNorm(prefix + "post_feedforward_layernorm", d);
        }
    }

    private static String prefix(int block) {
        return "model.layers." + block + ".";
    }

    public LlamaConfig config() {
        return config;
    }

    @Override
    public int vocabulary() {
        return config.vocabulary();
    }

    @Override
    public ParameterSpace space() {
        return space;
    }

    @Override
    public List<TrackedLayer> layers() {
        return layers;
    }

    @Override
    public Optional<OutputLayer> outputLayer() {
        return Optional.of(output);
    }

    @Override
    public int maximumLength() {
        return config.context();
    }

    @Override
    public Value forward(Forward f) {
        ProgramBuilder b = f.builder();
        DecoderSizes.requireContext(f.length(), config.context());
        Value mask = Attention.mask(f);
        RotaryEmbedding.Rotation rotation = config.rotary().at(f);
        Value x = f.tokens(EMBEDDING);                                                                // [T, d]
        for (int block = 0; block < config.layers(); block++) {
            String prefix = prefix(block);
            String attention = prefix + "self_attn";
            String mlp = prefix + "mlp";
            if (config.postNorm()) {
                x = b.add(x, norm(f, prefix + "post_attention_layernorm", attention(f, attention, x, mask, rotation)));
                x = b.add(x, norm(f, prefix + "post_feedforward_layernorm", mlp(f, mlp, x)));
            } else {
                x = b.add(x, attention(f, attention, norm(f, prefix + "input_layernorm", x), mask, rotation));
                x = b.add(x, mlp(f, mlp, norm(f, prefix + "post_attention_layernorm", x)));
            }
        }
        return f.outputs(output, norm(f, LAST_NORM, x));                                              // [T, V]
    }

    private Value norm(Forward f, String name, Value x) {
        return Norms.rms(f, name, x, config.epsilon());
    }

    private Value attention(Forward f, String name, Value x, Value mask, RotaryEmbedding.Rotation rotation) {
        int size = config.headSize();
        Value query = f.linear(name + ".q_proj", x);                                                  // [T, H s]
        Value key = f.linear(name + ".k_proj", x);                                                    // [T, K s]
        if (config.postNorm()) {
            query = norm(f, name + ".q_norm", query);
            key = norm(f, name + ".k_norm", key);
        }
        Value mixed = Attention.mix(f,
                rotation.apply(f, Attention.heads(f, query, config.heads(), size)),
                rotation.apply(f, Attention.heads(f, key, config.keyValueHeads(), size)),
                Attention.heads(f, f.linear(name + ".v_proj", x), config.keyValueHeads(), size),
                mask, 1 / Math.sqrt(size));
        return f.linear(name + ".o_proj", mixed);
    }

    private Value mlp(Forward f, String name, Value x) {
        ProgramBuilder b = f.builder();
        Value gate = b.activation(config.activation(), f.linear(name + ".gate_proj", x));
        return f.linear(name + ".down_proj", b.multiply(gate, f.linear(name + ".up_proj", x)));
    }

    /** GPT-2's initialization, see {@link Gpt2#initialize}. */
    @Override
    public Parameters initialize(RandomGenerator random) {
        return parts.initialize(random, 2 * config.layers());
    }
}
