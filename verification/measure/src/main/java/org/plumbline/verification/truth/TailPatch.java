package org.plumbline.verification.truth;

import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Gradients;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Precision;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Parameters;
import org.plumbline.train.Evaluation;

/**
 * The tail patch (Chang et al., <em>Scalable Influence and Fact Tracing for Large Language Model Pretraining</em>,
 * 2024): how much one more step of gradient descent on a single sequence, after training, changes each query's
 * log-likelihood, {@code f(θ − η ∇L(z_m)/T_m) − f(θ)}, in all parameters.
 *
 * <p>It asks for an immediate change and not for what training without the sequence would have given; to first order it
 * is the gradient dot product over all parameters, which it therefore favors.
 */
public final class TailPatch {
    private TailPatch() {}

    /**
     * Effects of a step on every sequence.
     *
     * @param rate {@code η}
     * @return {@code [queries][sequences]}
     */
    public static double[][] measure(AttributionTask study, Parameters parameters, double rate, Compute compute) {
        BlockSpace space = BlockSpace.ofAll(study.model());
        double[][] gradients = new Gradients(study.objective(parameters), space, compute).ofObjective();
        double[] before = new Retraining(study, compute).measure(parameters);
        double[][] effects = new double[before.length][gradients.length];
        Evaluation queries = new Evaluation(
                study.model(), study.queries(), compute.engine(), Precision.DOUBLE, 1, compute.workers());
        compute.workers().forEach(gradients.length, m -> {
            double[] step = gradients[m].clone();
            Vectors.scale(-rate / study.training().get(m).lossPositions(), step);
            ShiftedParameters point = new ShiftedParameters(parameters, space);
            point.moveTo(step);
            double[] losses = queries.losses(point.parameters());
            for (int q = 0; q < before.length; q++) {
                effects[q][m] = -losses[q] - before[q];
            }
        });
        return effects;
    }
}
