package org.plumbline.influence;

import java.util.Arrays;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.engine.Compute;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Decoder;
import org.plumbline.model.Example;
import org.plumbline.model.Parameters;

/**
 * How the influence of a training sequence depends on each token that is <em>read</em> (Grosse et al., 2023, appendix
 * B, eq. 37–38): its derivative in a factor {@code c_t} on the token's embedding, at {@code c = 1}. With
 * {@code v = (C + λ)⁻¹ ∇f} held fixed and {@code e_t} the embedding,
 *
 * <pre>  ∂raw/∂c_t = −∂/∂c_t vᵀ∇L(θ, c) = −d/dε e_tᵀ ∂L/∂e_t (θ + ε v) at ε = 0,</pre>
 *
 * <p>one number for each position. Positive means that the sequence would raise {@code f} more if the token were read
 * more strongly. Units are those of {@link InfluenceScores} for each unit of {@code c_t}. The row is a sensitivity and
 * no part of a sum: it does not add up to {@code raw}, but to the derivative in a factor common to all tokens. A token
 * that no loss position attends to has 0. Positions' own embeddings, where a model has them, are not scaled.
 *
 * @param parameters {@code θ}, in double precision
 * @param space the parameters that {@code v} moves
 */
public record InputTokenInfluence(Decoder model, Parameters parameters, BlockSpace space, Compute compute) {

    /**
     * The exact derivative: one forward and one backward pass with tangents.
     *
     * @param preconditioned {@code v}, flat over the space
     * @return {@code [T]}
     */
    public double[] exact(double[] preconditioned, Example example) {
        double[] row = derivatives(example).exact(preconditioned, example, ones(example));
        Vectors.scale(-1, row);
        return row;
    }

    /**
     * The central difference of the paper, {@code −e_tᵀ(∂L/∂e_t(θ + ε v) − ∂L/∂e_t(θ − ε v)) / 2ε}: two forward and
     * backward passes, and an error of order {@code ε²}. {@code e_t} is that of {@code θ ± ε v} where {@code v} moves
     * embeddings.
     *
     * @param preconditioned {@code v}, flat over the space
     * @param epsilon {@code ε > 0}
     * @return {@code [T]}
     */
    public double[] centralDifference(double[] preconditioned, Example example, double epsilon) {
        double[] row = derivatives(example).centralDifference(preconditioned, example, ones(example), epsilon);
        Vectors.scale(-1, row);
        return row;
    }

    private static double[] ones(Example example) {
        double[] ones = new double[example.length()];
        Arrays.fill(ones, 1);
        return ones;
    }

    private PositionDerivatives derivatives(Example example) {
        return new PositionDerivatives(
                model, model.scaledLoss(example.length()), Decoder.TOKEN_SCALES, parameters, space, compute);
    }
}
