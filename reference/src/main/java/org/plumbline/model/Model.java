package org.plumbline.model;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;

/**
 * A model, described once: its parameters and the forward pass of one example. Everything else is derived from that
 * description by transformations of its program.
 */
public interface Model {
    /** Program output with the model's outputs {@code [T, classes]}: logits, or predictions. */
    String OUTPUTS = "outputs";

    /** Program output with the loss of the example, summed over its loss positions, in nats. */
    String LOSS = "loss";

    /** Program output of {@link #tapped} with what the {@link OutputLayer} reads, {@code [T, inputs]}. */
    String HIDDEN = "hidden";

    ParameterSpace space();

    /** The linear layers that can be tracked, in the order of the forward pass. */
    List<TrackedLayer> layers();

    /**
     * The linear layers of the MLPs, in order: those that influence is computed on by default (Grosse
     * et al., 2023, §3.1).
     */
    default List<TrackedLayer> mlpLayers() {
        return layers().stream().filter(layer -> layer.role() == LayerRole.MLP).toList();
    }

    Likelihood likelihood();

    /**
     * The linear layer without bias that the outputs come from, if there is one: {@code z = h Wᵀ}. Curvatures in
     * {@code z} can then be moved to {@code h}, which is narrower where classes are many.
     */
    default Optional<OutputLayer> outputLayer() {
        return Optional.empty();
    }

    /** The largest number of positions of an example. */
    int maximumLength();

    /** Emits the forward pass of one example: outputs {@code [T, classes]}. */
    Value forward(Forward forward);

    /** Freshly initialized parameters in double precision. */
    Parameters initialize(RandomGenerator random);

    /** The program that computes the outputs of an example of {@code length} positions. */
    default Program outputs(int length) {
        ProgramBuilder b = new ProgramBuilder();
        return b.build(OUTPUTS, forward(new Forward(b, this, length, Forward.Taps.NONE)));
    }

    /** The program that computes the loss of an example of {@code length} positions. */
    default Program loss(int length) {
        ProgramBuilder b = new ProgramBuilder();
        Value outputs = forward(new Forward(b, this, length, Forward.Taps.NONE));
        return b.build(LOSS, likelihood().loss(b, outputs, Likelihood.weights(b, outputs)));
    }

    /**
     * As {@link #outputs} and {@link #loss} together, with taps: an output {@link TrackedLayer#activations} and an
     * input {@link TrackedLayer#shift} for each tracked layer, and {@link #HIDDEN} if there is an output layer.
     */
    default Program tapped(int length) {
        return Forward.tapped(this, length, Forward.Taps.LAYERS);
    }
}
