package org.plumbline.influence.query;

import java.util.Map;
import org.plumbline.batch.Batch;
import org.plumbline.batch.BatchRuns;
import org.plumbline.batch.Pipeline;
import org.plumbline.engine.Storage;
import org.plumbline.model.TrackedLayer;

/**
 * {@code ∇L} of each sequence at the labels of the data, {@code Σ_t Ds_t ā_tᵀ} in each layer: for inverses that work on
 * whole vectors and not within the programs of a pass. {@code P} numbers a sequence.
 */
public final class SequenceGradients {
    private final Pipeline pipeline;
    private final BatchRuns runs;
    private final int dimension;

    public SequenceGradients(Pipeline pipeline) {
        this.pipeline = pipeline;
        this.runs = BatchRuns.of(pipeline,
                (tokens, results) -> results.put(tokens.layer().name(), tokens.wholeGradients()), Map.of());
        this.dimension = pipeline.layers().stream().mapToInt(TrackedLayer::size).sum();
    }

    /** A row for each sequence of the batch, flat over the layers. */
    public double[][] of(Batch batch) {
        double[][] gradients = new double[batch.examples().size()][dimension];
        runs.run(batch, executable -> {
            int at = 0;
            for (TrackedLayer layer : pipeline.layers()) {
                Storage result = executable.output(layer.name());
                for (int i = 0; i < gradients.length; i++) {
                    for (int j = 0; j < layer.size(); j++) {
                        gradients[i][at + j] = result.at(i * layer.size() + j);
                    }
                }
                at += layer.size();
            }
        });
        return gradients;
    }
}
