package org.plumbline.model;

import java.util.Optional;

/**
 * A linear layer {@code s = W a + b} whose curvature can be tracked.
 *
 * <p>Its parameters are one matrix {@code W̄ = [W b]} of shape {@code [outputs, inputs + 1]}, or {@code W} alone where
 * there is no bias; {@code ā = (a; 1)}, so that {@code s = W̄ ā}.
 *
 * @param name the layer's name, the prefix of its parameters' names
 * @param weight name of the parameter {@code W [outputs, inputs]}
 * @param bias name of the parameter {@code b [outputs]}, if there is one
 * @param role what the layer serves, by which sets of layers are chosen
 */
public record TrackedLayer(
        String name, String weight, Optional<String> bias, int outputs, int inputs, LayerRole role) {

    /** Columns of {@code W̄}. */
    public int columns() {
        return bias.isPresent() ? inputs + 1 : inputs;
    }

    /** Number of parameters. */
    public int size() {
        return outputs * columns();
    }

    /** Program output with the layer's inputs {@code a [T, inputs]}. */
    public String activations() {
        return "activations." + name;
    }

    /** Program input that is added to the layer's pre-activations {@code s [T, outputs]}. */
    public String shift() {
        return "shift." + name;
    }
}
