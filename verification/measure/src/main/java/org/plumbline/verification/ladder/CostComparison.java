package org.plumbline.verification.ladder;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.plumbline.batch.FisherLabels;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.ExactCurvature;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Compute;
import org.plumbline.model.Parameters;
import org.plumbline.verification.truth.AttributionTask;

/**
 * What EK-FAC costs, fit included, against iterative solvers that are run until they are as close to the exact
 * solution. EK-FAC is fitted with one sampled label a position; the solvers multiply by the exact Gauss–Newton
 * operator, one query at a time, over all training sequences or by minibatches. The pass over the training gradients,
 * the same for all, is left out.
 */
final class CostComparison {
    private static final int REPEATS = 3;

    private CostComparison() {}

    /** Both. */
    record Comparison(List<TaskReport.EqualError> equalErrors, List<TaskReport.Cost> costs) {}

    static Comparison measure(
            AttributionTask study, Parameters parameters, Estimates estimates, SolverCurves curves, long seed,
            Compute compute) {
        Objective objective = study.objective(parameters);
        FisherLabels labels = new FisherLabels.Sampled(seed, 1);
        Supplier<ClosedFormInverse> fit = () -> {
            FactorFit factors = new FactorFit(objective, study.layers(), labels, compute);
            return ClosedFormInverse.of(KroneckerCurvature.ekfac(factors.factors(), factors), estimates.damping());
        };
        ClosedFormInverse ekfac = fit.get();
        double[][] v = estimates.queryGradients();
        double[][] products = ekfac.applyAll(v);
        double error = curves.relativeError(products);
        double pearson =
                Closeness.of(curves.scores(products).raw(), curves.exactScores()).pearson().estimate();
        ExactCurvature operator = estimates.operator();
        double fitSeconds = seconds(fit::get);
        double applySeconds = seconds(() -> ekfac.applyAll(v)) / v.length;
        double productSeconds = seconds(() -> operator.apply(v[0]));
        Map<Integer, Double> bySize = new HashMap<>(Map.of(operator.examples(), productSeconds));
        List<TaskReport.EqualError> equal = new ArrayList<>();
        equal.add(new TaskReport.EqualError(Estimates.EKFAC, null, error, pearson));
        List<TaskReport.Cost> costs = new ArrayList<>();
        costs.add(new TaskReport.Cost(Estimates.EKFAC, fitSeconds, applySeconds));
        for (SolverCurves.Solver solver : curves.solvers()) {
            Optional<Integer> passes = curves.passesTo(solver, error, pearson);
            equal.add(new TaskReport.EqualError(solver.name(), passes.orElse(null), error, pearson));
            double stepSeconds = bySize.computeIfAbsent(solver.batch(), size ->
                    seconds(() -> operator.on(IntStream.range(0, size).toArray()).apply(v[0])));
            double perPass = (double) operator.examples() / solver.batch()
                    * (stepSeconds + (solver.preconditioned() ? applySeconds : 0));
            costs.add(new TaskReport.Cost(solver.name(),
                    (solver.preconditioned() ? fitSeconds : 0) + solver.fitProducts() * productSeconds,
                    passes.map(count -> count * perPass).orElse(null)));
        }
        return new Comparison(equal, costs);
    }

    /** The least of some times: what disturbs a measurement only adds to it. */
    private static double seconds(Supplier<?> work) {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < REPEATS; i++) {
            long begin = System.nanoTime();
            Object _ = work.get();
            least = Math.min(least, (System.nanoTime() - begin) * 1e-9);
        }
        return least;
    }
}
