package org.plumbline.solve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.DenseFactors;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.ParameterBlock;
import org.plumbline.linalg.SymmetricEigen;
import org.plumbline.linalg.Vectors;
import org.plumbline.program.Shape;

class PreconditionedSpectrumTest {

    /**
     * Against the eigenvalues of the dense {@code M^{−1/2} B M^{−1/2}}. In fewer dimensions than steps the Krylov space
     * is whole and both ends are found to rounding; in more, both keep to their side.
     */
    @Property(tries = 20)
    void bracketsTheSpectrumAndItsStepsConverge(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(3);
        int n = space.dimension();
        DenseCurvature curvature = systems.curvature(space);
        Damping damping = systems.damping(space, 0.3);
        ClosedFormInverse preconditioner = ClosedFormInverse.of(
                KroneckerCurvature.ekfac(DenseFactors.partialTraces(curvature), curvature), damping);
        double[] matrix = new double[n * n];
        for (int j = 0; j < n; j++) {
            double[] unit = new double[n];
            unit[j] = 1;
            double[] product = Systems.products(curvature, damping.diagonal(space),
                    new double[][] {preconditioner.applySquareRoot(unit)})[0];
            double[] column = preconditioner.applySquareRoot(product);
            for (int i = 0; i < n; i++) {
                matrix[i * n + j] = column[i];
            }
        }
        double[] values = SymmetricEigen.of(matrix, n).values();
        PreconditionedSpectrum spectrum = PreconditionedSpectrum.of(curvature, damping, preconditioner, seed);
        double rounding = 1e-12 * values[n - 1];
        assertTrue(spectrum.largest() >= values[n - 1] - rounding);
        assertTrue(spectrum.smallest() >= values[0] - rounding);
        if (n <= 20) {
            assertEquals(values[0], spectrum.smallest(), 1e-8 * values[n - 1]);
            assertEquals(values[n - 1], spectrum.largest(), 1e-8 * values[n - 1]);
        }
        double[] v = systems.gaussian(n);
        // Condition at most 1e3 or so: the error falls by √μ ≤ 0.94 a step, to 1e-10 within 600 with a wide margin.
        Solution solution = PreconditionedNeumann.tuned(spectrum, 1e-10, 2000)
                .solve(curvature, damping, v, preconditioner);
        assertTrue(solution.converged(), () -> "residual " + solution.residualNorm() / Vectors.norm(v));
        assertEquals(List.of(), preconditioner.nullBlocks());
    }

    /**
     * 140 eigenvalues spread evenly over four decades, {@code M} the damping alone, so that {@code M⁻¹B = B}. After 48
     * steps the least Ritz value is far from settled; it ends with the first sixteen steps after which the residual
     * is at most half of it.
     */
    @Property(tries = 5)
    void goesOnUntilTheLeastEigenvalueIsKnown(@ForAll long seed) {
        Spread spread = Spread.of(4, seed);
        PreconditionedSpectrum spectrum = spread.spectrum(seed);
        int steps = spectrum.products() - 1;
        assertTrue(steps > 48, spectrum::toString);
        Lanczos last = spread.lanczos(steps, seed);
        Lanczos before = spread.lanczos(steps - 16, seed);
        assertTrue(last.residual(0) <= last.values()[0] / 2);
        assertTrue(before.residual(0) > before.values()[0] / 2);
        // Both are the same to the rounding of a rotation and back in each of a hundred steps.
        assertEquals(last.values()[0], spectrum.smallest(), 1e-9);
        assertTrue(spectrum.smallest() < before.values()[0]);
    }

    /** A block without curvature and damping has no part in the spectrum: it is that of the other block alone. */
    @Property(tries = 10)
    void nullBlocksHaveNoPart(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        ParameterBlock block = new ParameterBlock("layer.0", "weight.0", Shape.of(3, 4), Optional.empty());
        BlockSpace one = new BlockSpace(List.of(block));
        BlockSpace two = new BlockSpace(List.of(
                block, new ParameterBlock("layer.1", "weight.1", Shape.of(2, 3), Optional.empty())));
        double[] values = systems.semiDefinite(12, 12);
        double[] padded = new double[18 * 18];
        for (int i = 0; i < 12; i++) {
            System.arraycopy(values, i * 12, padded, i * 18, 12);
        }
        PreconditionedSpectrum alone = ofEkfac(one, values, new Damping(new double[] {0.3}), seed);
        PreconditionedSpectrum beside = ofEkfac(two, padded, new Damping(new double[] {0.3, 0}), seed);
        assertEquals(alone.smallest(), beside.smallest(), 1e-8 * alone.largest());
        assertEquals(alone.largest(), beside.largest(), 1e-8 * alone.largest());
    }

    private static PreconditionedSpectrum ofEkfac(BlockSpace space, double[] values, Damping damping, long seed) {
        DenseCurvature curvature = new DenseCurvature(space, values, RandomSystems.COMPUTE);
        return PreconditionedSpectrum.of(curvature, damping, ClosedFormInverse.of(
                KroneckerCurvature.ekfac(DenseFactors.partialTraces(curvature), curvature), damping), seed);
    }

    /** Over one decade the first 48 steps, and the product that bounds the other end, are all that it takes. */
    @Property(tries = 5)
    void endsAsSoonAsItIs(@ForAll long seed) {
        PreconditionedSpectrum spectrum = Spread.of(1, seed).spectrum(seed);
        assertEquals(49, spectrum.products());
        assertEquals(1, spectrum.smallest(), 0.05);
    }

    /** {@code B = C + I} with eigenvalues from 1 on, evenly on a logarithmic scale. */
    private record Spread(DenseCurvature curvature, Damping damping) {
        private static final int DIMENSION = 140;

        static Spread of(double decades, long seed) {
            BlockSpace space = new BlockSpace(
                    List.of(new ParameterBlock("layer", "weight", Shape.of(10, 14), Optional.empty())));
            double[] values = new double[DIMENSION];
            Arrays.setAll(values, i -> Math.pow(10, decades * i / (DIMENSION - 1)) - 1);
            return new Spread(new RandomSystems(seed).withEigenvalues(space, values), Damping.absolute(space, 1));
        }

        Lanczos lanczos(int steps, long seed) {
            return Lanczos.of(curvature, damping.diagonal(curvature.space()), steps, seed);
        }

        PreconditionedSpectrum spectrum(long seed) {
            DenseCurvature nothing = new DenseCurvature(
                    curvature.space(), new double[DIMENSION * DIMENSION], RandomSystems.COMPUTE);
            return PreconditionedSpectrum.of(curvature, damping, ClosedFormInverse.of(
                    KroneckerCurvature.ekfac(DenseFactors.partialTraces(curvature), nothing), damping), seed);
        }
    }
}
