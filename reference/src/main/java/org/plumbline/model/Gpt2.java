package org.plumbline.model;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;

/**
 * The GPT-2 architecture (Radford et al., 2019): learned positions, LayerNorm before attention and MLP, causal
 * self-attention, tanh-GELU, tied or untied head.
 *
 * <p>Parameter names are those of Hugging Face's checkpoints; weights of linear layers are {@code [out, in]} here and
 * {@code [in, out]} there. Tracked layers are all linear layers of the blocks, and the head where it is untied.
 */
public final class Gpt2 implements Decoder {
    private static final String EMBEDDING = "transformer.wte.weight";
    private static final String POSITION_EMBEDDING = "transformer.wpe.weight";
    private static final String LAST_NORM = "transformer.ln_f";
    private static final String HEAD = "lm_head";

    private final Gpt2Config config;
    private final DecoderParts parts;
    private final ParameterSpace space;
    private final List<TrackedLayer> layers;
    private final OutputLayer output;

    public Gpt2(Gpt2Config config) {
        this.config = config;
        this.parts = new DecoderParts();
        int d = config.width();
        parts.embedding(EMBEDDING, config.vocabulary(), d);
        parts.embedding(POSITION_EMBEDDING, config.context(), d);
        for (int block = 0; block < config.layers(); block++) {
            String prefix = prefix(block);
            parts.layerNorm(prefix + "ln_1", d);
            parts.linear(prefix + "attn.c_attn", 3 * d, d, true, LayerRole.ATTENTION);
            parts.residualLinear(prefix + "attn.c_proj", d, d, true, LayerRole.ATTENTION);
            parts.layerNorm(prefix + "ln_2", d);
            parts.linear(prefix + "mlp.c_fc", config.hidden(), d, true, LayerRole.MLP);
            parts.residualLinear(prefix + "mlp.c_proj", d, config.hidden(), true, LayerRole.MLP);
        }
        parts.layerNorm(LAST_NORM, d);
        this.output = parts.head(
                HEAD, config.tiedHead() ? Optional.of(EMBEDDING) : Optional.empty(), config.vocabulary(), d);
        this.space = parts.space();
        this.layers = parts.layers();
    }

    private static String prefix(int block) {
        return "transformer.h." + block + ".";
    }

    public Gpt2Config config() {
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
        int length = f.length();
        DecoderSizes.requireContext(length, config.context());
        Value mask = Attention.mask(f);
        Value x = b.add(                                                                              // [T, d]
                f.tokens(EMBEDDING),
                b.gather(f.parameter(POSITION_EMBEDDING), b.index(Example.POSITIONS, length)));
        for (int block = 0; block < config.layers(); block++) {
            String prefix = prefix(block);
            Value first = Norms.layer(f, prefix + "ln_1", x, config.epsilon());
            x = b.add(x, attention(f, prefix + "attn", first, mask, config.attentionScale(block)));
            x = b.add(x, mlp(f, prefix + "mlp", Norms.layer(f, prefix + "ln_2", x, config.epsilon())));
        }
        return f.outputs(output, Norms.layer(f, LAST_NORM, x, config.epsilon()));                     // [T, V]
    }

    private Value attention(Forward f, String name, Value x, Value mask, double scale) {
        ProgramBuilder b = f.builder();
        int length = f.length();
        int heads = config.heads();
        int size = config.width() / heads;
        Value joint = b.reshape(f.linear(name + ".c_attn", x), length, 3, heads, size);               // [T, 3, H, s]
        Value split = b.transpose(joint, 1, 2, 0, 3);                                                 // [3, H, T, s]
        Value query = b.reshape(b.slice(split, 0, 0, 1), heads, length, size);
        Value key = b.reshape(b.slice(split, 0, 1, 1), heads, length, size);
        Value value = b.reshape(b.slice(split, 0, 2, 1), heads, length, size);
        return f.linear(name + ".c_proj", Attention.mix(f, query, key, value, mask, scale));
    }

    private Value mlp(Forward f, String name, Value x) {
        Value hidden = f.builder().activation(config.activation(), f.linear(name + ".c_fc", x));
        return f.linear(name + ".c_proj", hidden);
    }

    /**
     * GPT-2's initialization: normal with deviation 0.02, divided by {@code √(2 layers)} where a matrix writes to the
     * residual stream; biases 0, LayerNorm gains 1.
     */
    @Override
    public Parameters initialize(RandomGenerator random) {
        return parts.initialize(random, 2 * config.layers());
    }
}
