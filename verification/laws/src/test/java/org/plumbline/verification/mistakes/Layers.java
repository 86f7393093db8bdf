package org.plumbline.verification.mistakes;

import java.util.List;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Objective;
import org.plumbline.model.Example;
import org.plumbline.model.TrackedLayer;

/** Small helpers of the planted mistakes. */
final class Layers {
    private Layers() {}

    /** One array for each layer, by its index, one after the other. */
    static double[] flat(List<TrackedLayer> layers, IntFunction<double[]> ofLayer) {
        BlockSpace space = BlockSpace.ofLayers(layers);
        double[] flat = new double[space.dimension()];
        for (int i = 0; i < layers.size(); i++) {
            System.arraycopy(ofLayer.apply(i), 0, flat, space.offset(i), layers.get(i).size());
        }
        return flat;
    }

    /** The objective on changed examples. */
    static Objective changed(Objective objective, UnaryOperator<Example> change) {
        return objective.on(objective.examples().stream().map(change).toList());
    }
}
