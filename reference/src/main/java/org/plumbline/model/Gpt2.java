package org.plumbline.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import org.plumbline.program.ActivationFunction;
import org.plumbline.program.Constant;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;

/**
 * The GPT-2 architecture (Radford et al., 2019): learned positions, LayerNorm before attention and MLP, causal
 * self-attention, tanh-GELU, tied or untied head.
 *
 * <p>Parameter names are those of Hugging Face's checkpoints; weights of linear layers are {@code [out, in]} here and
 * {@code [in, out]} there. Tracked layers are all linear layers of the blocks; {@link #mlpLayers} are those that
 * influence is computed on by default.
 */
public final class Gpt2 implements Model {
    private static final String EMBEDDING = "transformer.wte.weight";
    private static final String POSITION_EMBEDDING = "transformer.wpe.weight";
    private static final String HEAD = "lm_head";
    private static final double INITIAL_DEVIATION = 0.02;

    /** Added to the scores of keys that may not be seen; its exponential is 0 in every precision. */
    private static final double MASKED = -1e9;

    private final Gpt2Config config;
    private final ParameterSpace space;
    private final List<TrackedLayer> layers;
    private final OutputLayer output;

    public Gpt2(Gpt2Config config) {
        this.config = config;
        SequencedMap<String, Shape> shapes = new LinkedHashMap<>();
        List<TrackedLayer> tracked = new ArrayList<>();
        int d = config.width();
        shapes.put(EMBEDDING, Shape.of(config.vocabulary(), d));
        shapes.put(POSITION_EMBEDDING, Shape.of(config.context(), d));
        for (int block = 0; block < config.layers(); block++) {
            norm(shapes, prefix(block) + "ln_1");
            linear(shapes, tracked, prefix(block) + "attn.c_attn", 3 * d, d);
            linear(shapes, tracked, prefix(block) + "attn.c_proj", d, d);
            norm(shapes, prefix(block) + "ln_2");
            linear(shapes, tracked, prefix(block) + "mlp.c_fc", config.hidden(), d);
            linear(shapes, tracked, prefix(block) + "mlp.c_proj", d, config.hidden());
        }
        norm(shapes, "transformer.ln_f");
        if (!config.tiedHead()) {
            shapes.put(HEAD + ".weight", Shape.of(config.vocabulary(), d));
            tracked.add(new TrackedLayer(HEAD, HEAD + ".weight", Optional.empty(), config.vocabulary(), d));
        }
        this.space = new ParameterSpace(shapes);
        this.layers = List.copyOf(tracked);
        this.output = new OutputLayer(config.tiedHead() ? EMBEDDING : HEAD + ".weight", d);
    }

    private static String prefix(int block) {
        return "transformer.h." + block + ".";
    }

    private void norm(SequencedMap<String, Shape> shapes, String name) {
        shapes.put(name + ".weight", Shape.of(config.width()));
        shapes.put(name + ".bias", Shape.of(config.width()));
    }

    private static void linear(
            SequencedMap<String, Shape> shapes, List<TrackedLayer> tracked, String name, int outputs, int inputs) {
        shapes.put(name + ".weight", Shape.of(outputs, inputs));
        shapes.put(name + ".bias", Shape.of(outputs));
        tracked.add(new TrackedLayer(name, name + ".weight", Optional.of(name + ".bias"), outputs, inputs));
    }

    public Gpt2Config config() {
        return config;
    }

    @Override
    public ParameterSpace space() {
        return space;
    }

    @Override
    public List<TrackedLayer> layers() {
        return layers;
    }

    /** The linear layers of the MLPs, in order. */
    public List<TrackedLayer> mlpLayers() {
        return layers.stream().filter(layer -> layer.name().contains(".mlp.")).toList();
    }

    @Override
    public Likelihood likelihood() {
        return Likelihood.CATEGORICAL;
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
        if (length > config.context()) {
            throw new ModelException("an example of " + length + " positions exceeds the context of " + config.context());
        }
        Value bias = attentionBias(b, length);
        Value x = b.add(                                                                              // [T, d]
                b.gather(f.parameter(EMBEDDING), b.index(Example.TOKENS, length)),
                b.gather(f.parameter(POSITION_EMBEDDING), b.index(Example.POSITIONS, length)));
        for (int block = 0; block < config.layers(); block++) {
            x = b.add(x, attention(f, prefix(block) + "attn", norm(f, prefix(block) + "ln_1", x), bias));
            x = b.add(x, mlp(f, prefix(block) + "mlp", norm(f, prefix(block) + "ln_2", x)));
        }
        return f.outputs(output, norm(f, "transformer.ln_f", x));                                     // [T, V]
    }

    /** 0 where position {@code i} may see position {@code j}: itself, and earlier ones that are fed. */
    private static Value attentionBias(ProgramBuilder b, int length) {
        double[] earlier = new double[length * length];
        double[] same = new double[length * length];
        for (int i = 0; i < length; i++) {
            same[i * length + i] = 1;
            for (int j = 0; j < i; j++) {
                earlier[i * length + j] = 1;
            }
        }
        // Padding sees itself alone: its row stays finite, and as it bears no loss nothing comes back from it.
        Value seen = b.add(
                b.multiply(b.literal(Constant.of(earlier), length, length), b.real(Example.FED, length)),
                b.literal(Constant.of(same), length, length));
        return b.affine(seen, -MASKED, MASKED);
    }

    private Value norm(Forward f, String name, Value x) {
        ProgramBuilder b = f.builder();
        Value standardised = b.standardize(x, config.epsilon(), true);
        return b.add(b.multiply(standardised, f.parameter(name + ".weight")), f.parameter(name + ".bias"));
    }

    private Value attention(Forward f, String name, Value x, Value bias) {
        ProgramBuilder b = f.builder();
        int length = f.length();
        int heads = config.heads();
        int size = config.width() / heads;
        Value joint = b.reshape(f.linear(name + ".c_attn", x), length, 3, heads, size);               // [T, 3, H, s]
        Value split = b.transpose(joint, 1, 2, 0, 3);                                                 // [3, H, T, s]
        Value query = b.reshape(b.slice(split, 0, 0, 1), heads, length, size);
        Value key = b.reshape(b.slice(split, 0, 1, 1), heads, length, size);
        Value value = b.reshape(b.slice(split, 0, 2, 1), heads, length, size);
        Value scores = b.scale(b.matmul(query, false, key, true), 1 / Math.sqrt(size));               // [H, T, T]
        Value mixed = b.matmul(b.softmax(b.add(scores, bias)), value);                                // [H, T, s]
        return f.linear(name + ".c_proj", b.reshape(b.transpose(mixed, 1, 0, 2), length, heads * size));
    }

    private Value mlp(Forward f, String name, Value x) {
        Value hidden = f.builder().activation(ActivationFunction.GELU_TANH, f.linear(name + ".c_fc", x));
        return f.linear(name + ".c_proj", hidden);
    }

    /**
     * GPT-2's initialisation: normal with deviation 0.02, divided by {@code √(2 layers)} where a matrix writes to the
     * residual stream; biases 0, LayerNorm gains 1.
     */
    @Override
    public Parameters initialise(RandomGenerator random) {
        double residual = INITIAL_DEVIATION / Math.sqrt(2.0 * Math.max(1, config.layers()));
        Map<String, double[]> values = new LinkedHashMap<>();
        space.shapes().forEach((name, shape) -> {
            double[] array = new double[shape.size()];
            if (name.contains(".ln_") && name.endsWith(".weight")) {
                Arrays.fill(array, 1);
            } else if (!name.endsWith(".bias")) {
                double deviation = name.endsWith(".c_proj.weight") ? residual : INITIAL_DEVIATION;
                Arrays.setAll(array, i -> deviation * random.nextGaussian());
            }
            values.put(name, array);
        });
        return Parameters.ofDoubles(space, values);
    }
}
