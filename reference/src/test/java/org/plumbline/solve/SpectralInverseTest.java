package org.plumbline.solve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.solve.RandomSystems.EPSILON;
import static org.plumbline.solve.RandomSystems.compose;
import static org.plumbline.solve.RandomSystems.damped;
import static org.plumbline.solve.RandomSystems.distance;
import static org.plumbline.solve.RandomSystems.multiply;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.ParameterBlock;
import org.plumbline.curvature.SolveException;
import org.plumbline.engine.Compute;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Workers;
import org.plumbline.linalg.CholeskySolver;
import org.plumbline.linalg.Vectors;
import org.plumbline.program.Shape;

class SpectralInverseTest {

    /**
     * The negative part from computed eigenvectors has an error of {@code 10 n ε ‖H‖_F}, the factorization one of
     * {@code (3n + 2) ε tr(|H| + D) }; both amplified by the condition, on both sides.
     */
    @Property(tries = 100)
    void treatsNegativeCurvatureAsStated(@ForAll @IntRange(max = 3) int layers, @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(layers + 1);
        int n = space.dimension();
        double[] q = systems.orthogonal(n);
        double[] values = systems.gaussian(n);
        Damping damping = systems.damping(space, 0.1);
        DenseCurvature hessian = new DenseCurvature(space, compose(q, values, n), RandomSystems.COMPUTE);
        double[] v = systems.gaussian(n);
        DenseSpectrum spectrum = DenseSpectrum.of(hessian, RandomSystems.COMPUTE);
        for (NegativeCurvature treatment : List.of(NegativeCurvature.ABSOLUTE, NegativeCurvature.CLIP)) {
            double[] treated = Arrays.stream(values)
                    .map(h -> treatment == NegativeCurvature.ABSOLUTE ? Math.abs(h) : Math.max(h, 0))
                    .toArray();
            double[] b = damped(new DenseCurvature(space, compose(q, treated, n), RandomSystems.COMPUTE), damping);
            double[] expected = CholeskySolver.of(b, n).solve(v);
            SpectralInverse inverse = SpectralInverse.of(hessian, damping, treatment, RandomSystems.COMPUTE);
            double trace = Arrays.stream(values).map(Math::abs).sum() + Arrays.stream(damping.diagonal(space)).sum();
            double relative = 40.0 * n * EPSILON * trace / damping.smallest();
            assertEquals(0, distance(inverse.apply(v), expected), relative * Vectors.norm(expected));
            assertEquals(Arrays.stream(values).filter(h -> h < 0).count(), inverse.negativeEigenvalues());
            assertEquals(
                    Arrays.stream(values).min().orElseThrow(), inverse.leastEigenvalue(), 10 * n * EPSILON * trace);
            assertTrue(Vectors.norm(expected) <= Vectors.norm(v) / inverse.smallestMagnitude() * (1 + relative));
            assertArrayEquals(inverse.apply(v), SpectralInverse.of(spectrum, damping, treatment).apply(v));
        }
    }

    /**
     * Without damping: {@code [[0, 1], [1, 0]]} has nothing on its diagonal and is its own inverse; zeros have none.
     */
    @Example
    void aBlockIsNullOnlyIfAllOfItIsZero() {
        BlockSpace space = new BlockSpace(List.of(
                new ParameterBlock("first", "weight.0", Shape.of(1, 2), Optional.empty()),
                new ParameterBlock("second", "weight.1", Shape.of(1, 1), Optional.empty())));
        DenseCurvature hessian = new DenseCurvature(
                space, new double[] {0, 1, 0, 1, 0, 0, 0, 0, 0}, RandomSystems.COMPUTE);
        SpectralInverse inverse = SpectralInverse.of(
                hessian, Damping.absolute(space, 0), NegativeCurvature.NONE, RandomSystems.COMPUTE);
        assertEquals(List.of("second"), inverse.nullBlocks());
        assertArrayEquals(new double[] {3, 2, 0}, inverse.apply(new double[] {2, 3, 4}), 8 * EPSILON);
    }

    /** Of a rotated matrix of low rank, about half of the zeros come out below zero, and none counts as negative. */
    @Property(tries = 50)
    void zerosWithRoundingErrorsAreNotNegative(@ForAll @IntRange(min = 1, max = 3) int layers, @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(layers);
        int n = space.dimension();
        double[] values = systems.gaussian(n);
        Arrays.fill(values, n / 4, n, 0);
        DenseCurvature hessian =
                new DenseCurvature(space, compose(systems.orthogonal(n), values, n), RandomSystems.COMPUTE);
        DenseSpectrum spectrum = DenseSpectrum.of(hessian, RandomSystems.COMPUTE);
        double largest = Arrays.stream(values).map(Math::abs).max().orElseThrow();
        // A small eigenvalue that was drawn may be within rounding of zero: then both answers are right.
        long least = Arrays.stream(values).filter(h -> h < -4 * n * EPSILON * largest).count();
        long most = Arrays.stream(values).filter(h -> h < 0).count();
        assertTrue(least <= spectrum.negativeEigenvalues() && spectrum.negativeEigenvalues() <= most);
    }

    /** A diagonal matrix is its own tridiagonal form, so that its zero eigenvalue is exactly zero. */
    @Example
    void anEigenvalueOfZeroIsNotNegative() {
        BlockSpace space = new BlockSpace(List.of(
                new ParameterBlock("layer", "weight", Shape.of(1, 4), Optional.empty())));
        DenseCurvature hessian = new DenseCurvature(
                space, new double[] {-2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, -1}, RandomSystems.COMPUTE);
        DenseSpectrum spectrum = DenseSpectrum.of(hessian, RandomSystems.COMPUTE);
        assertArrayEquals(new double[] {-2, -1, 0, 3}, spectrum.values());
        assertEquals(2, spectrum.negativeEigenvalues());
        assertEquals(-2, spectrum.leastEigenvalue());
        assertEquals(0, spectrum.smallestMagnitude());
    }

    /** The residual of a backward stable solver: {@code 10 n ε ‖H + D‖_F ‖x‖}, twice. */
    @Property(tries = 100)
    void solvesTheIndefiniteSystemAsItStands(@ForAll @IntRange(max = 3) int layers, @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(layers + 1);
        int n = space.dimension();
        DenseCurvature hessian = systems.withEigenvalues(space, systems.gaussian(n));
        Damping damping = systems.damping(space, 0.1);
        double[] v = systems.gaussian(n);
        SpectralInverse inverse = SpectralInverse.of(hessian, damping, NegativeCurvature.NONE, RandomSystems.COMPUTE);
        double[] x = inverse.apply(v);
        double[] b = damped(hessian, damping);
        assertEquals(0, distance(multiply(b, x), v), 40 * n * EPSILON * Vectors.norm(b) * Vectors.norm(x));
        DenseSpectrum shifted =
                DenseSpectrum.of(new DenseCurvature(space, b, RandomSystems.COMPUTE), RandomSystems.COMPUTE);
        assertEquals(shifted.smallestMagnitude(), inverse.smallestMagnitude());
        assertEquals(shifted.negativeEigenvalues(), inverse.negativeEigenvalues());
        assertEquals(shifted.leastEigenvalue(), inverse.leastEigenvalue());
    }

    /** {@code |H| = H = H₊} to the last bit, hence also the solutions. */
    @Property(tries = 50)
    void aPositiveDefiniteMatrixIsLeftAsItIs(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(2);
        double[] values = new double[space.dimension()];
        Arrays.setAll(values, i -> 1 + systems.random().nextDouble());
        DenseCurvature hessian = systems.withEigenvalues(space, values);
        Damping damping = systems.damping(space, 0.1);
        double[] v = systems.gaussian(space.dimension());
        double[] expected = DenseInverse.of(hessian, damping).apply(v);
        for (NegativeCurvature treatment : List.of(NegativeCurvature.ABSOLUTE, NegativeCurvature.CLIP)) {
            assertArrayEquals(expected,
                    SpectralInverse.of(hessian, damping, treatment, RandomSystems.COMPUTE).apply(v));
        }
    }

    /** Wide enough that the negative part is formed in several tasks. */
    @Example
    void threadsDoNotChangeTheResult() {
        RandomSystems systems = new RandomSystems(8);
        BlockSpace space = new BlockSpace(List.of(new ParameterBlock(
                "layer", "weight", Shape.of(10, 30), Optional.empty())));
        int n = space.dimension();
        double[] matrix = systems.gaussian(n * n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                matrix[i * n + j] = matrix[j * n + i];
            }
        }
        double[] v = systems.gaussian(n);
        Damping damping = Damping.absolute(space, 1);
        double[] serial = SpectralInverse.of(new DenseCurvature(space, matrix, RandomSystems.COMPUTE), damping,
                NegativeCurvature.ABSOLUTE, RandomSystems.COMPUTE).apply(v);
        try (Workers workers = Workers.of(3)) {
            Compute shared = new Compute(LoweredEngine.scalar(), workers);
            assertArrayEquals(serial, SpectralInverse.of(
                    new DenseCurvature(space, matrix, shared), damping, NegativeCurvature.ABSOLUTE, shared).apply(v));
        }
    }

    @Example
    void blocksThatVanishAreSetAside() {
        RandomSystems systems = new RandomSystems(9);
        BlockSpace space = systems.space(2);
        int n = space.dimension();
        double[] matrix = new double[n * n];
        for (int i = space.offset(1); i < n; i++) {
            matrix[i * n + i] = 2;
        }
        DenseCurvature curvature = new DenseCurvature(space, matrix, RandomSystems.COMPUTE);
        Damping damping = Damping.relative(space, 0.5, curvature.diagonal());
        double[] v = systems.gaussian(n);
        double[] expected = v.clone();
        Arrays.fill(expected, 0, space.offset(1), 0);
        Vectors.scale(1.0 / 3, expected);
        for (InverseCurvature inverse : List.of(
                DenseInverse.of(curvature, damping),
                SpectralInverse.of(curvature, damping, NegativeCurvature.CLIP, RandomSystems.COMPUTE),
                SpectralInverse.of(curvature, damping, NegativeCurvature.NONE, RandomSystems.COMPUTE))) {
            assertEquals(List.of("layer.0"), inverse.nullBlocks());
            // A square root, its square and two divisions.
            assertEquals(0, distance(inverse.apply(v), expected), 8 * EPSILON * Vectors.norm(expected));
        }
    }

    @Example
    void theSpectrumOfTheHessianDoesNotSolveTheDampedSystem() {
        RandomSystems systems = new RandomSystems(2);
        BlockSpace space = systems.space(1);
        DenseSpectrum spectrum = DenseSpectrum.of(systems.curvature(space), RandomSystems.COMPUTE);
        assertThrows(SolveException.class, () ->
                SpectralInverse.of(spectrum, Damping.absolute(space, 1), NegativeCurvature.NONE));
        assertThrows(SolveException.class, () -> SpectralInverse.of(
                systems.withEigenvalues(space, new double[space.dimension()]), new Damping(new double[2]),
                NegativeCurvature.NONE, RandomSystems.COMPUTE));
    }
}
