package org.plumbline.solve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.SolveException;
import org.plumbline.linalg.CholeskySolver;
import org.plumbline.linalg.Vectors;

class ConjugateGradientTest {
    /** A relative residual far below what rounding allows. */
    private static final double IMPOSSIBLE = 1e-20;

    /**
     * The bound is strict in exact arithmetic. The slack is the rounding of the residual itself, {@code n ε ‖B‖ ‖x‖ ≤
     * n ε κ ‖v‖}, once amplified, and the error of the reference solution, {@code (3n + 2) n ε κ ‖x‖}, in the same
     * units.
     */
    @Property(tries = 200)
    void theErrorBoundHoldsHoweverEarlyItStops(
            @ForAll @IntRange(min = 1, max = 30) int iterations,
            @ForAll @IntRange(min = -3, max = 1) int decade,
            @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(3);
        DenseCurvature curvature = systems.curvature(space);
        Damping damping = systems.damping(space, Math.pow(10, decade));
        double[] v = systems.gaussian(space.dimension());
        double[] g = systems.gaussian(space.dimension());
        Solution solution = new ConjugateGradient(1e-15, iterations).solve(curvature, damping, v);
        double[] b = damped(curvature, damping);
        int n = space.dimension();
        double[] exact = CholeskySolver.of(b, n).solve(v);
        double condition = trace(b, n) / damping.smallest();
        double slack = 8.0 * n * n * EPSILON * condition * Vectors.norm(g) * Vectors.norm(v) / damping.smallest();
        double error = Math.abs(Vectors.dot(g, solution.x()) - Vectors.dot(g, exact));
        assertTrue(error <= solution.errorBound(g) + slack, () -> error + " above " + solution.errorBound(g));
        assertEquals(distance(v, multiply(b, solution.x())), solution.residualNorm(),
                4.0 * n * EPSILON * trace(b, n) * Vectors.norm(solution.x()));
    }

    /** A tolerance of 1e-10 is above what rounding allows, {@code n ε κ ≤ 75 · 1.1e-16 · 1e4 ≈ 1e-10 / 1}. */
    @Property(tries = 100)
    void convergesToTheToleranceWithAndWithoutAPreconditioner(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(3);
        DenseCurvature curvature = systems.curvature(space);
        Damping damping = systems.damping(space, 0.1);
        InverseCurvature preconditioner = DenseInverse.of(curvature.blockDiagonal(), damping);
        double[] v = systems.gaussian(space.dimension());
        double[] b = damped(curvature, damping);
        ConjugateGradient solver = new ConjugateGradient(1e-9, 10 * space.dimension());
        for (Solution solution : List.of(
                solver.solve(curvature, damping, v), solver.solve(curvature, damping, v, preconditioner))) {
            assertTrue(solution.converged());
            assertTrue(solution.residualNorm() <= 1e-9 * Vectors.norm(v));
            assertTrue(distance(v, multiply(b, solution.x())) <= 1.01e-9 * Vectors.norm(v));
        }
    }

    /**
     * Law 52. Monotone to the rounding of a step: {@code n ε κ} of the error at the start, with {@code κ ≤ 1e3}.
     */
    @Property(tries = 100)
    void theErrorFallsInTheNormOfTheSystem(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(2);
        DenseCurvature curvature = systems.curvature(space);
        Damping damping = systems.damping(space, 0.1);
        double[] v = systems.gaussian(space.dimension());
        int n = space.dimension();
        double[] b = damped(curvature, damping);
        double[] exact = CholeskySolver.of(b, n).solve(v);
        double start = Math.sqrt(Vectors.dot(exact, v));
        double rounding = n * EPSILON * trace(b, n) / damping.smallest() * start;
        double last = start;
        for (int iterations = 1; iterations <= n; iterations++) {
            double[] error = Systems.difference(
                    new ConjugateGradient(1e-14, iterations).solve(curvature, damping, v).x(), exact);
            double norm = Math.sqrt(Vectors.dot(error, multiply(b, error)));
            double before = last;
            assertTrue(norm <= before + rounding, () -> norm + " after " + before);
            last = norm;
        }
    }

    /** Law 52: as many steps as distinct eigenvalues, at condition 10. */
    @Property(tries = 100)
    void asManyStepsAsDistinctEigenvaluesSuffice(
            @ForAll @IntRange(min = 1, max = 4) int distinct, @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(3);
        double[] values = new double[space.dimension()];
        Arrays.setAll(values, i -> i % distinct * 3);
        DenseCurvature curvature = systems.withEigenvalues(space, values);
        Damping damping = Damping.absolute(space, 1);
        double[] v = systems.gaussian(space.dimension());
        // Rounding of some n·κ·ε ≈ 1e-13 an iteration, amplified by less than the condition in each of four.
        Solution solution = new ConjugateGradient(1e-9, distinct).solve(curvature, damping, v);
        assertTrue(solution.converged(), () -> "residual " + solution.residualNorm());
    }

    /** Law 52: with {@code M = B} one step suffices, whatever the spectrum of {@code B}. */
    @Property(tries = 50)
    void aPerfectPreconditionerNeedsOneStep(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(3);
        DenseCurvature curvature = systems.curvature(space);
        Damping damping = systems.damping(space, 0.1);
        double[] v = systems.gaussian(space.dimension());
        Solution solution = new ConjugateGradient(1e-9, 100)
                .solve(curvature, damping, v, DenseInverse.of(curvature, damping));
        assertTrue(solution.converged());
        assertEquals(1, solution.iterations());
    }

    /** To the last bit: the scalar engine multiplies each row on its own. */
    @Property(tries = 50)
    void togetherAsOneByOne(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(2);
        DenseCurvature curvature = systems.curvature(space);
        Damping damping = systems.damping(space, 0.1);
        double[][] vectors = new double[4][];
        Arrays.setAll(vectors, i -> systems.gaussian(space.dimension()));
        // A right side that needs no iteration, and one that is an eigenvector and needs one.
        vectors[2] = new double[space.dimension()];
        ConjugateGradient solver = new ConjugateGradient(1e-9, 500);
        List<Integer> heard = new ArrayList<>();
        List<Solution> together = solver.solveAll(
                curvature, damping, vectors, Optional.empty(), (iteration, residual) -> heard.add(iteration));
        IterativeInverse inverse = solver.asInverse(curvature, damping);
        for (int i = 0; i < vectors.length; i++) {
            assertArrayEquals(inverse.apply(vectors[i]), together.get(i).x());
            assertEquals(inverse.statistics().get(i), together.get(i).statistics());
        }
        assertEquals(vectors.length, inverse.statistics().size());
        assertTrue(inverse.largestRelativeResidual() <= 1e-9);
        assertEquals(inverse.statistics().stream().mapToDouble(SolveStatistics::relativeResidual).max().orElseThrow(),
                inverse.largestRelativeResidual());
        assertEquals(together.stream().mapToInt(Solution::iterations).max().orElseThrow(), heard.getLast());
        assertEquals(0, together.get(2).iterations());
        assertEquals(0, together.get(2).errorBound(vectors[0]));
    }

    /**
     * What a solution claims is its true residual, not the recurrence's, which drifts from it by up to some
     * {@code ε ‖B‖ ‖x‖} (Greenbaum, <em>Estimating the attainable accuracy of recursively computed residual
     * methods</em>, SIAM J. Matrix Anal. Appl. 18, 1997). The tolerance is what the recurrence says after some
     * iteration, 16 to 64 times as much: there it ends, and in half of all cases the true residual is above. A fresh
     * start from it that aims at half the tolerance has room for the drift.
     */
    @Property(tries = 60)
    void aToleranceIsMetByTheTrueResidual(@ForAll @IntRange(min = 3, max = 6) int decades, @ForAll long seed) {
        IllConditioned system = IllConditioned.draw(decades, seed);
        double norm = Vectors.norm(system.v());
        double drift = EPSILON * Vectors.norm(system.solution()) / norm;
        OptionalDouble tolerance = system.residuals(IMPOSSIBLE).stream()
                .mapToDouble(residual -> residual)
                .filter(residual -> residual <= 64 * drift)
                .findFirst();
        Assume.that(tolerance.isPresent() && tolerance.getAsDouble() >= 16 * drift);
        Solution solution = new ConjugateGradient(tolerance.getAsDouble(), 100_000)
                .solve(system.curvature(), system.damping(), system.v());
        double residual = system.residual(solution.x());
        assertTrue(solution.converged(), () -> "residual " + residual / norm + " above " + tolerance.getAsDouble());
        assertEquals(residual, solution.residualNorm());
        assertTrue(residual <= tolerance.getAsDouble() * norm);
    }

    /**
     * A tolerance that rounding forbids: what is returned is the best of all fresh starts, no worse than the first run,
     * and the residual that comes with it is its own, to the last bit.
     */
    @Property(tries = 100)
    void startingAfreshNeverLosesWhatWasReached(@ForAll @IntRange(min = 3, max = 6) int decades, @ForAll long seed) {
        IllConditioned system = IllConditioned.draw(decades, seed);
        List<Double> heard = system.residuals(IMPOSSIBLE);
        Solution best = new ConjugateGradient(IMPOSSIBLE, 100_000)
                .solve(system.curvature(), system.damping(), system.v());
        assertFalse(best.converged());
        assertTrue(best.iterations() < 100_000);
        assertEquals(system.residual(best.x()), best.residualNorm());
        // The first run ends where its recurrence says that the tolerance is met.
        int end = 1 + IntStream.range(0, heard.size())
                .filter(i -> heard.get(i) <= IMPOSSIBLE)
                .findFirst()
                .orElseThrow();
        assertTrue(end < best.iterations());
        Solution first = new ConjugateGradient(IMPOSSIBLE, end)
                .solve(system.curvature(), system.damping(), system.v());
        assertEquals(system.residual(first.x()), first.residualNorm());
        assertTrue(best.residualNorm() <= first.residualNorm());
        // Each fresh start but the last halves what was reached.
        long starts = IntStream.range(1, heard.size())
                .filter(i -> heard.get(i - 1) <= IMPOSSIBLE && heard.get(i) > 1e3 * IMPOSSIBLE)
                .count();
        assertTrue(Math.scalb(1.0, (int) starts - 1) <= first.residualNorm() / best.residualNorm(),
                () -> starts + " fresh starts from " + first.residualNorm() + " to " + best.residualNorm());
    }

    /** A system whose eigenvalues fall evenly over some decades, from 1 to twice the damping. */
    private record IllConditioned(DenseCurvature curvature, Damping damping, double[] v) {
        static IllConditioned draw(int decades, long seed) {
            RandomSystems systems = new RandomSystems(seed);
            BlockSpace space = systems.space(3);
            double[] values = new double[space.dimension()];
            Arrays.setAll(values, i -> Math.pow(10, -(double) decades * i / values.length));
            return new IllConditioned(systems.withEigenvalues(space, values),
                    Damping.absolute(space, Math.pow(10, -decades)), systems.gaussian(space.dimension()));
        }

        double[] solution() {
            return CholeskySolver.of(damped(curvature, damping), v.length).solve(v);
        }

        /** What the recurrence says of each iteration. */
        List<Double> residuals(double tolerance) {
            List<Double> heard = new ArrayList<>();
            new ConjugateGradient(tolerance, 100_000).solveAll(curvature, damping, new double[][] {v},
                    Optional.empty(), (iteration, residual) -> heard.add(residual));
            return heard;
        }

        /** {@code ‖v − Bx‖}, by the products that the solver takes. */
        double residual(double[] x) {
            double[] product = Systems.products(
                    curvature, damping.diagonal(curvature.space()), new double[][] {x})[0];
            return Vectors.norm(Systems.difference(v, product));
        }
    }

    /** A residual that rounding forbids is not claimed, at condition 1e12. */
    @Example
    void anImpossibleToleranceIsReportedAsMissed() {
        RandomSystems systems = new RandomSystems(3);
        BlockSpace space = systems.space(3);
        double[] values = new double[space.dimension()];
        Arrays.setAll(values, i -> Math.pow(10, -12.0 * i / values.length));
        Solution solution = new ConjugateGradient(1e-17, 100_000)
                .solve(systems.withEigenvalues(space, values), Damping.absolute(space, 1e-12),
                        systems.gaussian(space.dimension()));
        assertFalse(solution.converged());
        assertTrue(solution.iterations() < 100_000);
    }

    /**
     * What a listener hears after an iteration is the residual of the recurrence: that of a solver which is stopped
     * there, up to rounding of some {@code n ε κ} of {@code v}.
     */
    @Property(tries = 20)
    void aListenerHearsTheResidualOfEachIteration(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(3);
        DenseCurvature curvature = systems.curvature(space);
        Damping damping = systems.damping(space, 1);
        double[] v = systems.gaussian(space.dimension());
        List<Double> heard = new ArrayList<>();
        new ConjugateGradient(1e-6, 100).solveAll(curvature, damping, new double[][] {v}, Optional.empty(),
                (iteration, residual) -> heard.add(residual));
        for (int k = 1; k <= heard.size(); k++) {
            assertEquals(new ConjugateGradient(1e-15, k).solve(curvature, damping, v).statistics().relativeResidual(),
                    heard.get(k - 1), 1e-10);
        }
    }

    /** To the last bit: multiplying by a power of two rounds nothing. */
    @Property(tries = 20)
    void theScaleOfTheRightSideChangesNoIteration(@ForAll @IntRange(min = -30, max = 30) int power, @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(3);
        DenseCurvature curvature = systems.curvature(space);
        Damping damping = systems.damping(space, 0.1);
        double[] v = systems.gaussian(space.dimension());
        ConjugateGradient solver = new ConjugateGradient(1e-6, 1000);
        Solution solution = solver.solve(curvature, damping, v);
        Vectors.scale(Math.scalb(1.0, power), v);
        Solution scaled = solver.solve(curvature, damping, v);
        assertEquals(solution.iterations(), scaled.iterations());
        double[] expected = solution.x().clone();
        Vectors.scale(Math.scalb(1.0, power), expected);
        assertArrayEquals(expected, scaled.x());
    }

    /** A direction without curvature or damping ends the iteration, and nothing is divided by its curvature. */
    @Example
    void aSystemOfNothingIsNotClaimed() {
        RandomSystems systems = new RandomSystems(6);
        BlockSpace space = systems.space(2);
        int n = space.dimension();
        Solution solution = new ConjugateGradient(1e-9, 10).solve(new DenseCurvature(space, new double[n * n],
                RandomSystems.COMPUTE), Damping.absolute(space, 0), systems.gaussian(n));
        assertFalse(solution.converged());
        assertArrayEquals(new double[n], solution.x());
    }

    @Example
    void whatDoesNotFitIsRefused() {
        RandomSystems systems = new RandomSystems(7);
        BlockSpace space = systems.space(2);
        DenseCurvature curvature = systems.curvature(space);
        Damping damping = Damping.absolute(space, 1);
        ConjugateGradient solver = new ConjugateGradient(1e-9, 10);
        double[] v = systems.gaussian(space.dimension());
        assertThrows(SolveException.class, () -> solver.solve(curvature, new Damping(new double[] {1, 1, 1}), v));
        assertThrows(SolveException.class, () -> solver.solve(curvature, damping, new double[v.length - 1]));
        v[0] = Double.NaN;
        assertThrows(SolveException.class, () -> solver.solve(curvature, damping, v));
    }

    /** A negative direction ends the iteration; what is returned is not called a solution. */
    @Example
    void anIndefiniteSystemIsNotClaimed() {
        RandomSystems systems = new RandomSystems(4);
        BlockSpace space = systems.space(2);
        double[] values = new double[space.dimension()];
        Arrays.setAll(values, i -> i % 2 == 0 ? 1 : -2);
        assertFalse(new ConjugateGradient(1e-9, 1)
                .solve(systems.withEigenvalues(space, values), Damping.absolute(space, 0.1),
                        systems.gaussian(space.dimension()))
                .converged());
    }

    @Example
    void settingsOutOfRangeAreRefused() {
        assertThrows(SolveException.class, () -> new ConjugateGradient(0, 1));
        assertThrows(SolveException.class, () -> new ConjugateGradient(Double.NaN, 1));
        assertThrows(SolveException.class, () -> new ConjugateGradient(1e-9, 0));
    }

    private static double trace(double[] b, int n) {
        double trace = 0;
        for (int i = 0; i < n; i++) {
            trace += b[i * n + i];
        }
        return trace;
    }
}
