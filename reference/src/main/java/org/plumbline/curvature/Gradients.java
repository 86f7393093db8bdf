package org.plumbline.curvature;

import java.util.List;
import java.util.Map;
import org.plumbline.batch.Batch;
import org.plumbline.batch.BatchRuns;
import org.plumbline.batch.ModelContext;
import org.plumbline.engine.Compute;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;

/** Exact gradients of single examples on a space of blocks. */
public final class Gradients {
    private final Objective objective;
    private final BlockSpace space;
    private final Compute compute;
    private final BatchRuns runs;

    public Gradients(Objective objective, BlockSpace space, Compute compute) {
        this.objective = objective;
        this.space = space;
        this.compute = compute;
        this.runs = new BatchRuns(
                ModelContext.at(objective.model(), objective.parameters(), compute, 1, 1),
                shape -> CurvaturePrograms.gradient(objective.model(), space, shape), Map.of());
    }

    /**
     * {@code ∇L(z, θ)} of each example, a flat vector of the space each. An example is run by itself and without
     * padding, so that its gradient depends on no other.
     */
    public double[][] of(List<Example> examples) {
        double[][] gradients = new double[examples.size()][];
        compute.workers().forEach(gradients.length, m -> runs.run(single(m, examples.get(m)), executable -> {
            double[] gradient = new double[space.dimension()];
            for (int i = 0; i < space.blocks().size(); i++) {
                double[] result = executable.doubles(BlockSpace.result(space.blocks().get(i)));
                System.arraycopy(result, 0, gradient, space.offset(i), result.length);
            }
            gradients[m] = gradient;
        }));
        return gradients;
    }

    /**
     * {@code ∇f(z, θ) = −∇L(z, θ)} of each example, {@code f = log p} the log-likelihood of the positions that bear
     * loss: the gradients of queries, as {@code InfluenceScores} wants them preconditioned.
     */
    public double[][] ofLogLikelihood(List<Example> examples) {
        double[][] gradients = of(examples);
        for (double[] gradient : gradients) {
            Vectors.scale(-1, gradient);
        }
        return gradients;
    }

    private Batch single(int number, Example example) {
        return Batch.of(number, List.of(example));
    }

    /** {@code ∇L} of each example of the objective. */
    public double[][] ofObjective() {
        return of(objective.examples());
    }
}
