package org.plumbline.solve;

import java.util.stream.IntStream;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;

/**
 * Where the eigenvalues of {@code M⁻¹B}, {@code B = C + D}, lie, from Lanczos' method on the symmetric
 * {@code M^{−1/2} B M^{−1/2}}, which has the same ones.
 *
 * <p>The largest is found within some ten steps; the smallest takes about as many as conjugate gradients need, and a
 * step and momentum that are chosen for a larger one are paid for by every system
 * ({@link PreconditionedNeumann#tuned}). So it goes on until the least Ritz value has a residual of at most half of it,
 * which sets it apart from zero.
 *
 * <p>Cost: at most {@value #MOST_STEPS} + 1 products and as many vectors.
 *
 * @param smallest the least Ritz value, not below {@code λ_min(M⁻¹B)}
 * @param largest what {@code λ_max(M⁻¹B)} exceeds with a probability below 1e-9 over the random start
 * @param products with {@code B} that finding them took
 */
public record PreconditionedSpectrum(double smallest, double largest, int products) {
    private static final int LEAST_STEPS = 48;
    private static final int MOST_STEPS = 256;

    /** Below this share of the largest a Ritz value belongs to a null block, where {@code M^{−1/2}} vanishes. */
    private static final double NULL = 1e-10;

    /**
     * The spectrum of {@code preconditioner · (curvature + damping)}.
     *
     * @param seed of the random start
     */
    public static PreconditionedSpectrum of(
            Curvature curvature, Damping damping, ClosedFormInverse preconditioner, long seed) {
        Curvature symmetric = new Symmetric(curvature, damping.diagonal(curvature.space()), preconditioner);
        double[] noShift = new double[curvature.space().dimension()];
        Lanczos lanczos = Lanczos.until(symmetric, noShift, MOST_STEPS, seed, PreconditionedSpectrum::isSettled);
        return new PreconditionedSpectrum(lanczos.values()[least(lanczos)],
                LargestEigenvalue.of(symmetric, noShift, lanczos).upperBound(),
                lanczos.basis().length + 1);
    }

    private static boolean isSettled(Lanczos lanczos) {
        int least = least(lanczos);
        return lanczos.basis().length >= LEAST_STEPS && lanczos.residual(least) <= lanczos.values()[least] / 2;
    }

    /** Which Ritz value is the least of those that belong to no null block. */
    private static int least(Lanczos lanczos) {
        double[] values = lanczos.values();
        int last = values.length - 1;
        return IntStream.range(0, last).filter(i -> values[i] > NULL * values[last]).findFirst().orElse(last);
    }

    /** {@code M^{−1/2} (C + D) M^{−1/2}}. */
    record Symmetric(Curvature curvature, double[] shift, ClosedFormInverse preconditioner)
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
