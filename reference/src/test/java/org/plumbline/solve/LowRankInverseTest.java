package org.plumbline.solve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.LowRankCurvature;
import org.plumbline.curvature.SolveException;
import org.plumbline.linalg.Vectors;

/** Conditions here are below 1e4 and dimensions below 75, so that direct solves agree to {@code 20 n² ε κ ≤ 3e-7}. */
class LowRankInverseTest {
    private static final double SOLVED = 3e-7;

    /** Woodbury against the dense inverse of the same low-rank matrix. */
    @Property(tries = 60)
    void dampedComplementIsTheWholeInverse(@ForAll @IntRange(min = 1, max = 8) int rank, @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(3);
        Damping damping = systems.damping(space, 0.1);
        LowRankCurvature low = new LanczosLowRank(rank, rank + 3, seed).fit(systems.curvature(space));
        double[] v = systems.gaussian(space.dimension());
        double[] expected = DenseInverse.of(DenseCurvature.of(low, RandomSystems.COMPUTE), damping).apply(v);
        double[] found = LowRankInverse.of(low, damping, LowRankComplement.DAMPED).apply(v);
        assertEquals(0, RandomSystems.distance(expected, found), SOLVED * Vectors.norm(expected));
    }

    /** As many steps as the rank of the curvature and one for its null space find it whole, and so its inverse. */
    @Property(tries = 40)
    void theWholeKrylovSpaceIsExact(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(2);
        int n = space.dimension();
        DenseCurvature curvature = systems.curvature(space);
        Damping damping = systems.damping(space, 0.1);
        double[] v = systems.gaussian(n);
        double[] expected = DenseInverse.of(curvature, damping).apply(v);
        LowRankCurvature low = new LanczosLowRank(n, n, seed).fit(curvature);
        double[] found = LowRankInverse.of(low, damping, LowRankComplement.DAMPED).apply(v);
        assertEquals(0, RandomSystems.distance(expected, found), SOLVED * Vectors.norm(expected));
    }

    /** The discarded complement: an answer in the space of {@code U}, whose residual is orthogonal to it. */
    @Property(tries = 60)
    void discardedComplementIsBestInItsSpace(@ForAll @IntRange(min = 1, max = 8) int rank, @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(3);
        Damping damping = systems.damping(space, 0.1);
        LowRankCurvature low = new LanczosLowRank(rank, rank + 3, seed).fit(systems.curvature(space));
        double[] v = systems.gaussian(space.dimension());
        double[] x = LowRankInverse.of(low, damping, LowRankComplement.DISCARDED).apply(v);
        double[] residual = Systems.difference(
                v, Systems.products(low, damping.diagonal(space), new double[][] {x})[0]);
        double[] outside = x.clone();
        for (int k = 0; k < low.rank(); k++) {
            assertEquals(0, Vectors.dot(low.vector(k), residual), SOLVED * Vectors.norm(v));
            Vectors.axpy(-Vectors.dot(low.vector(k), x), low.vector(k), outside);
        }
        assertEquals(0, Vectors.norm(outside), SOLVED * Vectors.norm(x));
    }

    /** Schioppa et al.: without damping, {@code U diag(1/θ) Uᵀ}. */
    @Property(tries = 30)
    void withoutDampingEigenvaluesAreDividedBy(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(2);
        double[] values = new double[space.dimension()];
        Arrays.setAll(values, i -> 1 + i);
        LowRankCurvature low = new LanczosLowRank(2, 4, seed).fit(systems.withEigenvalues(space, values));
        LowRankInverse inverse = LowRankInverse.of(low, Damping.absolute(space, 0), LowRankComplement.DISCARDED);
        double[] v = systems.gaussian(space.dimension());
        double[] expected = new double[v.length];
        for (int k = 0; k < low.rank(); k++) {
            Vectors.axpy(Vectors.dot(low.vector(k), v) / low.values()[k], low.vector(k), expected);
        }
        assertEquals(0, RandomSystems.distance(expected, inverse.apply(v)), SOLVED * Vectors.norm(v));
    }

    /**
     * The pairs of largest magnitude, with vectors that are orthonormal: to {@code k P ε} after reorthogonalization.
     */
    @Property(tries = 30)
    void keepsTheDominantPairs(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(3);
        double[] values = new double[space.dimension()];
        Arrays.setAll(values, i -> i == 0 ? 100 : i == 1 ? -50 : systems.random().nextDouble());
        // Two eigenvalues far from the rest: a dozen steps separate them to 1e-9 and better.
        LowRankCurvature low = new LanczosLowRank(2, 12, seed).fit(systems.withEigenvalues(space, values));
        if (space.dimension() > 1) {
            assertEquals(2, low.rank());
            assertEquals(100, low.values()[0], 1e-6);
            assertEquals(-50, low.values()[1], 1e-6);
            assertEquals(0, Vectors.dot(low.vector(0), low.vector(1)), 1e-12);
            assertThrows(SolveException.class,
                    () -> LowRankInverse.of(low, Damping.absolute(space, 1), LowRankComplement.DAMPED));
        }
    }

    /** What counts as negative is relative to the largest: {@code P ε} of it is rounding, and 1e-4 of it is not. */
    @Property(tries = 30)
    void negativeEigenvaluesAreRefusedAtAnyScale(@ForAll @IntRange(min = -8, max = 8) int decade, @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(3);
        double scale = Math.pow(10, decade);
        double[][] vectors = new double[2][space.dimension()];
        vectors[0][0] = 1;
        vectors[1][space.dimension() - 1] = 1;
        Damping damping = Damping.absolute(space, scale);
        for (LowRankComplement complement : LowRankComplement.values()) {
            assertThrows(SolveException.class, () -> LowRankInverse.of(
                    new LowRankCurvature(space, vectors, new double[] {scale, -1e-4 * scale}), damping, complement));
            LowRankInverse.of(new LowRankCurvature(
                    space, vectors, new double[] {scale, -0.5 * RandomSystems.EPSILON * scale}), damping, complement);
        }
    }

    @Example
    void aBlockWithCurvatureNeedsDamping() {
        RandomSystems systems = new RandomSystems(5);
        BlockSpace space = systems.space(2);
        LowRankCurvature low = new LanczosLowRank(2, 4, 5).fit(systems.curvature(space));
        SolveException refused = assertThrows(SolveException.class,
                () -> LowRankInverse.of(low, new Damping(new double[] {1, 0}), LowRankComplement.DAMPED));
        assertTrue(refused.getMessage().contains("layer.1"), refused.getMessage());
        assertThrows(SolveException.class, () -> new LanczosLowRank(3, 2, 1));
        double[][] first = {new double[space.dimension()]};
        first[0][0] = 1;
        LowRankInverse inverse = LowRankInverse.of(new LowRankCurvature(space, first, new double[] {1}),
                new Damping(new double[] {1, 0}), LowRankComplement.DAMPED);
        assertEquals(List.of("layer.1"), inverse.nullBlocks());
        double[] v = systems.gaussian(space.dimension());
        assertEquals(v[0] / 2, inverse.apply(v)[0], 1e-15);
        assertEquals(0, inverse.apply(v)[space.dimension() - 1]);
    }
}
