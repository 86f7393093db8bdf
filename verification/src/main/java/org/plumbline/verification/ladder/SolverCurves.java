package org.plumbline.verification.ladder;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntFunction;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;
import org.plumbline.influence.InfluenceScores;
import org.plumbline.solve.ConjugateGradient;
import org.plumbline.solve.InverseCurvature;
import org.plumbline.solve.IterationListener;
import org.plumbline.solve.KroneckerInverse;
import org.plumbline.solve.Lissa;
import org.plumbline.solve.PreconditionedNeumann;
import org.plumbline.solve.PreconditionedSpectrum;
import org.plumbline.solve.Solution;
import org.plumbline.verification.statistics.Agreement;
import org.plumbline.verification.statistics.Interval;

/**
 * Iterative solvers of {@code (G + λ)x = ∇f} by their number of steps, held against the dense solution. A step costs
 * one product with {@code G} a query; products here are with the dense matrix, which changes the time and not the
 * iterates.
 */
final class SolverCurves {
    /** Relative error of the solution at which a curve ends. */
    static final double GOAL = 1e-8;

    private static final int LANCZOS_STEPS = 32;
    /** What is often taken without looking at the spectrum. */
    private static final double MOMENTUM = 0.9;

    private final Estimates estimates;
    private final int mostSteps;
    private final long seed;

    SolverCurves(Estimates estimates, int mostSteps, long seed) {
        this.estimates = estimates;
        this.mostSteps = mostSteps;
        this.seed = seed;
    }

    /**
     * A solver.
     *
     * @param preconditioned whether it needs EK-FAC
     * @param fitProducts products with {@code G} before the first query, for its step size
     * @param after the solutions after a number of steps, from zero each time
     */
    record Solver(
            String name, String definition, boolean preconditioned, int fitProducts, IntFunction<double[][]> after) {}

    /** LiSSA, CG, CG with EK-FAC, and ASTRA with two choices of step and momentum. */
    List<Solver> solvers() {
        Curvature g = estimates.gaussNewton();
        Damping damping = estimates.damping();
        KroneckerInverse ekfac = estimates.ekfac();
        double[][] v = estimates.queryGradients();
        double lissaStep = new Lissa(0, 1).step(g, damping);
        PreconditionedSpectrum spectrum = PreconditionedSpectrum.of(g, damping, ekfac, seed);
        return List.of(
                new Solver("LiSSA", "step `1/λ_max(G + λ)`", false, LANCZOS_STEPS + 1,
                        steps -> x(new Lissa(0, steps, OptionalDouble.of(lissaStep), seed)
                                .solveAll(g, damping, v, IterationListener.NONE))),
                new Solver("CG", "conjugate gradients", false, 0, steps -> conjugateGradients(steps, Optional.empty())),
                new Solver("CG with EK-FAC", "preconditioned by EK-FAC", true, 0,
                        steps -> conjugateGradients(steps, Optional.of(ekfac))),
                new Solver("ASTRA", String.format(Locale.ROOT, "EK-FAC-preconditioned Neumann steps, step %.3g and"
                        + " momentum %.3f, Polyak's for eigenvalues from %.3g to %.3g", tuned(spectrum, 1).step(),
                        tuned(spectrum, 1).momentum(), spectrum.smallest(), spectrum.largest()), true,
                        spectrum.products(), steps -> neumann(tuned(spectrum, steps))),
                new Solver("ASTRA, momentum 0.9", "the same with steps of `1/λ_max`", true, spectrum.products(),
                        steps -> neumann(new PreconditionedNeumann(1 / spectrum.largest(), MOMENTUM, 0, steps))));
    }

    private static PreconditionedNeumann tuned(PreconditionedSpectrum spectrum, int steps) {
        return PreconditionedNeumann.tuned(spectrum, 0, steps);
    }

    private double[][] neumann(PreconditionedNeumann solver) {
        return x(solver.solveAll(estimates.gaussNewton(), estimates.damping(), estimates.queryGradients(),
                estimates.ekfac(), IterationListener.NONE));
    }

    private double[][] conjugateGradients(int steps, Optional<InverseCurvature> preconditioner) {
        // A tolerance below rounding: only the number of steps ends it.
        return x(new ConjugateGradient(Double.MIN_NORMAL, steps).solveAll(estimates.gaussNewton(), estimates.damping(),
                estimates.queryGradients(), preconditioner, IterationListener.NONE));
    }

    private static double[][] x(List<Solution> solutions) {
        return solutions.stream().map(Solution::x).toArray(double[][]::new);
    }

    /** The curves of all solvers. */
    List<StudyReport.Curve> curves() {
        List<StudyReport.Curve> curves = new ArrayList<>();
        for (Solver solver : solvers()) {
            List<StudyReport.CurvePoint> points = new ArrayList<>();
            for (int steps = 1; steps <= mostSteps; steps *= 2) {
                points.add(point(solver, steps));
                if (points.getLast().relativeError() <= GOAL) {
                    break;
                }
            }
            curves.add(new StudyReport.Curve(solver.name(), solver.definition(), points));
        }
        return curves;
    }

    private StudyReport.CurvePoint point(Solver solver, int steps) {
        double[][] products = solver.after().apply(steps);
        return new StudyReport.CurvePoint(steps, relativeError(products),
                Closeness.of(scores(products).raw(), exactScores(), seed).pearson());
    }

    InfluenceScores scores(double[][] products) {
        return InfluenceScores.of(products, estimates.trainingGradients());
    }

    double[][] exactScores() {
        return estimates.get(Estimates.GAUSS_NEWTON).scores().raw();
    }

    /** {@code ‖x̂ − x‖/‖x‖}, mean over queries. */
    double relativeError(double[][] products) {
        double[][] exact = estimates.get(Estimates.GAUSS_NEWTON).products();
        double sum = 0;
        for (int q = 0; q < exact.length; q++) {
            sum += Agreement.relativeError(products[q], exact[q]);
        }
        return sum / exact.length;
    }

    /**
     * The least number of steps after which a solver is at least as close as given, in both measures; empty if it is
     * not within the steps allowed. Found by doubling and bisection, as if errors fell steadily.
     */
    Optional<Integer> stepsTo(Solver solver, double relativeError, double pearson) {
        int low = 0;
        int high = 1;
        while (!isAsClose(solver, high, relativeError, pearson)) {
            low = high;
            high *= 2;
            if (high > mostSteps) {
                return Optional.empty();
            }
        }
        while (high - low > 1) {
            int middle = (low + high) / 2;
            if (isAsClose(solver, middle, relativeError, pearson)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return Optional.of(high);
    }

    private boolean isAsClose(Solver solver, int steps, double relativeError, double pearson) {
        StudyReport.CurvePoint point = point(solver, steps);
        return point.relativeError() <= relativeError && point.pearson().estimate() >= pearson;
    }
}
