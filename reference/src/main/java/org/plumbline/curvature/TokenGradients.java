package org.plumbline.curvature;

import java.util.List;
import java.util.Map;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Executable;
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
    private final PseudoGradients runs;

    /**
     * @param layers whose space the gradients are in
     */
    public TokenGradients(Objective objective, List<TrackedLayer> layers, Compute compute) {
        this.space = BlockSpace.ofLayers(layers);
        this.runs = new PseudoGradients(
                objective, layers, new FisherLabels.Training(), compute, TokenGradients::outerProducts, Map.of());
    }

    private static Value outerProducts(ProgramBuilder b, TrackedLayer layer, Value activations, Value gradients) {
        int length = activations.shape().dimension(0);
        return b.matmul(b.reshape(gradients, length, layer.outputs(), 1),
                b.reshape(activations, length, 1, layer.columns()));
    }

    public BlockSpace space() {
        return space;
    }

    /** {@code g_t} of each position, {@code [T][P]}; zero at padding. */
    public double[][] of(Example example) {
        double[][] gradients = new double[example.length()][space.dimension()];
        runs.forEachBatch(0, example, executable -> copy(executable, gradients));
        return gradients;
    }

    private void copy(Executable executable, double[][] gradients) {
        for (int i = 0; i < space.blocks().size(); i++) {
            ParameterBlock block = space.blocks().get(i);
            double[] result = executable.doubles(BlockSpace.result(block));
            for (int t = 0; t < gradients.length; t++) {
                System.arraycopy(result, t * block.size(), gradients[t], space.offset(i), block.size());
            }
        }
    }
}
