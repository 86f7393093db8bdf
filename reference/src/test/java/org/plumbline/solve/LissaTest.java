package org.plumbline.solve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.solve.RandomSystems.EPSILON;
import static org.plumbline.solve.RandomSystems.damped;
import static org.plumbline.solve.RandomSystems.distance;
import static org.plumbline.solve.RandomSystems.multiply;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.SolveException;
import org.plumbline.linalg.SymmetricEigen;
import org.plumbline.linalg.Vectors;

class LissaTest {

    /**
     * Law 48, the literal recursion {@code r_j = v + r − αBr} and the closed form {@code Σ (I − αB)ᵏ v} term by term.
     * Each of {@code J} steps rounds {@code n + 3} times at the size of {@code v}'s sum, at most {@code (J + 1)‖v‖},
     * and {@code ‖I − αB‖ ≤ 1} does not amplify.
     */
    @Property(tries = 100)
    void equalsItsRecursionAndItsClosedForm(
            @ForAll @IntRange(max = 60) int iterations, @ForAll @DoubleRange(min = 0.05, max = 1.9) double share,
            @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(2);
        int n = space.dimension();
        DenseCurvature curvature = systems.curvature(space);
        Damping damping = systems.damping(space, 0.3);
        double[] b = damped(curvature, damping);
        double alpha = share / largest(curvature, damping);
        double[] v = systems.gaussian(n);
        Solution solution = new Lissa(0, iterations, OptionalDouble.of(alpha), 1).solve(curvature, damping, v);
        double[] r = v.clone();
        double[] power = v.clone();
        double[] sum = v.clone();
        for (int j = 1; j <= iterations; j++) {
            double[] next = Systems.difference(r, scaled(alpha, multiply(b, r)));
            Vectors.axpy(1, v, next);
            r = next;
            power = Systems.difference(power, scaled(alpha, multiply(b, power)));
            Vectors.axpy(1, power, sum);
        }
        double rounding = 4.0 * (n + 3) * EPSILON * (iterations + 1) * (iterations + 1) * alpha * Vectors.norm(v);
        assertEquals(0, distance(solution.x(), scaled(alpha, r)), rounding);
        assertEquals(0, distance(solution.x(), scaled(alpha, sum)), rounding);
        assertEquals(iterations, solution.iterations());
        assertEquals(distance(v, multiply(b, solution.x())), solution.residualNorm(),
                4.0 * n * EPSILON * (Vectors.norm(v) + Vectors.norm(b) * Vectors.norm(solution.x())));
    }

    /**
     * Law 49, on the two sides of the limit. With an eigenvector of eigenvalue {@code λ} on the right, the residual of
     * {@code x_j} is {@code (1 − αλ)^{j+1} v}: 1000 iterations at {@code |1 − αλ| = 1 ± 0.02} take it to
     * {@code 2e-9} or {@code 4e8} of {@code v}; rounding of other components grows no faster than that of this one.
     */
    @Property(tries = 20)
    void convergesIfAndOnlyIfTheStepIsBelowTheLimit(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(2);
        double[] values = new double[space.dimension()];
        Arrays.setAll(values, i -> systems.random().nextDouble(0.5, 2));
        values[values.length - 1] = 3;
        DenseCurvature curvature = systems.withEigenvalues(space, values);
        Damping damping = Damping.absolute(space, 0.5);
        double[] v = systems.gaussian(space.dimension());
        Lissa below = new Lissa(0, 1000, OptionalDouble.of(1.98 / 3.5), 1);
        double contraction = Math.pow(0.98, 1001);
        assertTrue(below.solve(curvature, damping, v).statistics().relativeResidual() <= 1.001 * contraction + 1e-12);
        Lissa above = new Lissa(0, 1000, OptionalDouble.of(2.02 / 3.5), 1);
        assertThrows(SolveException.class, () -> above.solve(curvature, damping, v));
        // The recursion itself, which asks no one's leave.
        double[] direction = v.clone();
        Solution diverged = new StationaryIteration(2.02 / 3.5, 0, Optional.empty(), 0, 1001)
                .solveAll(curvature, damping, new double[][] {direction}, IterationListener.NONE).getFirst();
        double[] top = topEigenvector(curvature);
        double share = Math.abs(Vectors.dot(top, v)) / Vectors.norm(v);
        double growth = Math.pow(1.02, 1001) * share;
        assertTrue(diverged.statistics().relativeResidual() >= 0.99 * growth);
        assertFalse(diverged.converged());
    }

    /** Law 50: the literal recursion, and the system it solves; rounding as in law 48. */
    @Property(tries = 50)
    void kohAndLiangSolveTheSystemWithTheProductOfDampingAndScale(
            @ForAll @IntRange(max = 60) int iterations, @ForAll @DoubleRange(min = 0.05, max = 0.5) double d,
            @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(2);
        int n = space.dimension();
        DenseCurvature curvature = systems.curvature(space);
        double s = Arrays.stream(curvature.diagonal()).sum();
        double[] v = systems.gaussian(n);
        double[] r = v.clone();
        for (int j = 1; j <= iterations; j++) {
            double[] next = v.clone();
            Vectors.axpy(1 - d, r, next);
            Vectors.axpy(-1 / s, multiply(curvature.matrix(), r), next);
            r = next;
        }
        double rounding = 4.0 * (n + 3) * EPSILON * (iterations + 1) * (iterations + 1) / s * Vectors.norm(v);
        KohLiangRecursion recursion = new KohLiangRecursion(d, s, 0, iterations);
        assertEquals(0, distance(recursion.solve(curvature, v).x(), scaled(1 / s, r)), rounding);
        Solution solution = new KohLiangRecursion(d, s, 1e-10, 10_000).solve(curvature, v);
        assertTrue(solution.converged());
        double[] exact = DenseInverse.of(curvature, Damping.absolute(space, d * s)).apply(v);
        assertEquals(d * s, recursion.systemDamping());
        // The residual over the smallest eigenvalue, and 1e-12 for the reference, at a condition below 21.
        assertEquals(
                0, distance(solution.x(), exact), 1.001e-10 * Vectors.norm(v) / (d * s) + 1e-12 * Vectors.norm(exact));
    }

    /**
     * Law 51: one step from zero is the preconditioner; coupled layers can make a step of 1 diverge, and less
     * converge.
     */
    @Property(tries = 10)
    void preconditionedNeumann(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(3);
        int n = space.dimension();
        double[] u = systems.gaussian(n);
        for (int i = 0; i < 3; i++) {
            double norm = Vectors.norm(Arrays.copyOfRange(u, space.offset(i), space.offset(i + 1)));
            for (int j = space.offset(i); j < space.offset(i + 1); j++) {
                u[j] /= norm;
            }
        }
        double[] matrix = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                matrix[i * n + j] = u[i] * u[j];
            }
        }
        DenseCurvature curvature = new DenseCurvature(space, matrix, RandomSystems.COMPUTE);
        // Every block of uuᵀ has the eigenvalue 1, so M⁻¹B has 3.01/1.01, and 0.01/1.01 where the blocks cancel.
        double lambda = 0.01;
        Damping damping = Damping.absolute(space, lambda);
        InverseCurvature preconditioner = DenseInverse.of(curvature.blockDiagonal(), damping);
        double[] v = systems.gaussian(n);
        double[] one = new PreconditionedNeumann(1, 0, 0, 1).solve(curvature, damping, v, preconditioner).x();
        assertEquals(0, distance(one, preconditioner.apply(v)));
        assertFalse(
                new PreconditionedNeumann(1, 0, 1e-9, 200).solve(curvature, damping, v, preconditioner).converged());
        Solution plain = new PreconditionedNeumann(0.6, 0, 1e-6, 10_000).solve(curvature, damping, v, preconditioner);
        Solution heavy = new PreconditionedNeumann(0.6, 0.5, 1e-6, 10_000).solve(curvature, damping, v, preconditioner);
        assertTrue(plain.converged() && heavy.converged());
        // Both are within 1e-6 ‖v‖ / λ of the solution.
        assertEquals(0, distance(plain.x(), heavy.x()), 2.01e-6 * Vectors.norm(v) / lambda);
    }

    /** {@code 32} Lanczos steps fill these spaces or nearly do; the bound then fails once in 10⁹ draws. */
    @Property(tries = 200)
    void theLargestEigenvalueLiesInItsInterval(@ForAll @IntRange(min = 2, max = 32) int steps, @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(3);
        DenseCurvature curvature = systems.curvature(space);
        Damping damping = systems.damping(space, 0.1);
        double exact = largest(curvature, damping);
        LargestEigenvalue found = LargestEigenvalue.of(curvature, damping, steps, seed + 1);
        // Both values carry 10 n ε ‖B‖ of rounding.
        double rounding = 20 * space.dimension() * EPSILON * exact;
        assertTrue(found.value() <= exact + rounding);
        assertTrue(found.upperBound(1e-9) >= exact - rounding);
        double nearest = Arrays.stream(spectrum(curvature, damping))
                .map(value -> Math.abs(value - found.value())).min().orElseThrow();
        assertTrue(nearest <= found.residual() + rounding);
        assertEquals(found, LargestEigenvalue.of(curvature, damping, steps, seed + 1));
    }

    /** The chosen step is half the limit or less, and not needlessly small. */
    @Property(tries = 50)
    void choosesAStepThatConverges(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(3);
        DenseCurvature curvature = systems.curvature(space);
        Damping damping = systems.damping(space, 1);
        double limit = 2 / largest(curvature, damping);
        double step = new Lissa(1e-9, 1).step(curvature, damping);
        // A bound from 32 steps at most 75 dimensions: √ε = log(1.648 √75 / 1e-9) / 63 ≈ 0.37, so 1/(1 − ε) < 1.17.
        assertTrue(step <= 0.5 * limit * (1 + 1e-12) && step >= 0.4 * limit, () -> step + " of " + limit);
    }

    @Property(tries = 30)
    void togetherAsOneByOne(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(2);
        DenseCurvature curvature = systems.curvature(space);
        Damping damping = systems.damping(space, 1);
        double[][] vectors = {
            systems.gaussian(space.dimension()), new double[space.dimension()], systems.gaussian(space.dimension())
        };
        List<Integer> heard = new ArrayList<>();
        Lissa solver = new Lissa(1e-8, 10_000);
        List<Solution> together = solver.solveAll(curvature, damping, vectors, (i, residual) -> heard.add(i));
        for (int i = 0; i < vectors.length; i++) {
            Solution alone = solver.solve(curvature, damping, vectors[i]);
            assertEquals(0, distance(alone.x(), together.get(i).x()));
            assertEquals(alone.statistics(), together.get(i).statistics());
            assertTrue(alone.converged());
        }
        assertEquals(together.stream().mapToInt(Solution::iterations).max().orElseThrow(), heard.getLast());
    }

    /** As for conjugate gradients: a residual heard is that of a solver which is stopped there. */
    @Property(tries = 20)
    void aListenerHearsTheResidualOfEachIteration(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(2);
        DenseCurvature curvature = systems.curvature(space);
        Damping damping = Damping.absolute(space, 1);
        double[][] v = {systems.gaussian(space.dimension())};
        double scale = 2 * largest(curvature, damping);
        List<Double> lissa = new ArrayList<>();
        List<Double> kohLiang = new ArrayList<>();
        List<Integer> steps = new ArrayList<>();
        new Lissa(0, 5).solveAll(curvature, damping, v, (step, residual) -> lissa.add(residual));
        new KohLiangRecursion(1 / scale, scale, 0, 5).solveAll(curvature, v, (step, residual) -> {
            steps.add(step);
            kohLiang.add(residual);
        });
        assertEquals(5, steps.getLast());
        for (int k = 1; k <= 5; k++) {
            assertEquals(new Lissa(0, k).solve(curvature, damping, v[0]).statistics().relativeResidual(),
                    lissa.get(lissa.size() - 6 + k), 1e-12);
            KohLiangRecursion stopped = new KohLiangRecursion(1 / scale, scale, 0, k);
            assertEquals(stopped.solve(curvature, v[0]).statistics().relativeResidual(),
                    kohLiang.get(steps.indexOf(k)), 1e-12);
            IterativeInverse inverse = stopped.asInverse(curvature, IterationListener.NONE);
            assertEquals(0, distance(stopped.solve(curvature, v[0]).x(), inverse.apply(v[0])));
            assertEquals(space, inverse.space());
        }
    }

    /** The numbers of the theorem: {@code 1.648 √P exp(−√ε (2k − 1)) = p} with {@code θ / (1 − ε)} the bound. */
    @Property(tries = 50)
    void theUpperBoundIsThatOfTheTheorem(
            @ForAll @IntRange(min = 2, max = 60) int steps, @ForAll @IntRange(min = 1, max = 5000) int dimension,
            @ForAll @IntRange(min = 1, max = 12) int decade) {
        double probability = Math.pow(10, -decade);
        LargestEigenvalue found = new LargestEigenvalue(3, 0.25, steps, dimension, false);
        double bound = found.upperBound(probability);
        if (bound < Double.POSITIVE_INFINITY) {
            double root = Math.sqrt(1 - 3 / bound);
            // The logarithm of the probability, as a sum of terms below 60 whose error is some 1e-13, over the root.
            assertEquals(Math.log(probability),
                    Math.log(1.648) + 0.5 * Math.log(dimension) - root * (2 * steps - 1), 1e-9 / root);
        } else {
            assertTrue(1.648 * Math.sqrt(dimension) * Math.exp(-(2 * steps - 1)) >= probability * (1 - 1e-12));
        }
        assertEquals(3.25, new LargestEigenvalue(3, 0.25, steps, dimension, true).upperBound(probability));
    }

    @Example
    void probabilitiesAreBetweenNoneAndOne() {
        LargestEigenvalue found = new LargestEigenvalue(3, 0.25, 10, 10, false);
        for (double probability : new double[] {0, 1, Double.NaN}) {
            assertThrows(SolveException.class, () -> found.upperBound(probability));
        }
    }

    /** A system without curvature or damping has no largest eigenvalue to divide by. */
    @Example
    void aSystemOfNothingHasAStep() {
        BlockSpace space = new RandomSystems(1).space(2);
        int n = space.dimension();
        DenseCurvature nothing = new DenseCurvature(space, new double[n * n], RandomSystems.COMPUTE);
        assertEquals(1, new Lissa(1e-9, 1).step(nothing, Damping.absolute(space, 0)));
    }

    @Example
    void dampingsOfOtherBlocksAreRefused() {
        RandomSystems systems = new RandomSystems(1);
        BlockSpace space = systems.space(2);
        DenseCurvature curvature = systems.curvature(space);
        InverseCurvature preconditioner = DenseInverse.of(curvature.blockDiagonal(), Damping.absolute(space, 1));
        assertThrows(SolveException.class, () -> new PreconditionedNeumann(0.5, 0, 1e-9, 1).asInverse(
                curvature, new Damping(new double[] {1}), preconditioner, IterationListener.NONE));
    }

    @Example
    void settingsOutOfRangeAreRefused() {
        assertThrows(SolveException.class, () -> new Lissa(-1, 1));
        assertThrows(SolveException.class, () -> new Lissa(1e-9, -1));
        assertThrows(SolveException.class, () -> new Lissa(1e-9, 1, OptionalDouble.of(0), 0));
        assertThrows(SolveException.class, () -> new KohLiangRecursion(2, 1, 1e-9, 1));
        assertThrows(SolveException.class, () -> new KohLiangRecursion(0.1, 0, 1e-9, 1));
        assertThrows(SolveException.class, () -> new KohLiangRecursion(-0.1, 1, 1e-9, 1));
        assertThrows(SolveException.class, () -> new KohLiangRecursion(0.1, 1, -1, 1));
        assertThrows(SolveException.class, () -> new KohLiangRecursion(0.1, 1, 1e-9, -1));
        assertEquals(0, new KohLiangRecursion(0, 1, 1e-9, 1).systemDamping());
        assertThrows(SolveException.class, () -> new PreconditionedNeumann(1, 1, 1e-9, 1));
        assertThrows(SolveException.class, () -> new PreconditionedNeumann(0, 0, 1e-9, 1));
        assertThrows(SolveException.class, () -> new PreconditionedNeumann(1, 0, 1e-9, 0));
    }

    private static double[] spectrum(DenseCurvature curvature, Damping damping) {
        return DenseSpectrum.of(
                        new DenseCurvature(curvature.space(), damped(curvature, damping), RandomSystems.COMPUTE),
                        RandomSystems.COMPUTE)
                .values();
    }

    private static double largest(DenseCurvature curvature, Damping damping) {
        double[] values = spectrum(curvature, damping);
        return values[values.length - 1];
    }

    private static double[] topEigenvector(DenseCurvature curvature) {
        int n = curvature.space().dimension();
        double[] vectors = SymmetricEigen.of(curvature.matrix(), n).vectors();
        double[] top = new double[n];
        Arrays.setAll(top, i -> vectors[i * n + n - 1]);
        return top;
    }

    private static double[] scaled(double factor, double[] x) {
        double[] scaled = x.clone();
        Vectors.scale(factor, scaled);
        return scaled;
    }
}
