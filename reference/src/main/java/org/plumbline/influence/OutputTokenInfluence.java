package org.plumbline.influence;

import org.plumbline.curvature.BlockSpace;
import org.plumbline.engine.Compute;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Model;
import org.plumbline.model.Parameters;

/**
 * The part that each <em>predicted</em> token of a training sequence has in its influence (Grosse et al., 2023,
 * appendix B, eq. 35–36): with {@code L = Σ_t L_t} and {@code v = (C + λ)⁻¹ ∇f},
 *
 * <pre>  raw = −vᵀ ∇L = Σ_t −d/dε L_t(θ + ε v) at ε = 0,</pre>
 *
 * <p>one number for each position, that of the prediction made there. Cells of eq. 31 instead go by the position whose
 * pre-activations carry the gradient, and hold the loss terms at and after it; both rows have the same sum. Sign and
 * units are those of {@link InfluenceScores}.
 *
 * @param parameters {@code θ}, in double precision
 * @param space the parameters that {@code v} moves
 */
public record OutputTokenInfluence(Model model, Parameters parameters, BlockSpace space, Compute compute) {

    /**
     * The exact derivative: one forward pass with tangents. Positions that bear no loss are 0.
     *
     * @param preconditioned {@code v}, flat over the space
     * @return {@code [T]}
     */
    public double[] exact(double[] preconditioned, Example example) {
        double[] row = derivatives(example).exact(preconditioned, example, example.reals(Example.WEIGHTS));
        Vectors.scale(-1, row);
        return row;
    }

    /**
     * The central difference {@code −(L_t(θ + ε v) − L_t(θ − ε v)) / 2ε} of the paper: two forward passes, and an
     * error of order {@code ε²}.
     *
     * @param preconditioned {@code v}, flat over the space
     * @param epsilon {@code ε > 0}
     * @return {@code [T]}
     */
    public double[] centralDifference(double[] preconditioned, Example example, double epsilon) {
        double[] row = derivatives(example)
                .centralDifference(preconditioned, example, example.reals(Example.WEIGHTS), epsilon);
        Vectors.scale(-1, row);
        return row;
    }

    /** The loss is linear in the weights of positions, so that its gradient in them is the loss of each position. */
    private PositionDerivatives derivatives(Example example) {
        return new PositionDerivatives(
                model, model.loss(example.length()), Example.WEIGHTS, parameters, space, compute);
    }
}
