package org.plumbline.curvature;

import java.util.List;
import org.plumbline.engine.Compute;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;

/** Exact gradients of single examples on a space of blocks. */
public final class Gradients {
    private final Objective objective;
    private final BlockSpace space;
    private final Compute compute;
    private final ExampleRuns runs;

    public Gradients(Objective objective, BlockSpace space, Compute compute) {
        this.objective = objective;
        this.space = space;
        this.compute = compute;
        this.runs = new ExampleRuns(compute, objective.parameters(),
                length -> CurvaturePrograms.gradient(objective.model(), space, length));
    }

    /** {@code ∇L(z, θ)} of each example, a flat vector of the space each. */
    public double[][] of(List<Example> examples) {
        double[][] gradients = new double[examples.size()][];
        compute.workers().forEach(gradients.length, m -> runs.with(examples.get(m), executable -> {
            executable.run();
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

    /** {@code ∇L} of each example of the objective. */
    public double[][] ofObjective() {
        return of(objective.examples());
    }
}
