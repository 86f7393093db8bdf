package org.plumbline.solve;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.SolveException;
import org.plumbline.linalg.Vectors;

/**
 * Conjugate gradients for {@code B x = v}, {@code B = C + D} positive definite (Hestenes and Stiefel, 1952; in the form
 * of Golub and Van Loan, <em>Matrix Computations</em>, 4th ed., algorithms 11.3.3 and 11.5.1), optionally
 * preconditioned by another inverse {@code M⁻¹}, symmetric and positive definite.
 *
 * <p>In exact arithmetic iterate {@code k} is the best there is in the Krylov space of {@code k} products, in the norm
 * {@code √(eᵀBe)} of the error; as many iterations suffice as {@code M⁻¹B} has distinct eigenvalues, and
 * {@code 2(√κ − 1)ᵏ/(√κ + 1)ᵏ} bounds the relative error in that norm, {@code κ} the condition of {@code M⁻¹B}.
 * Rounding delays convergence where {@code κ} is large, and lets the residual of the recurrence drift from the true
 * one: when the former meets the tolerance, or the iterations end, the true one is computed, and the iteration starts
 * afresh from it if that still helps.
 *
 * <p>Cost for each right side: a product with {@code B} and with {@code M⁻¹} an iteration; four vectors.
 *
 * @param tolerance of {@code ‖r‖ / ‖v‖}, positive
 * @param maximumIterations for each right side, at least 1
 */
public record ConjugateGradient(double tolerance, int maximumIterations) {

    /**
     * @throws SolveException if a setting is out of range
     */
    public ConjugateGradient {
        if (!(tolerance > 0) || Double.isInfinite(tolerance)) {
            throw new SolveException("found tolerance " + tolerance + ", expected a positive number");
        }
        if (maximumIterations < 1) {
            throw new SolveException("found " + maximumIterations + " iterations at most, expected at least 1");
        }
    }

    /** Solves {@code (C + D) x = v} without a preconditioner. */
    public Solution solve(Curvature curvature, Damping damping, double[] v) {
        return solveAll(curvature, damping, new double[][] {v}, Optional.empty(), IterationListener.NONE).getFirst();
    }

    /** Solves {@code (C + D) x = v} with a preconditioner. */
    public Solution solve(Curvature curvature, Damping damping, double[] v, InverseCurvature preconditioner) {
        return solveAll(curvature, damping, new double[][] {v}, Optional.of(preconditioner), IterationListener.NONE)
                .getFirst();
    }

    /**
     * Solves {@code (C + D) x = v} for several right sides in step, each with its own conjugate directions.
     *
     * @throws SolveException if sizes do not fit or a right side is not finite
     */
    public List<Solution> solveAll(
            Curvature curvature, Damping damping, double[][] vectors, Optional<InverseCurvature> preconditioner,
            IterationListener listener) {
        damping.requireFits(curvature.space());
        List<Column> columns = new ArrayList<>();
        for (double[] v : vectors) {
            curvature.space().requireVector(v);
            columns.add(new Column(v, tolerance * Vectors.norm(v)));
        }
        double[] shift = damping.diagonal(curvature.space());
        List<Column> open = columns.stream().filter(column -> !column.converged()).toList();
        while (!open.isEmpty()) {
            iterate(curvature, shift, preconditioner, open, listener);
            verify(curvature, shift, open);
            open = open.stream().filter(column -> column.worthRestarting(maximumIterations)).toList();
        }
        return columns.stream().map(column -> column.solution(damping.smallest())).toList();
    }

    /** This solver as an inverse curvature. */
    public IterativeInverse asInverse(Curvature curvature, Damping damping) {
        return asInverse(curvature, damping, Optional.empty(), IterationListener.NONE);
    }

    /** This solver as an inverse curvature, with a preconditioner. */
    public IterativeInverse asInverse(Curvature curvature, Damping damping, InverseCurvature preconditioner) {
        return asInverse(curvature, damping, Optional.of(preconditioner), IterationListener.NONE);
    }

    /** This solver as an inverse curvature, with an optional preconditioner and a listener. */
    public IterativeInverse asInverse(
            Curvature curvature, Damping damping, Optional<InverseCurvature> preconditioner,
            IterationListener listener) {
        damping.requireFits(curvature.space());
        return new IterativeInverse(curvature.space(),
                vectors -> solveAll(curvature, damping, vectors, preconditioner, listener));
    }

    /**
     * Conjugate gradients from the columns' iterates, until the recurrences say that all are solved or none can go on.
     */
    private void iterate(
            Curvature curvature, double[] shift, Optional<InverseCurvature> preconditioner, List<Column> columns,
            IterationListener listener) {
        precondition(preconditioner, columns);
        columns.forEach(Column::begin);
        List<Column> active = active(columns);
        while (!active.isEmpty()) {
            double[][] directions = active.stream().map(column -> column.direction).toArray(double[][]::new);
            double[][] products = Systems.products(curvature, shift, directions);
            for (int i = 0; i < products.length; i++) {
                active.get(i).step(products[i]);
            }
            int done = active.stream().mapToInt(column -> column.iterations).max().orElseThrow();
            listener.iterated(done, active.stream().mapToDouble(Column::relativeResidual).max().orElseThrow());
            active = active(active);
            precondition(preconditioner, active);
            active.forEach(Column::turn);
        }
    }

    private List<Column> active(List<Column> columns) {
        return columns.stream()
                .filter(column -> !column.reached() && !column.broken && column.iterations < maximumIterations)
                .toList();
    }

    private static void precondition(Optional<InverseCurvature> preconditioner, List<Column> columns) {
        double[][] residuals = columns.stream().map(column -> column.residual).toArray(double[][]::new);
        double[][] preconditioned = preconditioner.map(inverse -> inverse.applyAll(residuals)).orElse(residuals);
        for (int i = 0; i < preconditioned.length; i++) {
            columns.get(i).preconditioned = preconditioned[i];
        }
    }

    private static void verify(Curvature curvature, double[] shift, List<Column> columns) {
        double[][] iterates = columns.stream().map(column -> column.x).toArray(double[][]::new);
        double[][] products = Systems.products(curvature, shift, iterates);
        for (int i = 0; i < products.length; i++) {
            columns.get(i).verify(products[i]);
        }
    }

    /** One right side: its iterate, residual and direction. */
    private static final class Column {
        private final double[] v;
        private final double threshold;
        /** What the residual of the recurrence is to reach. */
        private double goal;
        private final double[] x;
        private double[] residual;
        private double[] preconditioned;
        private double[] direction;
        /** {@code rᵀM⁻¹r}. */
        private double energy;
        private double residualNorm;
        /** True residual and iterate of the last verification that was an improvement. */
        private double verifiedNorm;
        private double[] verified;
        private boolean stalled;
        /** Whether a direction of no curvature was met, so that the recurrence cannot go on. */
        private boolean broken;
        private int iterations;

        Column(double[] v, double threshold) {
            this.v = v;
            this.threshold = threshold;
            this.goal = threshold;
            this.x = new double[v.length];
            this.residual = v.clone();
            // Until the recurrence begins.
            this.preconditioned = residual;
            this.direction = residual;
            this.residualNorm = Vectors.norm(v);
            // Whatever the first run of the recurrence returns is taken, even if its residual is larger than v.
            this.verifiedNorm = residualNorm == 0 ? 0 : Double.POSITIVE_INFINITY;
            this.verified = x;
        }

        void begin() {
            direction = preconditioned.clone();
            energy = Vectors.dot(residual, preconditioned);
        }

        void step(double[] product) {
            iterations++;
            double curvature = Vectors.dot(direction, product);
            if (!(curvature > 0) || !(energy > 0)) {
                broken = true;
                return;
            }
            double length = energy / curvature;
            Vectors.axpy(length, direction, x);
            Vectors.axpy(-length, product, residual);
            residualNorm = Vectors.norm(residual);
        }

        void turn() {
            double next = Vectors.dot(residual, preconditioned);
            double ratio = next / energy;
            for (int i = 0; i < direction.length; i++) {
                direction[i] = preconditioned[i] + ratio * direction[i];
            }
            energy = next;
        }

        void verify(double[] product) {
            residual = Systems.difference(v, product);
            residualNorm = Vectors.norm(residual);
            // A restart that does not halve the residual has met the limit of rounding.
            stalled = !(residualNorm <= verifiedNorm / 2);
            // The next one aims at half of what is asked, lest it, too, drifts across.
            goal = threshold / 2;
            if (residualNorm <= verifiedNorm) {
                verifiedNorm = residualNorm;
                verified = x.clone();
            }
        }

        boolean worthRestarting(int maximumIterations) {
            return !converged() && !stalled && !broken && iterations < maximumIterations;
        }

        boolean converged() {
            return residualNorm <= threshold;
        }

        boolean reached() {
            return residualNorm <= goal;
        }

        double relativeResidual() {
            return residualNorm / Vectors.norm(v);
        }

        Solution solution(double smallestDamping) {
            return new Solution(verified, new SolveStatistics(
                    Vectors.norm(v), verifiedNorm, iterations, verifiedNorm <= threshold, smallestDamping));
        }
    }
}
