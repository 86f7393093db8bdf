package org.plumbline.influence;

import java.util.List;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Gradients;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Compute;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Model;
import org.plumbline.model.Parameters;

/**
 * TracIn over checkpoints (Pruthi, Liu, Kale and Sundararajan, <em>Estimating Training Data Influence by Tracing
 * Gradient Descent</em>, 2020): for checkpoints {@code θ_i} with learning rates {@code η_i},
 *
 * <pre>  score = −Σ_i η_i ∇f(θ_i)ᵀ ∇L(z_m, θ_i).</pre>
 *
 * <p>It is no inverse curvature but a sum of gradient dot products along the training path, and answers another
 * question: by how much gradient steps on the sequence moved {@code f} while training. Sign as everywhere: positive
 * where the steps raised {@code f}. Units: the change of {@code f} by one step of plain gradient descent on the
 * sequence at each of the checkpoints, to first order in the learning rate; there is no {@code 1/N} form.
 *
 * @param model what was trained
 * @param space the parameters that gradients are taken in
 * @param checkpoints in any order
 */
public record TracIn(Model model, BlockSpace space, List<Checkpoint> checkpoints) {

    /**
     * Parameters along the path.
     *
     * @param parameters {@code θ_i}, in double precision
     * @param learningRate {@code η_i}, finite and not negative
     */
    public record Checkpoint(Parameters parameters, double learningRate) {
        public Checkpoint {
            if (!(learningRate >= 0) || Double.isInfinite(learningRate)) {
                throw new IllegalArgumentException(
                        "found learning rate " + learningRate + ", expected a finite one, not negative");
            }
        }
    }

    /**
     * @throws IllegalArgumentException if there are no checkpoints
     */
    public TracIn {
        checkpoints = List.copyOf(checkpoints);
        if (checkpoints.isEmpty()) {
            throw new IllegalArgumentException("TracIn needs at least one checkpoint, found none");
        }
    }

    /**
     * Scores of each training sequence for each query; a forward and a backward pass for each of them at each
     * checkpoint.
     *
     * @param queries whose log-likelihood is {@code f}: completion positions bear loss
     * @return {@code [queries][sequences]}
     */
    public double[][] scores(List<Example> queries, List<Example> training, Compute compute) {
        double[][] scores = new double[queries.size()][training.size()];
        for (Checkpoint checkpoint : checkpoints) {
            Gradients gradients =
                    new Gradients(new Objective(model, checkpoint.parameters(), training), space, compute);
            double[][] ofQueries = gradients.of(queries);
            double[][] ofTraining = gradients.ofObjective();
            for (int q = 0; q < scores.length; q++) {
                for (int m = 0; m < ofTraining.length; m++) {
                    // ∇f = −∇L of the query: the two signs cancel.
                    scores[q][m] += checkpoint.learningRate() * Vectors.dot(ofQueries[q], ofTraining[m]);
                }
            }
        }
        return scores;
    }
}
