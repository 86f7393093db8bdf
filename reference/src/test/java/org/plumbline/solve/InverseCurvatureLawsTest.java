package org.plumbline.solve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.solve.RandomSystems.EPSILON;
import static org.plumbline.solve.RandomSystems.distance;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.DiagonalCurvature;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.LowRankCurvature;
import org.plumbline.curvature.SolveException;
import org.plumbline.linalg.Vectors;

/**
 * What every inverse of a positive semi-definite curvature satisfies.
 *
 * <p>Tolerance: direct inverses have a relative error of {@code c n² ε κ} with {@code c ≤ 20} (see
 * {@link KroneckerInverseTest} for the closed form, {@link org.plumbline.linalg.CholeskySolver} for the others) and
 * iterative ones are asked for a relative residual of {@code 1e-12}, so a relative error of {@code 1e-12 κ}. Here
 * {@code n ≤ 75} and {@code 20 n² ε ≤ 2.5e-11}: {@code 3e-11 κ} holds for all.
 */
class InverseCurvatureLawsTest {

    private record Case(
            String name, DenseCurvature curvature, BiFunction<DenseCurvature, Damping, InverseCurvature> solver) {
        InverseCurvature inverse(Damping damping) {
            return solver.apply(curvature, damping);
        }
    }

    private static List<Case> cases(RandomSystems systems, BlockSpace space) {
        DenseCurvature dense = systems.curvature(space);
        KroneckerCurvature kronecker =
                KroneckerCurvature.kfac(space.blocks().stream().map(systems::factors).toList());
        double[] squares = systems.gaussian(space.dimension());
        Arrays.setAll(squares, i -> squares[i] * squares[i]);
        DiagonalCurvature diagonal = new DiagonalCurvature(space, squares);
        LowRankCurvature low = new LanczosLowRank(3, 5, 1).fit(dense);
        KroneckerProjection whole = KroneckerProjection.principal(
                space, space.blocks().stream().map(systems::basis).toList(), Integer.MAX_VALUE);
        return List.of(
                new Case("dense", dense, DenseInverse::of),
                new Case("absolute", dense, (c, d) ->
                        SpectralInverse.of(c, d, NegativeCurvature.ABSOLUTE, RandomSystems.COMPUTE)),
                new Case("clip", dense, (c, d) ->
                        SpectralInverse.of(c, d, NegativeCurvature.CLIP, RandomSystems.COMPUTE)),
                new Case("none", dense, (c, d) ->
                        SpectralInverse.of(c, d, NegativeCurvature.NONE, RandomSystems.COMPUTE)),
                new Case("Kronecker", matrix(kronecker), (c, d) -> ClosedFormInverse.of(kronecker, d)),
                new Case("diagonal", matrix(diagonal), (c, d) -> ClosedFormInverse.of(diagonal, d)),
                new Case("low rank", matrix(low), (c, d) -> LowRankInverse.of(low, d, LowRankComplement.DAMPED)),
                new Case("projected", dense, (c, d) -> ProjectedInverse.of(c, d, whole)),
                new Case("conjugate gradients", dense, (c, d) -> new ConjugateGradient(1e-12, 1000).asInverse(c, d)),
                new Case("preconditioned", dense, (c, d) -> new ConjugateGradient(1e-12, 1000)
                        .asInverse(c, d, DenseInverse.of(c.blockDiagonal(), d))),
                new Case("LiSSA", dense, (c, d) -> new Lissa(1e-12, 100_000).asInverse(c, d, IterationListener.NONE)),
                // Three blocks: no eigenvalue of the preconditioned system is above 3.
                new Case("Neumann", dense, (c, d) -> new PreconditionedNeumann(0.6, 0.5, 1e-12, 100_000)
                        .asInverse(c, d, DenseInverse.of(c.blockDiagonal(), d), IterationListener.NONE)));
    }

    private static DenseCurvature matrix(Curvature curvature) {
        return DenseCurvature.of(curvature, RandomSystems.COMPUTE);
    }

    /** Law 29 with another damping in each block; symmetry; and several vectors as one by one. */
    @Property(tries = 20)
    void invertsTheDampedOperatorSymmetrically(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(3);
        Damping damping = systems.damping(space, 0.3);
        double[] v = systems.gaussian(space.dimension());
        double[] w = systems.gaussian(space.dimension());
        for (Case c : cases(systems, space)) {
            InverseCurvature inverse = c.inverse(damping);
            double[] x = inverse.apply(v);
            double[] y = inverse.apply(w);
            double[] back = Systems.products(c.curvature, damping.diagonal(space), new double[][] {x})[0];
            double condition = condition(c.curvature, damping.smallest(), damping);
            double error = 3e-11 * condition;
            assertEquals(0, distance(back, v), error * Vectors.norm(v) * condition, c.name);
            assertEquals(Vectors.dot(w, x), Vectors.dot(v, y),
                    2 * error * Vectors.norm(v) * Vectors.norm(w) / damping.smallest(), c.name);
            double[][] together = inverse.applyAll(new double[][] {v, w});
            assertEquals(0, distance(together[0], x), 2 * error * Vectors.norm(x), c.name);
            assertEquals(0, distance(together[1], y), 2 * error * Vectors.norm(y), c.name);
            assertEquals(List.of(), inverse.nullBlocks(), c.name);
            assertEquals(space, inverse.space(), c.name);
            assertThrows(SolveException.class, () -> inverse.apply(new double[1]), c.name);
        }
    }

    /**
     * Law 41. {@code λ gᵀx − gᵀv = −gᵀC(C + λ)⁻¹v} is at most {@code ‖g‖‖C‖‖v‖/λ}; {@code ‖x‖ ≤ ‖v‖/λ}; and
     * {@code vᵀ(C + λ)⁻¹v} falls with {@code λ}.
     */
    @Property(tries = 20)
    void absoluteDampingLeadsToTheGradientDotProduct(
            @ForAll @IntRange(min = -1, max = 6) int decade, @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(3);
        double lambda = Math.pow(10, decade);
        double[] v = systems.gaussian(space.dimension());
        double[] g = systems.gaussian(space.dimension());
        double product = Vectors.dot(g, ClosedFormInverse.identity(space).apply(v));
        for (Case c : cases(systems, space)) {
            double[] x = c.inverse(Damping.absolute(space, lambda)).apply(v);
            double largest = trace(c.curvature);
            double error = 3e-11 * (largest + lambda) / lambda;
            double scale = Vectors.norm(g) * Vectors.norm(v);
            assertTrue(Math.abs(lambda * Vectors.dot(g, x) - product) <= scale * (largest / lambda + error), c.name);
            assertTrue(Vectors.norm(x) * lambda <= Vectors.norm(v) * (1 + error), c.name);
            double[] less = c.inverse(Damping.absolute(space, 2 * lambda)).apply(v);
            double slack = 2 * error * Vectors.dot(v, v) / lambda;
            assertTrue(Vectors.dot(v, less) <= Vectors.dot(v, x) + slack, c.name);
            assertTrue(Vectors.dot(v, less) >= Vectors.dot(v, x) / 2 - slack, c.name);
        }
    }

    /**
     * Refused before any work: dampings for another number of blocks, and vectors with an element that is no number.
     */
    @Property(tries = 5)
    void whatDoesNotFitIsRefused(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(3);
        double[] v = systems.gaussian(space.dimension());
        v[v.length - 1] = Double.NaN;
        for (Case c : cases(systems, space)) {
            assertThrows(SolveException.class, () -> c.inverse(new Damping(new double[] {1, 1})), c.name);
            assertThrows(SolveException.class, () -> c.inverse(Damping.absolute(space, 1)).apply(v), c.name);
        }
    }

    private static double condition(DenseCurvature curvature, double smallest, Damping damping) {
        double largest = Arrays.stream(damping.perBlock()).max().orElseThrow();
        return (trace(curvature) + largest) / smallest;
    }

    /** At least the largest eigenvalue, by semi-definiteness. */
    private static double trace(DenseCurvature curvature) {
        return Arrays.stream(curvature.diagonal()).sum() * (1 + curvature.space().dimension() * EPSILON);
    }
}
