package org.plumbline.curvature;

import java.util.List;
import java.util.Optional;
import org.plumbline.model.Model;
import org.plumbline.model.OutputLayer;
import org.plumbline.model.TrackedLayer;

/** When curvature in a model's outputs may be moved before its output layer. */
final class HiddenOutputs {
    private HiddenOutputs() {}

    /**
     * The output layer, if there is one, none of these layers is it, and it is narrower than the outputs.
     */
    static Optional<OutputLayer> of(Model model, List<TrackedLayer> layers) {
        return model.outputLayer()
                .filter(head -> layers.stream().noneMatch(layer -> layer.weight().equals(head.weight())))
                .filter(head -> head.inputs() < model.space().shape(head.weight()).dimension(0));
    }
}
