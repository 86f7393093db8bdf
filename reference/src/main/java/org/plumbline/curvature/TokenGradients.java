package org.plumbline.curvature;

import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.plumbline.batch.Batch;
import org.plumbline.batch.BatchRuns;
import org.plumbline.batch.LayerTokens;
import org.plumbline.batch.Pipeline;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Precision;
import org.plumbline.model.Example;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;

/**
 * The gradient of an example split by position, {@code g = Σ_t g_t} with {@code g_t = vec(Ds_t ā_tᵀ)} in each layer
 * (Grosse et al., 2023, eq. 31), {@code Ds_t} the gradient of the example's loss in the layer's outputs at position
 * {@code t}. Through attention, the cell of a position holds loss terms at it and after it. The definition that
 * contractions which never form {@code g_t} are held to: memory {@code T P} for each example.
 */
public final class TokenGradients {
    private final BlockSpace space;
    private final Pipeline pipeline;
    private final BatchRuns runs;

    /**
     * @param layers whose space the gradients are in
     */
    public TokenGradients(Objective objective, List<TrackedLayer> layers, Compute compute) {
        this.space = BlockSpace.ofLayers(layers);
        this.pipeline = Pipeline.of(objective.model(), objective.parameters(), layers, Precision.DOUBLE, compute);
        this.runs = BatchRuns.of(pipeline, TokenGradients::outerProducts, Map.of());
    }

    private static void outerProducts(LayerTokens tokens, SequencedMap<String, Value> results) {
        ProgramBuilder b = tokens.b();
        TrackedLayer layer = tokens.layer();
        int length = tokens.length();
        results.put(layer.name(), b.matmul(b.reshape(tokens.gradients(), length, layer.outputs(), 1),
                b.reshape(tokens.extended(), length, 1, layer.columns())));
    }

    public BlockSpace space() {
        return space;
    }

    /** {@code g_t} of each position, {@code [T][P]}; zero at padding. */
    public double[][] of(Example example) {
        double[][] gradients = new double[example.length()][space.dimension()];
        runs.run(Batch.of(0, List.of(example)), executable -> {
            for (int i = 0; i < space.blocks().size(); i++) {
                ParameterBlock block = space.blocks().get(i);
                double[] result = executable.doubles(block.name());
                for (int t = 0; t < gradients.length; t++) {
                    System.arraycopy(result, t * block.size(), gradients[t], space.offset(i), block.size());
                }
            }
        });
        return gradients;
    }
}
