package org.plumbline.solve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.SolveException;
import org.plumbline.linalg.Vectors;

class StationaryIterationTest {
    /** Eigenvalues of {@code B} are below about 14: those of a random curvature below 4, and damping of at most 10. */
    private static final double STEP = 0.1;

    private static StationaryIteration solver(double tolerance, int steps) {
        return new StationaryIteration(STEP, 0.3, Optional.empty(), tolerance, steps);
    }

    /** To the last bit: multiplying by a power of two rounds nothing. */
    @Property(tries = 20)
    void theScaleOfTheRightSideChangesNoStep(@ForAll @IntRange(min = -30, max = 30) int power, @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(2);
        DenseCurvature curvature = systems.curvature(space);
        Damping damping = systems.damping(space, 1);
        double[] v = systems.gaussian(space.dimension());
        double[] scaled = v.clone();
        Vectors.scale(Math.scalb(1.0, power), scaled);
        List<Solution> both = solver(1e-6, 10_000)
                .solveAll(curvature, damping, new double[][] {v, scaled}, IterationListener.NONE);
        assertTrue(both.getFirst().converged());
        assertEquals(both.getFirst().iterations(), both.getLast().iterations());
        double[] expected = both.getFirst().x().clone();
        Vectors.scale(Math.scalb(1.0, power), expected);
        assertArrayEquals(expected, both.getLast().x());
    }

    /** It ends with the first step whose residual is small enough, and says whether there was one. */
    @Property(tries = 20)
    void itEndsWithTheFirstResidualThatIsSmallEnough(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(2);
        DenseCurvature curvature = systems.curvature(space);
        Damping damping = systems.damping(space, 1);
        double[][] v = {systems.gaussian(space.dimension())};
        Solution solution = solver(1e-3, 10_000).solveAll(curvature, damping, v, IterationListener.NONE).getFirst();
        assertTrue(solution.converged());
        Assume.that(solution.iterations() > 1);
        Solution before = solver(1e-3, solution.iterations() - 1)
                .solveAll(curvature, damping, v, IterationListener.NONE).getFirst();
        assertFalse(before.converged());
        assertEquals(solution.iterations() - 1, before.iterations());
        assertTrue(before.statistics().relativeResidual() > 1e-3);
        assertTrue(solution.statistics().relativeResidual() <= 1e-3);
    }

    /** Nothing is to be done for a right side that is zero, beside one that is not. */
    @Property(tries = 10)
    void aZeroRightSideTakesNoStep(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(2);
        int n = space.dimension();
        List<Solution> both = solver(1e-3, 100).solveAll(systems.curvature(space), systems.damping(space, 1),
                new double[][] {new double[n], systems.gaussian(n)}, IterationListener.NONE);
        assertEquals(0, both.getFirst().iterations());
        assertTrue(both.getFirst().converged());
        assertArrayEquals(new double[n], both.getFirst().x());
        assertTrue(both.getLast().iterations() > 0);
    }

    @Property(tries = 5)
    void whatDoesNotFitIsRefused(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(2);
        double[][] v = {systems.gaussian(space.dimension())};
        SolveException refused = assertThrows(SolveException.class, () -> solver(1e-3, 10).solveAll(
                systems.curvature(space), new Damping(new double[] {1, 1, 1}), v, IterationListener.NONE));
        assertTrue(refused.getMessage().contains("3"), refused.getMessage());
        v[0] = new double[space.dimension() + 1];
        assertThrows(SolveException.class, () -> solver(1e-3, 10).solveAll(
                systems.curvature(space), systems.damping(space, 1), v, IterationListener.NONE));
    }
}
