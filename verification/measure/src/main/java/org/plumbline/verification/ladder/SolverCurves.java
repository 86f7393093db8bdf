package org.plumbline.verification.ladder;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.FiniteSumCurvature;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.PrecomputedMean;
import org.plumbline.influence.InfluenceScores;
import org.plumbline.solve.ConjugateGradient;
import org.plumbline.solve.ExpectedSmoothness;
import org.plumbline.solve.IterationListener;
import org.plumbline.solve.Lissa;
import org.plumbline.solve.Minibatches;
import org.plumbline.solve.PreconditionedNeumann;
import org.plumbline.solve.PreconditionedSpectrum;
import org.plumbline.solve.Solution;
import org.plumbline.verification.statistics.Agreement;

/**
 * Iterative solvers of {@code (G + λ)x = ∇f} by their number of passes over the sequences, held against the dense
 * solution. A pass is one product with {@code G} a query, and so a step of solvers that multiply by the whole; these
 * products are with the dense matrix, which changes the time and not the iterates. Of minibatches a pass is as many
 * steps as multiply by as many sequences.
 */
final class SolverCurves {
    /** Relative error of the solution at which a curve ends. */
    static final double GOAL = 1e-8;

    private static final int LANCZOS_STEPS = 32;
    /** What is often taken without looking at the spectrum. */
    private static final double MOMENTUM = 0.9;

    private static final int MINIBATCH = 8;
    /** Their products cost more than those with the dense matrix, and beyond it is mostly noise that is left. */
    private static final int MOST_MINIBATCH_PASSES = 64;

    private final Estimates estimates;
    private final int mostPasses;
    private final long seed;
    private @Nullable List<Solver> solvers;

    SolverCurves(Estimates estimates, int mostPasses, long seed) {
        this.estimates = estimates;
        this.mostPasses = mostPasses;
        this.seed = seed;
    }

    /**
     * A solver.
     *
     * @param preconditioned whether it needs EK-FAC
     * @param fitProducts products with {@code G} before the first query, for its step size
     * @param batch number of sequences that a step multiplies by
     * @param mostPasses after which it is given up
     * @param after the solutions after a number of passes, from zero each time
     */
    record Solver(
            String name, String definition, boolean preconditioned, int fitProducts, int batch, int mostPasses,
            IntFunction<double[][]> after) {}

    /**
     * LiSSA by all sequences and by minibatches, CG, CG with EK-FAC, ASTRA with two choices of step and momentum, and
     * ASTRA by minibatches.
     */
    List<Solver> solvers() {
        if (solvers == null) {
            solvers = prepared();
        }
        return solvers;
    }

    private List<Solver> prepared() {
        Curvature g = estimates.gaussNewton();
        Damping damping = estimates.damping();
        ClosedFormInverse ekfac = estimates.ekfac();
        double[][] v = estimates.queryGradients();
        double lissaStep = new Lissa(0, 1).step(g, damping);
        PreconditionedSpectrum spectrum = PreconditionedSpectrum.of(g, damping, ekfac, seed);
        int n = estimates.operator().examples();
        FiniteSumCurvature sampled = new PrecomputedMean(g, estimates.operator());
        Minibatches minibatches = new Minibatches(Math.min(MINIBATCH, n), seed);
        ExpectedSmoothness smoothness = ExpectedSmoothness.of(sampled, damping, minibatches.size(), seed);
        ExpectedSmoothness preconditioned =
                ExpectedSmoothness.of(sampled, damping, ekfac, minibatches.size(), seed);
        return List.of(
                whole("LiSSA", "step `1/β`, with an upper bound `β` of `λ_max(G + λ)`", false, LANCZOS_STEPS + 1,
                        steps -> x(new Lissa(0, steps, OptionalDouble.of(lissaStep), seed)
                                .solveAll(g, damping, v, IterationListener.NONE))),
                sampled("LiSSA", "`1/𝓛`, where `𝓛` is " + compared(smoothness) + " the same `β`", false, smoothness,
                        steps -> x(new Lissa(0, steps, OptionalDouble.of(smoothness.step()), seed)
                                .solveAll(sampled, damping, minibatches, v, IterationListener.NONE))),
                whole("CG", "conjugate gradients", false, 0, steps -> conjugateGradients(steps, Optional.empty())),
                whole("CG with EK-FAC", "preconditioned by EK-FAC", true, 0,
                        steps -> conjugateGradients(steps, Optional.of(ekfac))),
                whole("ASTRA", String.format(Locale.ROOT, "EK-FAC-preconditioned Neumann steps, step %.3g and"
                        + " momentum %.3f, Polyak's for eigenvalues from %.3g to at most %.3g",
                        tuned(spectrum, 1).step(), tuned(spectrum, 1).momentum(), spectrum.smallest(),
                        spectrum.largest()), true, spectrum.products(), steps -> neumann(tuned(spectrum, steps))),
                whole("ASTRA, momentum 0.9", "the same with step `1/β`, with an upper bound `β` of"
                        + " `λ_max(M⁻¹(G + λ))`", true, spectrum.products(),
                        steps -> neumann(new PreconditionedNeumann(1 / spectrum.largest(), MOMENTUM, 0, steps))),
                sampled("ASTRA", "`1/𝓛` without momentum, where `𝓛` is " + compared(preconditioned)
                        + " an upper bound of `λ_max(M⁻¹(G + λ))`", true, preconditioned,
                        steps -> x(PreconditionedNeumann.tuned(preconditioned, 0, steps)
                                .solveAll(sampled, damping, minibatches, v, ekfac, IterationListener.NONE))));
    }

    private static String compared(ExpectedSmoothness smoothness) {
        return String.format(Locale.ROOT, "%.2f times", smoothness.value() / smoothness.ofMean());
    }

    private Solver whole(
            String name, String definition, boolean preconditioned, int fitProducts, IntFunction<double[][]> after) {
        return new Solver(name, definition, preconditioned, fitProducts, estimates.operator().examples(), mostPasses,
                after);
    }

    /** @param after the solutions after a number of steps */
    private Solver sampled(
            String name, String steps, boolean preconditioned, ExpectedSmoothness smoothness,
            IntFunction<double[][]> after) {
        int n = smoothness.examples();
        int b = smoothness.size();
        return new Solver(name + ", b=" + b, "minibatches of " + b + " of the " + n + " sequences, step " + steps,
                preconditioned, smoothness.products(), b, Math.min(MOST_MINIBATCH_PASSES, mostPasses),
                passes -> after.apply(Math.ceilDiv(passes * n, b)));
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
    List<TaskReport.Curve> curves() {
        List<TaskReport.Curve> curves = new ArrayList<>();
        for (Solver solver : solvers()) {
            List<TaskReport.CurvePoint> points = new ArrayList<>();
            for (int passes = 1; passes <= solver.mostPasses(); passes *= 2) {
                points.add(point(solver, passes));
                if (points.getLast().relativeError() <= GOAL) {
                    break;
                }
            }
            curves.add(new TaskReport.Curve(solver.name(), solver.definition(), points));
        }
        return curves;
    }

    private TaskReport.CurvePoint point(Solver solver, int passes) {
        double[][] products = solver.after().apply(passes);
        return new TaskReport.CurvePoint(passes, relativeError(products),
                Closeness.of(scores(products).raw(), exactScores()).pearson());
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
     * The least number of passes after which a solver is at least as close as given, in both measures; empty if it is
     * not within those allowed. Found by doubling and bisection, as if errors fell steadily.
     */
    Optional<Integer> passesTo(Solver solver, double relativeError, double pearson) {
        int low = 0;
        int high = 1;
        while (!isAsClose(solver, high, relativeError, pearson)) {
            low = high;
            high *= 2;
            if (high > solver.mostPasses()) {
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

    private boolean isAsClose(Solver solver, int passes, double relativeError, double pearson) {
        TaskReport.CurvePoint point = point(solver, passes);
        return point.relativeError() <= relativeError && point.pearson().estimate() >= pearson;
    }
}
