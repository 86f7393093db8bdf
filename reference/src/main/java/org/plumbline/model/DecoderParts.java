package org.plumbline.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.plumbline.program.Shape;

/** The parameters and linear layers of a decoder, listed in the order of its forward pass. */
final class DecoderParts {
    private static final double INITIAL_DEVIATION = 0.02;

    private final SequencedMap<String, Shape> shapes = new LinkedHashMap<>();
    private final List<TrackedLayer> layers = new ArrayList<>();
    private final Set<String> gains = new HashSet<>();
    private final Set<String> zeros = new HashSet<>();
    private final Set<String> residual = new HashSet<>();

    /** A table with a row for each token or position. */
    void embedding(String weight, int rows, int width) {
        shapes.put(weight, Shape.of(rows, width));
    }

    /** The gain of an RMSNorm. */
    void rmsNorm(String name, int width) {
        shapes.put(name + ".weight", Shape.of(width));
        gains.add(name + ".weight");
    }

    /** A vector that starts at 0. */
    void shift(String name, int width) {
        shapes.put(name, Shape.of(width));
        zeros.add(name);
    }

    /** Gain and bias of a LayerNorm. */
    void layerNorm(String name, int width) {
        rmsNorm(name, width);
        shift(name + ".bias", width);
    }

    void linear(String name, int outputs, int inputs, boolean bias, LayerRole role) {
        shapes.put(name + ".weight", Shape.of(outputs, inputs));
        if (bias) {
            shift(name + ".bias", outputs);
        }
        layers.add(new TrackedLayer(name, name + ".weight",
                bias ? Optional.of(name + ".bias") : Optional.empty(), outputs, inputs, role));
    }

    /** A linear layer that writes to the residual stream, and starts smaller. */
    void residualLinear(String name, int outputs, int inputs, boolean bias, LayerRole role) {
        linear(name, outputs, inputs, bias, role);
        residual.add(name + ".weight");
    }

    /**
     * The layer that makes logits: one of its own, or the token embedding.
     *
     * @param embedding the token embedding, if it is that
     * @param bias whether one of its own has a bias
     */
    OutputLayer head(String name, Optional<String> embedding, boolean bias, int vocabulary, int width) {
        if (embedding.isEmpty()) {
            linear(name, vocabulary, width, bias, LayerRole.UNEMBEDDING);
        }
        return new OutputLayer(embedding.orElse(name + ".weight"), width);
    }

    ParameterSpace space() {
        return new ParameterSpace(shapes);
    }

    List<TrackedLayer> layers() {
        return List.copyOf(layers);
    }

    /**
     * GPT-2's initialization (Radford et al., 2019, §2.3): normal with deviation 0.02, divided by {@code √writers}
     * where a matrix writes to the residual stream; biases 0, gains 1.
     *
     * @param writers how many matrices write to the residual stream
     */
    Parameters initialize(RandomGenerator random, int writers) {
        double smaller = INITIAL_DEVIATION / Math.sqrt(Math.max(1, writers));
        Map<String, double[]> values = new LinkedHashMap<>();
        shapes.forEach((name, shape) -> {
            double[] array = new double[shape.size()];
            if (gains.contains(name)) {
                Arrays.fill(array, 1);
            } else if (!zeros.contains(name)) {
                double deviation = residual.contains(name) ? smaller : INITIAL_DEVIATION;
                Arrays.setAll(array, i -> deviation * random.nextGaussian());
            }
            values.put(name, array);
        });
        return Parameters.ofDoubles(space(), values);
    }
}
