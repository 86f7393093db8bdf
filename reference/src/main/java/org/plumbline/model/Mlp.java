package org.plumbline.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.UnaryFunction;
import org.plumbline.program.Value;

/**
 * A multi-layer perceptron, {@code x_(l+1) = φ(W_l x_l + b_l)}, without {@code φ} after the last layer. Its positions
 * are rows that do not see each other.
 *
 * <p>Layers are named {@code layers.0}, {@code layers.1}, …
 */
public final class Mlp implements Model {
    private final List<Integer> sizes;
    private final Optional<UnaryFunction> nonlinearity;
    private final Likelihood likelihood;
    private final ParameterSpace space;
    private final List<TrackedLayer> layers;

    /**
     * @param sizes width of the input, of each hidden layer and of the output
     * @param nonlinearity {@code φ}, or nothing for a deep linear network
     * @param bias whether the layers have biases
     * @throws ModelException if there are fewer than two sizes
     */
    public Mlp(List<Integer> sizes, Optional<UnaryFunction> nonlinearity, boolean bias, Likelihood likelihood) {
        if (sizes.size() < 2) {
            throw new ModelException("a perceptron has an input and an output size, found " + sizes);
        }
        this.sizes = List.copyOf(sizes);
        this.nonlinearity = nonlinearity;
        this.likelihood = likelihood;
        SequencedMap<String, Shape> shapes = new LinkedHashMap<>();
        List<TrackedLayer> tracked = new ArrayList<>();
        for (int layer = 0; layer + 1 < sizes.size(); layer++) {
            String name = "layers." + layer;
            int inputs = sizes.get(layer);
            int outputs = sizes.get(layer + 1);
            shapes.put(name + ".weight", Shape.of(outputs, inputs));
            if (bias) {
                shapes.put(name + ".bias", Shape.of(outputs));
            }
            tracked.add(new TrackedLayer(name, name + ".weight",
                    bias ? Optional.of(name + ".bias") : Optional.empty(), outputs, inputs, LayerRole.MLP));
        }
        this.space = new ParameterSpace(shapes);
        this.layers = List.copyOf(tracked);
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
    public Likelihood likelihood() {
        return likelihood;
    }

    @Override
    public int maximumLength() {
        return Integer.MAX_VALUE;
    }

    @Override
    public Value forward(Forward f) {
        ProgramBuilder b = f.builder();
        Value x = b.real(Example.FEATURES, f.length(), sizes.getFirst());
        for (int layer = 0; layer < layers.size(); layer++) {
            x = f.linear(layers.get(layer).name(), x);
            if (nonlinearity.isPresent() && layer + 1 < layers.size()) {
                x = b.unary(nonlinearity.get(), x);
            }
        }
        return x;
    }

    /** Normal weights of variance {@code 1/inputs}, biases 0. */
    @Override
    public Parameters initialize(RandomGenerator random) {
        Map<String, double[]> values = new LinkedHashMap<>();
        space.shapes().forEach((name, shape) -> {
            double[] array = new double[shape.size()];
            if (name.endsWith(".weight")) {
                double deviation = 1 / Math.sqrt(shape.dimension(1));
                for (int i = 0; i < array.length; i++) {
                    array[i] = deviation * random.nextGaussian();
                }
            }
            values.put(name, array);
        });
        return Parameters.ofDoubles(space, values);
    }
}
