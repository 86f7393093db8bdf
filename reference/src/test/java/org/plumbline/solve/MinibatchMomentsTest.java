package org.plumbline.solve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.solve.RandomSystems.EPSILON;
import static org.plumbline.solve.RandomSystems.damped;
import static org.plumbline.solve.RandomSystems.distance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.DiagonalCurvature;
import org.plumbline.curvature.FiniteSumCurvature;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.linalg.Vectors;

/** Mean and second moments of iterates by minibatches, over all draws. */
class MinibatchMomentsTest {
    private static final IterationListener SILENT = IterationListener.NONE;

    /** All pairs of four examples. */
    private static final int[][] PAIRS = {{0, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}};

    /** A small system, and an iteration on it whose steps multiply by {@code ‖I − αB_S‖ ≤ 1}. */
    private record Small(RandomSum sum, Damping damping, StationaryIteration rule, double[] v) {

        static Small of(RandomSystems systems, double momentum, int steps, boolean preconditioned) {
            BlockSpace space = systems.space(2);
            RandomSum sum = RandomSum.of(systems, space, 4);
            Damping damping = systems.damping(space, 0.3);
            double trace = sum.matrices().stream().mapToDouble(matrix -> trace(matrix, space.dimension())).max()
                    .orElseThrow() + 3;
            Optional<InverseCurvature> preconditioner = preconditioned
                    ? Optional.of(ClosedFormInverse.of(
                            new DiagonalCurvature(space, sum.dense().diagonal()), damping))
                    : Optional.empty();
            double step = preconditioned ? damping.smallest() / trace : 1 / trace;
            return new Small(sum, damping, new StationaryIteration(step, momentum, preconditioner, 0, steps),
                    systems.gaussian(space.dimension()));
        }

        /** The solution with a draw for each step, of some other operator if one is planted. */
        double[] solved(FiniteSumCurvature operator, int[]... draws) {
            return new SampledIteration(rule, new Minibatches(2, 0)).solveAll(operator, damping, new double[][] {v},
                    SILENT, (repeat, step) -> draws[step - 1]).getFirst().x();
        }

        double[] whole() {
            return rule.solveAll(sum, damping, new double[][] {v}, SILENT).getFirst().x();
        }

        /** Over all draws for each of the steps after the first, which multiplies nothing: {@code 6^(steps − 1)}. */
        List<double[]> overAllDraws(FiniteSumCurvature operator) {
            List<double[]> solutions = new ArrayList<>();
            int draws = rule.steps() - 1;
            for (int code = 0; code < Math.pow(PAIRS.length, draws); code++) {
                int[][] chosen = new int[draws][];
                for (int i = 0, rest = code; i < draws; i++, rest /= PAIRS.length) {
                    chosen[i] = PAIRS[rest % PAIRS.length];
                }
                solutions.add(solved(operator, chosen));
            }
            return solutions;
        }

        /** Of some thousand roundings at most of vectors no longer than {@code 2 J ‖αM⁻¹v‖}. */
        double rounding() {
            double[] first = new StationaryIteration(rule.step(), 0, rule.preconditioner(), 0, 1)
                    .solveAll(sum, damping, new double[][] {v}, SILENT).getFirst().x();
            return 1e4 * EPSILON * rule.steps() * Vectors.norm(first);
        }
    }

    private static double trace(double[] matrix, int n) {
        double trace = 0;
        for (int i = 0; i < n; i++) {
            trace += matrix[i * n + i];
        }
        return trace;
    }

    private static double[] mean(List<double[]> vectors) {
        double[] mean = new double[vectors.getFirst().length];
        vectors.forEach(vector -> Vectors.axpy(1.0 / vectors.size(), vector, mean));
        return mean;
    }

    /**
     * The mean over all draws of all steps is the iterate of the whole, with momentum and preconditioner too. The first
     * product is one draw alone (two steps), later ones see iterates of earlier draws.
     */
    @Property(tries = 20)
    void theMeanOverAllDrawsIsTheWhole(
            @ForAll @IntRange(min = 2, max = 4) int steps, @ForAll @DoubleRange(min = 0, max = 0.5) double momentum,
            @ForAll boolean preconditioned, @ForAll long seed) {
        Small small = Small.of(new RandomSystems(seed), momentum, steps, preconditioned);
        assertEquals(0, distance(small.whole(), mean(small.overAllDraws(small.sum()))), small.rounding());
    }

    /**
     * What that property is worth: a product that is the share {@code b/N} of the sum and not the mean of the draw, and
     * damping that is scaled with it, are noticed after two steps; draws that depend on the draws before, as those of
     * an epoch do, after three.
     */
    @Property(tries = 20)
    void mistakesShowInTheMeanOverAllDraws(@ForAll long seed) {
        Small two = Small.of(new RandomSystems(seed), 0, 2, false);
        assertNoticed(two, mean(two.overAllDraws(two.sum().planted((product, v, share) -> {
            Vectors.scale(share, product);
            return product;
        }))));
        double[] shift = two.damping().diagonal(two.sum().space());
        assertNoticed(two, mean(two.overAllDraws(two.sum().planted((product, v, share) -> {
            for (int i = 0; i < shift.length; i++) {
                product[i] -= (1 - share) * shift[i] * v[i];
            }
            return product;
        }))));
        Small three = Small.of(new RandomSystems(seed), 0, 3, false);
        List<double[]> epochs = new ArrayList<>();
        for (int i = 0; i < PAIRS.length; i++) {
            // Reversed, the list of pairs is that of their complements.
            epochs.add(three.solved(three.sum(), PAIRS[i], PAIRS[PAIRS.length - 1 - i]));
        }
        assertNoticed(three, mean(epochs));
    }

    private static void assertNoticed(Small small, double[] mean) {
        double error = distance(small.whole(), mean);
        assertTrue(error > 10 * small.rounding(), () -> error + " of " + small.rounding());
    }

    /**
     * The second moments of the iterates, exactly: with {@code A_S = I − αB_S} and the mean iterate {@code m_j},
     * {@code E[x xᵀ]} goes to {@code E[A_S E[x xᵀ] A_S] + α (A m vᵀ + v (A m)ᵀ) + α² v vᵀ}; against all draws, and
     * after a hundred steps against what many seeds of the sampler give, within six of their standard errors.
     */
    @Property(tries = 3)
    void theNoiseIsThatOfTheRecursionOfSecondMoments(@ForAll long seed) {
        Small few = Small.of(new RandomSystems(seed), 0, 4, false);
        double[] x = few.solved(few.sum(), PAIRS[0], PAIRS[1], PAIRS[2]);
        double enumerated = few.overAllDraws(few.sum()).stream().mapToDouble(one -> Vectors.dot(one, one)).average()
                .orElseThrow();
        assertEquals(enumerated, trace(secondMoment(few, 4), x.length), few.rounding() * 10 * Vectors.norm(x));

        int steps = 100;
        Small many = Small.of(new RandomSystems(seed), 0, steps, false);
        double expected = trace(secondMoment(many, steps), x.length);
        int seeds = 200;
        double[] squares = new double[seeds];
        for (int i = 0; i < seeds; i++) {
            double[] one = new SampledIteration(many.rule(), new Minibatches(2, seed + i)).solveAll(
                    many.sum(), many.damping(), new double[][] {many.v()}, SILENT).getFirst().x();
            squares[i] = Vectors.dot(one, one);
        }
        double average = Arrays.stream(squares).average().orElseThrow();
        double variance = Arrays.stream(squares).map(square -> (square - average) * (square - average)).sum()
                / (seeds - 1);
        assertEquals(expected, average, 6 * Math.sqrt(variance / seeds) + 1e-9 * expected);
    }

    /** {@code E[x_J x_Jᵀ]}. */
    private static double[] secondMoment(Small small, int steps) {
        double alpha = small.rule().step();
        int n = small.v().length;
        double[] m = scaled(alpha, small.v());
        double[] second = outer(m, m, n);
        double[] mean = remaining(small.sum().dense(), small.damping(), alpha);
        for (int step = 2; step <= steps; step++) {
            double[] next = new double[n * n];
            for (int[] pair : PAIRS) {
                double[] a = remaining(small.sum().dense(pair), small.damping(), alpha);
                Vectors.axpy(1.0 / PAIRS.length, product(product(a, second, n), a, n), next);
            }
            double[] am = RandomSystems.multiply(mean, m);
            Vectors.axpy(alpha, outer(am, small.v(), n), next);
            Vectors.axpy(alpha, outer(small.v(), am, n), next);
            Vectors.axpy(alpha * alpha, outer(small.v(), small.v(), n), next);
            second = next;
            Vectors.axpy(alpha, small.v(), am);
            m = am;
        }
        return second;
    }

    /** {@code I − α(C + D)}. */
    private static double[] remaining(DenseCurvature curvature, Damping damping, double alpha) {
        double[] matrix = scaled(-alpha, damped(curvature, damping));
        int n = curvature.space().dimension();
        for (int i = 0; i < n; i++) {
            matrix[i * n + i] += 1;
        }
        return matrix;
    }

    private static double[] outer(double[] x, double[] y, int n) {
        double[] outer = new double[n * n];
        Arrays.setAll(outer, i -> x[i / n] * y[i % n]);
        return outer;
    }

    private static double[] product(double[] a, double[] b, int n) {
        double[] product = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                for (int j = 0; j < n; j++) {
                    product[i * n + j] += a[i * n + k] * b[k * n + j];
                }
            }
        }
        return product;
    }

    private static double[] scaled(double factor, double[] v) {
        double[] scaled = v.clone();
        Vectors.scale(factor, scaled);
        return scaled;
    }
}
