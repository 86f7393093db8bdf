package org.plumbline.solve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.SolveException;
import org.plumbline.linalg.Vectors;

/**
 * From the answers {@code x̂} of any estimator to several systems {@code Bx = v}, {@code B = C + D}, to better ones, as
 * far as is asked, and what is certain of both: {@link Certificate}.
 *
 * <p>The method is that of block conjugate gradients (O'Leary, <em>The Block Conjugate Gradient Algorithm and Related
 * Methods</em>, 1980), preconditioned, from {@code x̂}: all systems share each pass over the data, and search in the
 * directions of all. With {@code R} the residuals and {@code P} the {@link Directions}, {@code PᵀBP = I},
 *
 * <pre>  X ← X + P PᵀR,   R ← R − BP PᵀR,   Z = M⁻¹R,   P ← orthonormal(Z − P (BP)ᵀZ).</pre>
 *
 * <p>With one system it is preconditioned conjugate gradients. With ten, a pass does the work of several: on the
 * default {@code verify}, 96 passes do what 300 do for one alone. The price is that an answer depends on which systems
 * are refined together. What is certified does not depend on any of this, for {@link #certificates()} computes
 * residuals from the iterates themselves.
 *
 * <p>Cost: a product with {@code C} a pass for each open system, {@code O(m² P)} operations, and seven vectors for each
 * of {@code m} systems. Not thread-safe.
 */
public final class Refinement {
    /** Passes after which goals are asked for again. */
    private static final int CHECKED = 8;

    private final Curvature curvature;
    private final Damping damping;
    private final double[] shift;
    private final Optional<InverseCurvature> preconditioner;
    private final List<Column> columns = new ArrayList<>();
    private Directions directions = Directions.none();

    private Refinement(Curvature curvature, Damping damping, Optional<InverseCurvature> preconditioner) {
        this.curvature = curvature;
        this.damping = damping;
        this.shift = damping.diagonal(curvature.space());
        this.preconditioner = preconditioner;
    }

    /** One system. */
    private static final class Column {
        private final double[] v;
        private final double[] estimate;
        private final double[] x;
        private double[] residual;
        private double residualNorm;
        private double goal;
        private boolean open = true;
        private int products;

        Column(double[] v, double[] estimate) {
            this.v = v.clone();
            this.estimate = estimate.clone();
            this.x = estimate.clone();
            this.residual = this.v;
        }
    }

    /**
     * Begins where the estimates are; a product for each.
     *
     * @param curvature exact, positive semi-definite
     * @param rightSides {@code v}
     * @param estimates {@code x̂}, one for each right side
     * @param preconditioner {@code M⁻¹}, symmetric and positive definite, or none
     * @throws SolveException if sizes do not fit or a vector is not finite
     */
    public static Refinement of(
            Curvature curvature, Damping damping, double[][] rightSides, double[][] estimates,
            Optional<InverseCurvature> preconditioner) {
        BlockSpace space = curvature.space();
        damping.requireFits(space);
        if (estimates.length != rightSides.length) {
            throw new SolveException(
                    "found " + estimates.length + " estimates, expected one for each of " + rightSides.length);
        }
        Refinement refinement = new Refinement(curvature, damping, preconditioner);
        for (int i = 0; i < estimates.length; i++) {
            space.requireVector(rightSides[i]);
            space.requireVector(estimates[i]);
            refinement.columns.add(new Column(rightSides[i], estimates[i]));
        }
        double[][] products = Systems.products(curvature, refinement.shift, estimates);
        for (int i = 0; i < products.length; i++) {
            Column column = refinement.columns.get(i);
            column.residual = Systems.difference(column.v, products[i]);
            column.residualNorm = Vectors.norm(column.residual);
            column.products++;
        }
        return refinement;
    }

    /** How small {@code ‖x − x_k‖_B} of a system is to become. */
    @FunctionalInterface
    public interface Goal {
        /**
         * Asked now and then, for it may depend on what is known so far.
         *
         * @param system its number
         * @param refined {@code x_k}, to be read only
         */
        double errorNorm(int system, double[] refined);
    }

    /**
     * Refines until {@code ‖x − x_k‖_B} of each system is certified to be as small as asked, or rounding or the limit
     * does not let it: the certificates say what was reached.
     *
     * @param maximumPasses over the data, besides those that certify
     * @param listener told of each pass, with the largest estimated error norm over the one asked for
     */
    public List<Certificate> until(Goal goal, int maximumPasses, IterationListener listener) {
        int passes = 0;
        // Less than 1 where the recurrence has drifted, or rounding counts.
        double share = 1;
        double[] last = new double[columns.size()];
        Arrays.fill(last, Double.POSITIVE_INFINITY);
        while (true) {
            double worst = open(goal, share);
            while (passes < maximumPasses && worst > 1 && advance()) {
                passes++;
                worst = passes % CHECKED == 0 ? open(goal, share) : close();
                listener.iterated(passes, worst);
            }
            List<Certificate> certificates = certificates();
            boolean helps = false;
            for (int i = 0; i < last.length; i++) {
                Certificate certificate = certificates.get(i);
                double certified = certificate.errorNorm();
                helps |= certified > goal.errorNorm(i, columns.get(i).x) && certified <= last[i] / 2;
                last[i] = certified;
            }
            if (!helps || passes >= maximumPasses || directions.isEmpty()) {
                return certificates;
            }
            share /= 2;
        }
    }

    /** Asks for the goals, and opens the systems that have not reached theirs. The largest norm over its goal. */
    private double open(Goal goal, double share) {
        for (int i = 0; i < columns.size(); i++) {
            columns.get(i).goal = share * goal.errorNorm(i, columns.get(i).x);
            columns.get(i).open = true;
        }
        return close();
    }

    /** Closes the systems that have reached their goal: no direction is taken for them, those of others serve them. */
    private double close() {
        double[] now = errorNorms();
        double worst = 0;
        for (int i = 0; i < now.length; i++) {
            Column column = columns.get(i);
            // Where there is no bound, as without damping, refinement gives none.
            column.open &= now[i] > column.goal && Double.isFinite(now[i]);
            worst = column.open ? Math.max(worst, now[i] / column.goal) : worst;
        }
        return worst;
    }

    /**
     * One pass: a product for each open system.
     *
     * @return whether anything was left to do
     */
    public boolean advance() {
        List<Column> open = columns.stream().filter(column -> column.open).toList();
        double[][] residuals = open.stream().map(column -> column.residual).toArray(double[][]::new);
        double[][] preconditioned = preconditioner.map(inverse -> inverse.applyAll(residuals)).orElse(residuals);
        double[][] next = Arrays.stream(preconditioned)
                .map(Refinement::unit)
                .flatMap(Optional::stream)
                .peek(directions::conjugate)
                .toArray(double[][]::new);
        if (next.length == 0) {
            return false;
        }
        directions = Directions.orthonormal(next, Systems.products(curvature, shift, next));
        open.forEach(column -> column.products++);
        for (Column column : columns) {
            directions.step(column.x, column.residual);
        }
        return !directions.isEmpty();
    }

    /** A vector of unit length in this direction, or nothing where that is lost: squares must not underflow. */
    private static Optional<double[]> unit(double[] vector) {
        double norm = Vectors.norm(vector);
        if (!(norm >= Double.MIN_NORMAL)) {
            return Optional.empty();
        }
        double[] unit = vector.clone();
        Vectors.scale(1 / norm, unit);
        return Optional.of(unit);
    }

    /** {@code x_k} of each system; copies. */
    public double[][] refined() {
        return columns.stream().map(column -> column.x.clone()).toArray(double[][]::new);
    }

    /**
     * What {@code ‖x − x_k‖_B} of each system seems to be at most, from the residuals that the recurrence carries
     * along: no pass, and no certificate.
     */
    public double[] errorNorms() {
        return columns.stream()
                .mapToDouble(column -> Residual.dampedNorm(curvature.space(), damping, column.residual))
                .toArray();
    }

    /**
     * What is certain now. Residuals are computed afresh, and the recurrence goes on from them: the products of two
     * residuals for each system.
     */
    public List<Certificate> certificates() {
        BlockSpace space = curvature.space();
        double[][] rightSides = columns.stream().map(column -> column.v).toArray(double[][]::new);
        double[][] iterates = columns.stream().map(column -> column.x).toArray(double[][]::new);
        List<Residual> residuals = Residual.of(curvature, damping, rightSides, iterates);
        double[][] steps = residuals.stream()
                .map(residual -> directions.towards(space, damping, residual.values()))
                .toArray(double[][]::new);
        List<Residual> products = Residual.negativeProducts(curvature, damping, steps);
        List<Certificate> certificates = new ArrayList<>();
        for (int i = 0; i < steps.length; i++) {
            Column column = columns.get(i);
            column.products += 2 * Residual.products(curvature);
            column.residual = residuals.get(i).values().clone();
            double errorNorm = EnergyBound.of(space, damping, residuals.get(i), steps[i], products.get(i));
            certificates.add(new Certificate(space, damping, column.estimate, column.x.clone(), errorNorm,
                    column.residualNorm, Vectors.norm(column.v), column.products));
        }
        return certificates;
    }
}
