package org.plumbline.solve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.FiniteSumCurvature;
import org.plumbline.linalg.Vectors;

/**
 * A {@link StationaryIteration} each of whose steps multiplies by {@code B_S = C_S + D} of a minibatch {@code S} in
 * place of {@code B}. What is returned carries the residual of {@code B} itself, from one product at the end; on the
 * way none is known, so that the number of steps is fixed and the tolerance decides only whether it has converged.
 *
 * <p>With {@code S} all examples the solutions are those of the iteration that is sampled here, to the last bit; but
 * divergence, which the residuals of the whole show, is an error here.
 */
record SampledIteration(StationaryIteration rule, Minibatches minibatches) {
    /**
     * How many times {@code ‖v‖/λ_min} an iterate may be long. By Minkowski's inequality steps of at most {@code 1/𝓛}
     * have {@code √E‖x_{j+1}‖² ≤ √(1 − αλ_min) √E‖x_j‖² + α‖v‖} ({@link ExpectedSmoothness}), hence
     * {@code E‖x_j‖² ≤ (2‖v‖/λ_min)²}, and by Markov's one that converges exceeds this with a probability below 4e-12.
     */
    private static final double DIVERGED = 1e6;

    /** Which examples a step multiplies by. */
    @FunctionalInterface
    interface Draws {
        int[] of(int repeat, int step);
    }

    /**
     * Solves for several right sides, all with the same draws; the statistics count the steps of all repeats.
     *
     * @throws DivergenceException if an iterate is not finite, or a million times as long as any solution can be
     */
    List<Solution> solveAll(
            FiniteSumCurvature curvature, Damping damping, double[][] vectors, IterationListener listener) {
        int examples = curvature.examples();
        minibatches.requireFits(examples);
        return solveAll(curvature, damping, vectors, listener,
                (repeat, step) -> minibatches.draw(examples, repeat, step));
    }

    List<Solution> solveAll(
            FiniteSumCurvature curvature, Damping damping, double[][] vectors, IterationListener listener,
            Draws draws) {
        damping.requireFits(curvature.space());
        for (double[] v : vectors) {
            curvature.space().requireVector(v);
        }
        double[][] active = Arrays.stream(vectors).filter(v -> Vectors.norm(v) > 0).toArray(double[][]::new);
        Run run = new Run(curvature, damping, active, listener, draws);
        for (int repeat = 0; repeat < minibatches.repeats() && active.length > 0; repeat++) {
            run.run(repeat);
        }
        double[][] means = run.means();
        double[][] residuals = run.residuals(curvature, means);
        int steps = rule.steps() * minibatches.repeats();
        if (active.length > 0) {
            listener.iterated(steps, run.largest(residuals));
        }
        List<Solution> solutions = new ArrayList<>();
        int next = 0;
        for (double[] v : vectors) {
            double norm = Vectors.norm(v);
            double residual = norm > 0 ? Vectors.norm(residuals[next]) : 0;
            solutions.add(new Solution(norm > 0 ? means[next++] : new double[v.length], new SolveStatistics(
                    norm, residual, norm > 0 ? steps : 0, residual <= rule.tolerance() * norm, damping.smallest())));
        }
        return List.copyOf(solutions);
    }

    /** The iterates of all right sides. */
    private final class Run {
        private final FiniteSumCurvature curvature;
        private final double[] shift;
        private final double[][] vectors;
        private final double[] longest;
        private final IterationListener listener;
        private final Draws draws;
        private final double[][] sums;

        Run(FiniteSumCurvature curvature, Damping damping, double[][] vectors, IterationListener listener,
                Draws draws) {
            this.curvature = curvature;
            this.shift = damping.diagonal(curvature.space());
            this.vectors = vectors;
            this.longest = Arrays.stream(vectors)
                    .mapToDouble(v -> DIVERGED * Vectors.norm(v) / damping.smallest()).toArray();
            this.listener = listener;
            this.draws = draws;
            this.sums = new double[vectors.length][];
        }

        void run(int repeat) {
            int averaged = minibatches.averaged(rule.steps());
            double[][] x = new double[vectors.length][shift.length];
            double[][] previous = x;
            double[][] residuals = vectors;
            for (int step = 1; step <= rule.steps(); step++) {
                double[][] next = rule.advanced(x, previous, residuals);
                previous = x;
                x = next;
                requireBounded(x, step);
                if (step > rule.steps() - averaged) {
                    add(x);
                }
                if (step < rule.steps()) {
                    residuals = residuals(curvature.on(draws.of(repeat, step)), x);
                    listener.iterated(repeat * rule.steps() + step, largest(residuals));
                }
            }
        }

        private void requireBounded(double[][] x, int step) {
            for (int i = 0; i < x.length; i++) {
                double norm = Vectors.norm(x[i]);
                if (!(norm <= longest[i]) || Double.isInfinite(norm)) {
                    throw new DivergenceException("after " + step + " steps of " + rule.step() + " with minibatches of "
                            + minibatches.size() + ": found an iterate of norm " + norm + ", expected less than "
                            + longest[i] + "; smaller steps or larger minibatches converge");
                }
            }
        }

        private void add(double[][] x) {
            for (int i = 0; i < x.length; i++) {
                if (sums[i] == null) {
                    sums[i] = x[i].clone();
                } else {
                    Vectors.axpy(1, x[i], sums[i]);
                }
            }
        }

        double[][] means() {
            int count = minibatches.averaged(rule.steps()) * minibatches.repeats();
            if (count > 1) {
                Arrays.stream(sums).forEach(sum -> Vectors.scale(1.0 / count, sum));
            }
            return sums;
        }

        double[][] residuals(Curvature operator, double[][] x) {
            double[][] products = Systems.products(operator, shift, x);
            double[][] residuals = new double[x.length][];
            Arrays.setAll(residuals, i -> Systems.difference(vectors[i], products[i]));
            return residuals;
        }

        double largest(double[][] residuals) {
            double largest = 0;
            for (int i = 0; i < residuals.length; i++) {
                largest = Math.max(largest, Vectors.norm(residuals[i]) / Vectors.norm(vectors[i]));
            }
            return largest;
        }
    }
}
