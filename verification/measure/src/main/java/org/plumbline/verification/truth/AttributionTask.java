package org.plumbline.verification.truth;

import java.util.List;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Objective;
import org.plumbline.model.Example;
import org.plumbline.model.Model;
import org.plumbline.model.Parameters;
import org.plumbline.model.TrackedLayer;
import org.plumbline.train.TrainingConfig;

/**
 * A model, what it is trained on and how, and what is asked of it. A query's measurement is its log-likelihood,
 * {@code f = −L}.
 *
 * @param name short, such as {@code classifier}; names files of results
 * @param description one line that says what model and data are
 * @param training the {@code N} training sequences
 * @param queries examples whose loss positions are what is asked
 * @param recipe how the model is trained; its seed is replaced by the seed of each training
 */
public record AttributionTask(
        String name, String description, Model model, List<Example> training, List<Example> queries,
        TrainingConfig recipe) {

    public AttributionTask {
        training = List.copyOf(training);
        queries = List.copyOf(queries);
    }

    /** The layers that influence is computed on: those of the MLPs. */
    public List<TrackedLayer> layers() {
        return model.mlpLayers();
    }

    /** Their parameters. */
    public BlockSpace space() {
        return BlockSpace.ofLayers(layers());
    }

    /** The training objective at these parameters. */
    public Objective objective(Parameters parameters) {
        return new Objective(model, parameters, training);
    }
}
