package org.plumbline.verification.verify;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.plumbline.batch.FisherLabels;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.DenseExactCurvature;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.Gradients;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Workers;
import org.plumbline.engine.vector.VectorEngine;
import org.plumbline.solve.ConjugateGradient;
import org.plumbline.solve.DenseInverse;
import org.plumbline.solve.IterationListener;
import org.plumbline.solve.IterativeInverse;
import org.plumbline.solve.PreconditionedNeumann;
import org.plumbline.solve.PreconditionedSpectrum;
import org.plumbline.verification.statistics.Agreement;

/**
 * Iterative solvers on a trained transformer, with the damping of the paper: to 1e-8 of the dense solution, in no more
 * than a stated number of steps.
 */
class SolverStepsTest {
    private static final VerifyConfig CONFIG =
            new VerifyConfig(128, 20, 8, 1, 2, 8, 96, 8, 100, 16, 1e-2, 0.1, 3);

    /** Of the solution itself; residuals are asked to be a hundredth of that, to allow for the condition. */
    private static final double CLOSE = 1e-8;

    /** Steps stated in docs/mathematics.md. */
    private static final int CG_STEPS = 175;

    private static final int PRECONDITIONED_STEPS = 75;
    private static final int ASTRA_STEPS = 225;

    @Test
    void theDenseSolutionIsReachedInTheStatedNumberOfSteps() {
        try (Workers workers = Workers.of(2)) {
            Compute compute = new Compute(VectorEngine.orScalar(workers), workers);
            VerifyData data = VerifyData.ofCorpus("harbor", CONFIG);
            TrainedModel trained = TrainedModel.train(CONFIG, data, compute, step -> {});
            Objective objective = new Objective(trained.model(), trained.parameters(), data.examples());
            BlockSpace space = BlockSpace.ofLayers(trained.model().mlpLayers());
            DenseCurvature g = DenseExactCurvature.gaussNewton(
                    objective, trained.model().mlpLayers(), compute, done -> {});
            Damping damping = Damping.relative(space, CONFIG.damping(), g.diagonal());
            double[][] v = new Gradients(objective, space, compute)
                    .of(data.queries().stream().map(Query::example).toList());
            double[][] exact = DenseInverse.of(g, damping).applyAll(v);
            FactorFit fit = new FactorFit(
                    objective, trained.model().mlpLayers(), new FisherLabels.Expectation(), compute);
            ClosedFormInverse ekfac = ClosedFormInverse.of(KroneckerCurvature.ekfac(fit.factors(), g), damping);
            double tolerance = CLOSE / 100;
            PreconditionedNeumann astra = PreconditionedNeumann.tuned(
                    PreconditionedSpectrum.of(g, damping, ekfac, 1), tolerance, ASTRA_STEPS);
            assertReached("CG", new ConjugateGradient(tolerance, CG_STEPS).asInverse(g, damping), v, exact);
            assertReached("CG with EK-FAC",
                    new ConjugateGradient(tolerance, PRECONDITIONED_STEPS).asInverse(g, damping, ekfac), v, exact);
            assertReached("ASTRA", astra.asInverse(g, damping, ekfac, IterationListener.NONE), v, exact);
        }
    }

    private static void assertReached(String name, IterativeInverse solver, double[][] v, double[][] exact) {
        double[][] found = solver.applyAll(v);
        List<Integer> steps = solver.statistics().stream().map(one -> one.iterations()).toList();
        for (int q = 0; q < v.length; q++) {
            double error = Agreement.relativeError(found[q], exact[q]);
            assertTrue(error <= CLOSE, () -> name + ": error " + error + " after " + steps + " steps");
        }
    }
}
