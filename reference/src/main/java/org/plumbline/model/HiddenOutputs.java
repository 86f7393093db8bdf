package org.plumbline.model;

import java.util.List;
import java.util.Optional;

/** When curvature in a model's outputs may be moved before its output layer. */
public final class HiddenOutputs {
    private HiddenOutputs() {}

    /**
     * The output layer, if there is one, none of these layers is it, and it is narrower than the outputs.
     */
    public static Optional<OutputLayer> of(Model model, List<TrackedLayer> layers) {
        return model.outputLayer()
                .filter(head -> layers.stream().noneMatch(layer -> layer.weight().equals(head.weight())))
                .filter(head -> head.inputs() < model.space().shape(head.weight()).dimension(0));
    }
}
