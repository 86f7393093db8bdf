package org.plumbline.model;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;

/**
 * The GPT-NeoX architecture (Black et al., 2022), of which Pythia is made (Biderman et al., 2023): LayerNorm, rotary
 * embedding of a part of each head, attention and MLP in parallel or in sequence, head untied or tied.
 *
 * <p>Parameter names are those of Hugging Face's checkpoints. The rows of {@code query_key_value} are, head after head,
 * its queries, its keys and its values. Tracked layers are all linear layers of the blocks, and the head where it is
 * untied.
 */
public final class GptNeoX implements Decoder {
    private static final String EMBEDDING = "gpt_neox.embed_in.weight";
    private static final String LAST_NORM = "gpt_neox.final_layer_norm";
    private static final String HEAD = "embed_out";

    private final GptNeoXConfig config;
    private final DecoderParts parts;
    private final ParameterSpace space;
    private final List<TrackedLayer> layers;
    private final OutputLayer output;

    public GptNeoX(GptNeoXConfig config) {
        this.config = config;
        this.parts = new DecoderParts();
        int d = config.width();
        boolean bias = config.attentionBias();
        parts.embedding(EMBEDDING, config.vocabulary(), d);
        for (int block = 0; block < config.layers(); block++) {
            String prefix = prefix(block);
            parts.layerNorm(prefix + "input_layernorm", d);
            parts.linear(prefix + "attention.query_key_value", 3 * d, d, bias, LayerRole.ATTENTION);
            parts.residualLinear(prefix + "attention.dense", d, d, bias, LayerRole.ATTENTION);
            parts.layerNorm(prefix + "post_attention_layernorm", d);
            parts.linear(prefix + "mlp.dense_h_to_4h", config.hidden(), d, true, LayerRole.MLP);
            parts.residualLinear(prefix + "mlp.dense_4h_to_h", d, config.hidden(), true, LayerRole.MLP);
        }
        parts.layerNorm(LAST_NORM, d);
        this.output = parts.head(
                HEAD, config.tiedHead() ? Optional.of(EMBEDDING) : Optional.empty(), config.vocabulary(), d);
        this.space = parts.space();
        this.layers = parts.layers();
    }

    private static String prefix(int block) {
        return "gpt_neox.layers." + block + ".";
    }

    public GptNeoXConfig config() {
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
            Value first = Norms.layer(f, prefix + "input_layernorm", x, config.epsilon());
            Value attended = b.add(x, attention(f, prefix + "attention", first, mask, rotation));
            Value read = config.parallelResidual() ? x : attended;
            Value second = Norms.layer(f, prefix + "post_attention_layernorm", read, config.epsilon());
            x = b.add(attended, mlp(f, prefix + "mlp", second));
        }
        return f.outputs(output, Norms.layer(f, LAST_NORM, x, config.epsilon()));                     // [T, V]
    }

    private Value attention(Forward f, String name, Value x, Value mask, RotaryEmbedding.Rotation rotation) {
        int size = config.width() / config.heads();
        ProgramBuilder b = f.builder();
        Value joint = Attention.heads(                                                                // [H, T, 3s]
                f, f.linear(name + ".query_key_value", x), config.heads(), 3 * size);
        Value query = rotation.apply(f, b.slice(joint, 2, 0, size));                                  // [H, T, s]
        Value key = rotation.apply(f, b.slice(joint, 2, size, size));
        Value value = b.slice(joint, 2, 2 * size, size);
        return f.linear(name + ".dense", Attention.mix(f, query, key, value, mask, 1 / Math.sqrt(size)));
    }

    private Value mlp(Forward f, String name, Value x) {
        Value hidden = f.builder().activation(config.activation(), f.linear(name + ".dense_h_to_4h", x));
        return f.linear(name + ".dense_4h_to_h", hidden);
    }

    /** GPT-2's initialization, see {@link Gpt2#initialize}. */
    @Override
    public Parameters initialize(RandomGenerator random) {
        return parts.initialize(random, 2 * config.layers());
    }
}
