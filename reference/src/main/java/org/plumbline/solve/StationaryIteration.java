package org.plumbline.solve;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.SolveException;
import org.plumbline.linalg.Vectors;

/**
 * The iteration that all stationary solvers of {@code B x = v} are, {@code B = C + D}: from {@code x_0 = 0},
 *
 * <pre>  x_{j+1} = x_j + α M⁻¹(v − B x_j) + μ (x_j − x_{j−1}).</pre>
 *
 * <p>The residual of each iterate falls out of the next step, so it is the true one. An iteration that overflows ends
 * at the last finite iterate.
 *
 * @param step {@code α}
 * @param momentum {@code μ}
 * @param preconditioner {@code M⁻¹}; the identity if absent
 * @param tolerance of {@code ‖r‖ / ‖v‖}; zero for a fixed number of steps
 * @param steps number of steps at most
 */
record StationaryIteration(
        double step, double momentum, Optional<InverseCurvature> preconditioner, double tolerance, int steps) {

    /**
     * @throws SolveException if a setting is out of range
     */
    StationaryIteration {
        if (!(step > 0) || Double.isInfinite(step)) {
            throw new SolveException("found step " + step + ", expected a positive number");
        }
        if (!(momentum >= 0 && momentum < 1)) {
            throw new SolveException("found momentum " + momentum + ", expected at least 0 and less than 1");
        }
        requireLimits(tolerance, steps - 1);
    }

    /**
     * @throws SolveException if a limit is out of range
     */
    static void requireLimits(double tolerance, int maximumIterations) {
        if (!(tolerance >= 0) || Double.isInfinite(tolerance)) {
            throw new SolveException("found tolerance " + tolerance + ", expected zero or a positive number");
        }
        if (maximumIterations < 0) {
            throw new SolveException("found " + maximumIterations + " iterations at most, expected none or more");
        }
    }

    /** Solves for several right sides; the statistics count steps. */
    List<Solution> solveAll(Curvature curvature, Damping damping, double[][] vectors, IterationListener listener) {
        damping.requireFits(curvature.space());
        double[] shift = damping.diagonal(curvature.space());
        List<Column> columns = new ArrayList<>();
        for (double[] v : vectors) {
            curvature.space().requireVector(v);
            columns.add(new Column(v));
        }
        List<Column> active = columns.stream().filter(column -> column.residualNorm > 0).toList();
        for (int done = 1; !active.isEmpty(); done++) {
            double[][] next = advanced(
                    vectors(active, column -> column.x), vectors(active, column -> column.previous),
                    vectors(active, column -> column.residual));
            for (int i = 0; i < next.length; i++) {
                active.get(i).advance(next[i]);
            }
            double[][] iterates = vectors(active, column -> column.x);
            double[][] products = Systems.products(curvature, shift, iterates);
            for (int i = 0; i < products.length; i++) {
                active.get(i).measure(products[i]);
            }
            listener.iterated(done, active.stream().mapToDouble(Column::relativeResidual).max().orElseThrow());
            active = active.stream().filter(this::goesOn).toList();
        }
        return columns.stream().map(column -> column.solution(damping.smallest())).toList();
    }

    /** {@code x_{j+1}} of several right sides. */
    double[][] advanced(double[][] x, double[][] previous, double[][] residuals) {
        double[][] directions = preconditioner.map(inverse -> inverse.applyAll(residuals)).orElse(residuals);
        double[][] next = new double[x.length][];
        for (int i = 0; i < x.length; i++) {
            next[i] = new double[x[i].length];
            for (int j = 0; j < next[i].length; j++) {
                next[i][j] = x[i][j] + step * directions[i][j] + momentum * (x[i][j] - previous[i][j]);
            }
        }
        return next;
    }

    private static double[][] vectors(List<Column> columns, Function<Column, double[]> one) {
        return columns.stream().map(one).toArray(double[][]::new);
    }

    private boolean goesOn(Column column) {
        return !column.overflowed && column.steps < steps && !converged(column);
    }

    private boolean converged(Column column) {
        return column.residualNorm <= tolerance * column.norm;
    }

    private final class Column {
        private final double[] v;
        private final double norm;
        private double[] x;
        private double[] previous;
        private double[] residual;
        private double residualNorm;
        private boolean overflowed;
        private int steps;

        Column(double[] v) {
            this.v = v;
            this.norm = Vectors.norm(v);
            this.x = new double[v.length];
            this.previous = x;
            this.residual = v.clone();
            this.residualNorm = norm;
        }

        void advance(double[] next) {
            previous = x;
            x = next;
        }

        void measure(double[] product) {
            double[] next = Systems.difference(v, product);
            double nextNorm = Vectors.norm(next);
            if (Double.isFinite(nextNorm)) {
                residual = next;
                residualNorm = nextNorm;
                steps++;
            } else {
                x = previous;
                overflowed = true;
            }
        }

        double relativeResidual() {
            return residualNorm / norm;
        }

        Solution solution(double smallestDamping) {
            return new Solution(
                    x, new SolveStatistics(norm, residualNorm, steps, converged(this), smallestDamping));
        }
    }
}
