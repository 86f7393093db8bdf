package org.plumbline.solve;

import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;

/**
 * Where the eigenvalues of {@code M⁻¹B}, {@code B = C + D}, lie, from Lanczos' method on the symmetric
 * {@code M^{−1/2} B M^{−1/2}}, which has the same ones.
 *
 * @param smallest the least Ritz value, not below {@code λ_min(M⁻¹B)}
 * @param largest what {@code λ_max(M⁻¹B)} exceeds with a probability below 1e-9 over the random start
 */
public record PreconditionedSpectrum(double smallest, double largest) {
    private static final int STEPS = 48;
    private static final double FAILURE_PROBABILITY = 1e-9;

    /** Below this share of the largest a Ritz value belongs to a null block, where {@code M^{−1/2}} vanishes. */
    private static final double NULL = 1e-10;

    /**
     * The spectrum of {@code preconditioner · (curvature + damping)}; {@value #STEPS} + 1 products.
     *
     * @param seed of the random start
     */
    public static PreconditionedSpectrum of(
            Curvature curvature, Damping damping, KroneckerInverse preconditioner, long seed) {
        Curvature symmetric = new Symmetric(curvature, damping.diagonal(curvature.space()), preconditioner);
        double[] noShift = new double[curvature.space().dimension()];
        Lanczos lanczos = Lanczos.of(symmetric, noShift, STEPS, seed);
        double largest = LargestEigenvalue.of(symmetric, noShift, lanczos).upperBound(FAILURE_PROBABILITY);
        double smallest = largest;
        for (double value : lanczos.values()) {
            if (value > NULL * largest) {
                smallest = Math.min(smallest, value);
            }
        }
        return new PreconditionedSpectrum(smallest, largest);
    }

    private record Symmetric(Curvature curvature, double[] shift, KroneckerInverse preconditioner)
            implements Curvature {
        @Override
        public BlockSpace space() {
            return curvature.space();
        }

        @Override
        public double[] apply(double[] v) {
            double[] rotated = preconditioner.applySquareRoot(v);
            return preconditioner.applySquareRoot(Lanczos.product(curvature, shift, rotated));
        }
    }
}
