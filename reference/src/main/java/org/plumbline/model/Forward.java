package org.plumbline.model;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.plumbline.program.ElementType;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;

/**
 * What a model's description is written with: a program builder that knows the model's parameters and its tracked
 * layers.
 *
 * <p>With taps on layers, each tracked layer's input becomes a program output and a shift is added to its
 * pre-activation, so that the derivative in the shift is the layer's pseudo-gradient. With taps on tokens, each
 * token's embedding is multiplied by an input of its own.
 */
public final class Forward {
    private final ProgramBuilder builder;
    private final ParameterSpace space;
    private final Map<String, TrackedLayer> layers;
    private final int length;
    private final Taps taps;
    private final Set<String> met = new HashSet<>();
    private final SequencedMap<String, Value> activations = new LinkedHashMap<>();
    private @Nullable Value hidden;

    /** What is tapped. */
    enum Taps {
        NONE, LAYERS, TOKENS, BOTH;

        private boolean layers() {
            return this == LAYERS || this == BOTH;
        }

        private boolean tokens() {
            return this == TOKENS || this == BOTH;
        }
    }

    Forward(ProgramBuilder builder, Model model, int length, Taps taps) {
        this.builder = builder;
        this.space = model.space();
        this.layers = new LinkedHashMap<>();
        model.layers().forEach(layer -> layers.put(layer.name(), layer));
        this.length = length;
        this.taps = taps;
    }

    /** The program of {@link Model#tapped}, with or without scales of tokens. */
    static Program tapped(Model model, int length, Taps taps) {
        ProgramBuilder b = new ProgramBuilder();
        Forward forward = new Forward(b, model, length, taps);
        Value outputs = model.forward(forward);
        SequencedMap<String, Value> named = new LinkedHashMap<>();
        named.put(Model.OUTPUTS, outputs);
        named.put(Model.LOSS, model.likelihood().loss(b, outputs, Likelihood.weights(b, outputs)));
        named.putAll(forward.activations);
        model.outputLayer().ifPresent(layer -> named.put(Model.HIDDEN, forward.hidden));
        return b.build(named);
    }

    /** The program of {@link Decoder#logits}: where an output layer is known, it is applied to one row alone. */
    static Program logits(Decoder model, int length) {
        ProgramBuilder b = new ProgramBuilder();
        Forward forward = new Forward(b, model, length, Taps.NONE);
        Value outputs = model.forward(forward);
        Value position = b.index(Decoder.POSITION, 1);
        Value hidden = forward.hidden;
        OutputLayer head = model.outputLayer().orElse(null);
        return b.build(Model.OUTPUTS, head != null && hidden != null
                ? b.matmul(b.gather(hidden, position), false, forward.parameter(head.weight()), true)
                : b.gather(outputs, position));
    }

    public ProgramBuilder builder() {
        return builder;
    }

    /** Number of positions of the example, {@code T}. */
    public int length() {
        return length;
    }

    /** The parameter {@code name}, as an input. */
    public Value parameter(String name) {
        return builder.input(name, ElementType.REAL, space.shape(name));
    }

    /** The embeddings {@code [T, d]} of the example's tokens: rows of the parameter {@code weight}. */
    public Value tokens(String weight) {
        Value rows = builder.gather(parameter(weight), builder.index(Example.TOKENS, length));
        if (!taps.tokens()) {
            return rows;
        }
        Value scales = builder.input(Decoder.TOKEN_SCALES, ElementType.REAL, Shape.of(length));
        return builder.multiply(rows, builder.alongRows(scales, rows));
    }

    /** {@code x Wᵀ + b} for {@code x [T, inputs]}: the tracked layer {@code name}. */
    public Value linear(String name, Value x) {
        TrackedLayer layer = layers.get(name);
        if (layer == null) {
            throw new ModelException("no layer named '" + name + "'; there are " + layers.keySet());
        }
        if (!met.add(name)) {
            throw new ModelException("layer '" + name + "' is used twice; a tracked layer is used once a forward pass");
        }
        Value s = builder.matmul(x, false, parameter(layer.weight()), true);
        if (layer.bias().isPresent()) {
            s = builder.add(s, parameter(layer.bias().get()));
        }
        if (taps.layers()) {
            activations.put(layer.activations(), x);
            s = builder.add(s, builder.input(layer.shift(), ElementType.REAL, Shape.of(length, layer.outputs())));
        }
        return s;
    }

    /**
     * The outputs {@code h Wᵀ} of the model's {@link OutputLayer}, which is a tracked layer or else only a parameter
     * (the token embedding, where the head is tied).
     */
    public Value outputs(OutputLayer layer, Value h) {
        hidden = h;
        Optional<String> tracked = layers.values().stream()
                .filter(candidate -> candidate.weight().equals(layer.weight()))
                .map(TrackedLayer::name)
                .findFirst();
        return tracked.isPresent()
                ? linear(tracked.get(), h)
                : builder.matmul(h, false, parameter(layer.weight()), true);
    }
}
