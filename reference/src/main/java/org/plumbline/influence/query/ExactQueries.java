package org.plumbline.influence.query;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Sequences;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.ExactCurvature;
import org.plumbline.curvature.FittedCurvature;
import org.plumbline.curvature.Gradients;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Storage;
import org.plumbline.io.InputException;
import org.plumbline.model.Example;
import org.plumbline.model.TrackedLayer;
import org.plumbline.solve.ConjugateGradient;
import org.plumbline.solve.IterationListener;
import org.plumbline.solve.Lissa;
import org.plumbline.solve.PreconditionedNeumann;
import org.plumbline.solve.PreconditionedSpectrum;
import org.plumbline.solve.ProjectedInverse;
import org.plumbline.solve.Refinement;
import org.plumbline.solve.Solution;

/**
 * Queries preconditioned by the exact Gauss–Newton matrix of the training data with the damping of a fitted curvature,
 * {@code x = (G + λ)⁻¹∇f}, the fitted curvature itself as preconditioner. All queries share each pass over the data.
 * Memory: some eight vectors for each query, and the training data.
 */
public final class ExactQueries {
    private static final long SEED = 1;

    private final Pipeline pipeline;
    private final Damping damping;
    private final InverseCurvature inverse;
    private final Optional<InverseCurvature> preconditioner;
    private final ExactCurvature gaussNewton;
    private final double[][] gradients;

    /**
     * @param pipeline in double precision
     * @param training the sequences that the curvature was fitted on
     * @param curvature that was fitted; it preconditions, unless it projects: then it is singular
     * @param damping {@code λ_ℓ}
     * @throws InputException if some layer has no damping: the system can then be singular
     */
    public ExactQueries(
            Pipeline pipeline, Sequences training, FittedCurvature curvature, Damping damping,
            List<Example> queries) {
        if (!(damping.smallest() > 0)) {
            throw new InputException("exact products: found a layer without damping, expected damping in all, "
                    + "for the system can be singular without");
        }
        this.pipeline = pipeline;
        this.damping = damping;
        this.inverse = curvature.inverse(damping);
        this.preconditioner = inverse instanceof ProjectedInverse ? Optional.empty() : Optional.of(inverse);
        Objective objective = Objective.of(pipeline, training);
        BlockSpace space = curvature.space();
        this.gaussNewton = ExactCurvature.gaussNewton(objective, space, pipeline.compute());
        this.gradients = new Gradients(objective, space, pipeline.compute()).ofLogLikelihood(queries);
    }

    /**
     * What a solver finds, and as refinement begins with.
     *
     * @param told of the products so far, of as many as the settings allow
     */
    public double[][] solve(SolveSettings settings, PassListener told) {
        double tolerance = settings.tolerance();
        int most = settings.maximumProducts();
        IterationListener listener = (iteration, _) -> told.merged(Math.min(iteration, most), most);
        return switch (settings.solver()) {
            case CLOSED -> inverse.applyAll(gradients);
            case CG -> vectors(new ConjugateGradient(tolerance, most)
                    .solveAll(gaussNewton, damping, gradients, preconditioner, listener));
            case ASTRA -> {
                if (!(inverse instanceof ClosedFormInverse closed)) {
                    throw new InputException("solver astra: found factors without a closed form, expected K-FAC's, "
                            + "EK-FAC's or a diagonal; the solver cg takes any");
                }
                yield vectors(PreconditionedNeumann.tuned(
                                PreconditionedSpectrum.of(gaussNewton, damping, closed, SEED), tolerance, most)
                        .solveAll(gaussNewton, damping, gradients, closed, listener));
            }
            case LISSA -> vectors(new Lissa(tolerance, most).solveAll(gaussNewton, damping, gradients, listener));
        };
    }

    /** {@code λ_ℓ}. */
    public Damping damping() {
        return damping;
    }

    private static double[][] vectors(List<Solution> solutions) {
        return solutions.stream().map(Solution::x).toArray(double[][]::new);
    }

    /** Goes on from some answers. */
    public Refinement refinement(double[][] estimates) {
        return Refinement.of(gaussNewton, damping, gradients, estimates, preconditioner);
    }

    /** Answers as a scan wants them, at full rank. */
    public Queries queries(double[][] products) {
        BlockSpace space = inverse.space();
        List<TrackedLayer> layers = pipeline.layers();
        List<LayerQueries> all = new ArrayList<>();
        for (int l = 0; l < layers.size(); l++) {
            int from = space.offset(l);
            int to = space.offset(l + 1);
            all.add(new LayerQueries.Full(layers.get(l), Arrays.stream(products)
                    .map(x -> Storage.of(pipeline.precision(), Arrays.copyOfRange(x, from, to)))
                    .toList()));
        }
        int count = products.length;
        return new Queries(all, 0, new double[count][layers.size()], new double[count][layers.size()]);
    }
}
