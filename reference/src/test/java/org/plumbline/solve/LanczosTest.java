package org.plumbline.solve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.ParameterBlock;
import org.plumbline.curvature.SolveException;
import org.plumbline.linalg.Vectors;
import org.plumbline.program.Shape;

class LanczosTest {
    /** 72 parameters. */
    private static final BlockSpace SPACE = new BlockSpace(List.of(
            new ParameterBlock("layer", "weight", Shape.of(8, 9), Optional.empty())));

    /**
     * The basis is orthonormal, Ritz vectors have length 1, and what a Ritz pair's residual is said to be is what it
     * is: to the rounding of products, {@code n ε ‖B‖} with {@code ‖B‖} below 20, some ten times.
     */
    @Property(tries = 30)
    void residualsOfRitzPairsAreKnownWithoutAProduct(
            @ForAll @IntRange(min = 1, max = 12) int steps, @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(3);
        int n = space.dimension();
        DenseCurvature curvature = systems.curvature(space);
        double[] shift = systems.damping(space, 0.3).diagonal(space);
        Lanczos lanczos = Lanczos.of(curvature, shift, steps, seed);
        double rounding = 10.0 * n * RandomSystems.EPSILON * 20;
        for (int i = 0; i < lanczos.basis().length; i++) {
            for (int j = 0; j <= i; j++) {
                assertEquals(i == j ? 1 : 0, Vectors.dot(lanczos.basis()[i], lanczos.basis()[j]), rounding);
            }
            double[] q = lanczos.ritzVector(i);
            assertEquals(1, Vectors.norm(q), 4 * RandomSystems.EPSILON);
            double[] residual = Lanczos.product(curvature, shift, q);
            Vectors.axpy(-lanczos.values()[i], q, residual);
            assertEquals(Vectors.norm(residual), lanczos.residual(i), rounding);
            assertTrue(i == 0 || lanczos.values()[i - 1] <= lanczos.values()[i]);
        }
    }

    /**
     * The Krylov space of a matrix with three eigenvalues has three dimensions, whatever its scale. A diagonal matrix
     * of many rows, so that the products are exact and no eigenspace is missed.
     */
    @Property(tries = 20)
    void theKrylovSpaceEndsWithTheEigenvalues(@ForAll @IntRange(min = -9, max = 9) int decade, @ForAll long seed) {
        int n = 72;
        double scale = Math.pow(10, decade);
        double[] diagonal = new double[n * n];
        for (int i = 0; i < n; i++) {
            diagonal[i * n + i] = scale * (1 + i % 3);
        }
        DenseCurvature curvature = new DenseCurvature(SPACE, diagonal, RandomSystems.COMPUTE);
        Lanczos lanczos = Lanczos.of(curvature, new double[n], n, seed);
        assertTrue(lanczos.exhausted());
        assertEquals(3, lanczos.basis().length);
        for (int i = 0; i < 3; i++) {
            assertEquals(1 + i, lanczos.values()[i] / scale, 1e-9);
        }
        assertFalse(Lanczos.of(curvature, new double[n], 2, seed).exhausted());
    }

    /** It is asked every sixteen steps whether what was found is enough, and not before. */
    @Example
    void itEndsWhereItIsEnough() {
        RandomSystems systems = new RandomSystems(1);
        DenseCurvature curvature = systems.curvature(SPACE);
        double[] shift = new double[SPACE.dimension()];
        Arrays.fill(shift, 1e-3);
        Lanczos enough = Lanczos.until(curvature, shift, 60, 1, found -> found.basis().length >= 20);
        assertEquals(32, enough.basis().length);
        assertFalse(enough.exhausted());
        assertEquals(20, Lanczos.until(curvature, shift, 20, 1, found -> found.basis().length >= 20).basis().length);
        assertEquals(16, Lanczos.until(curvature, shift, 60, 1, found -> true).basis().length);
    }

    @Example
    void productsThatAreNotFiniteAreRefused() {
        RandomSystems systems = new RandomSystems(2);
        BlockSpace space = systems.space(2);
        int n = space.dimension();
        double[] matrix = new double[n * n];
        matrix[0] = Double.NaN;
        DenseCurvature curvature = new DenseCurvature(space, matrix, RandomSystems.COMPUTE);
        assertThrows(SolveException.class, () -> Lanczos.of(curvature, new double[n], 3, 1));
    }
}
