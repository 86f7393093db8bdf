package org.plumbline.solve;

import java.util.Arrays;
import java.util.function.IntFunction;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.FiniteSumCurvature;
import org.plumbline.curvature.SolveException;

/**
 * How much curvature the steps of a minibatch iteration have to reckon with: the expected smoothness {@code 𝓛} of
 * drawing {@code b} of {@code N} examples without replacement (Gower, Loizou, Qian, Sailanbayev, Shulgin and Richtárik,
 * <em>SGD: General Analysis and Improved Rates</em>, 2019),
 *
 * <pre>  𝓛 = N(b − 1) / (b(N − 1)) λ_max(B) + (N − b) / (b(N − 1)) max_m λ_max(B_m),   B_m = C_m + D.</pre>
 *
 * <p>It has {@code E[B_S²] ⪯ 𝓛 B}: the square of the mean of a draw is a sum over pairs, of which those of two examples
 * sum to the first term and those of one to the second, and {@code B_m² ⪯ λ_max(B_m) B_m}. So a step shortens an error
 * {@code e}, apart from the noise that the solution itself makes, whenever {@code 0 < α < 2/𝓛}:
 *
 * <pre>  E‖(I − αB_S) e‖² = ‖e‖² − 2α eᵀBe + α² eᵀE[B_S²]e ≤ ‖e‖² − α(2 − α𝓛) eᵀBe.</pre>
 *
 * <p>{@code 2/λ_max(B)}, the limit for the whole, is the one for the mean of iterates alone: beyond {@code 2/𝓛} their
 * variance may grow without end. For {@code b = N} both limits are the same, for {@code b = 1} it is that of the
 * example with the most curvature. Positive semi-definite {@code C_m} are needed.
 *
 * <p>{@code λ_max(B)} is the upper bound of {@link LargestEigenvalue}. Those of single examples are Ritz values after
 * {@value #EXAMPLE_STEPS} steps of Lanczos' method: the largest is below half of the truth, where steps of
 * {@code 1/𝓛} would become too long, with a probability below {@code 1.648 √P exp(−√½ · 31)}, 1e-7 for
 * {@code P = 10⁵} ({@link LargestEigenvalue#upperBound(double)}).
 *
 * <p>Cost: {@value LargestEigenvalue#CERTAIN_STEPS} + 1 products with the whole, and {@value #EXAMPLE_STEPS} with each
 * example, unless {@code b = N}.
 *
 * @param ofMean {@code λ_max(B)}
 * @param ofExamples {@code max_m λ_max(B_m)}; that of the mean where {@code b = N}
 * @param examples {@code N}
 * @param size {@code b}
 */
public record ExpectedSmoothness(double ofMean, double ofExamples, int examples, int size) {
    private static final int EXAMPLE_STEPS = 16;

    /**
     * Of {@code B = C + D}.
     *
     * @param size {@code b}
     * @param seed of the random starts
     * @throws SolveException if there are fewer examples, or products are not finite
     */
    public static ExpectedSmoothness of(FiniteSumCurvature curvature, Damping damping, int size, long seed) {
        damping.requireFits(curvature.space());
        double[] shift = damping.diagonal(curvature.space());
        return of(curvature, shift, size, seed, operator -> operator);
    }

    /**
     * Of {@code M^{−1/2} B M^{−1/2}}, which decides for steps with the preconditioner {@code M}.
     *
     * @param size {@code b}
     * @param seed of the random starts
     * @throws SolveException if there are fewer examples, or products are not finite
     */
    public static ExpectedSmoothness of(
            FiniteSumCurvature curvature, Damping damping, ClosedFormInverse preconditioner, int size, long seed) {
        damping.requireFits(curvature.space());
        double[] shift = damping.diagonal(curvature.space());
        return of(curvature, new double[shift.length], size, seed,
                operator -> new PreconditionedSpectrum.Symmetric(operator, shift, preconditioner));
    }

    /** What is done to the mean and to each example alike. */
    @FunctionalInterface
    private interface Change {
        Curvature of(Curvature operator);
    }

    private static ExpectedSmoothness of(
            FiniteSumCurvature curvature, double[] shift, int size, long seed, Change change) {
        int examples = curvature.examples();
        new Minibatches(size, seed).requireFits(examples);
        Curvature mean = change.of(curvature);
        Lanczos ofWhole = Lanczos.of(mean, shift, LargestEigenvalue.CERTAIN_STEPS, seed);
        double ofMean = LargestEigenvalue.of(mean, shift, ofWhole).upperBound();
        if (size == examples) {
            return new ExpectedSmoothness(ofMean, ofMean, examples, size);
        }
        IntFunction<Curvature> example = m -> change.of(curvature.on(m));
        double[] largest = new double[examples];
        curvature.workers().forEach(examples, m -> {
            double[] values = Lanczos.of(example.apply(m), shift, EXAMPLE_STEPS, seed).values();
            largest[m] = values[values.length - 1];
        });
        return new ExpectedSmoothness(ofMean, Arrays.stream(largest).max().orElseThrow(), examples, size);
    }

    /** {@code 𝓛}. */
    public double value() {
        if (size == examples) {
            return ofMean;
        }
        double pairs = size * (examples - 1.0);
        return examples * (size - 1.0) / pairs * ofMean + (examples - size) / pairs * ofExamples;
    }

    /** {@code 1/𝓛}, half of the limit; 1 where there is neither curvature nor damping, which any step solves. */
    public double step() {
        return value() > 0 ? 1 / value() : 1;
    }

    /** What finding it took, in products with the whole. */
    public int products() {
        return LargestEigenvalue.CERTAIN_STEPS + 1 + (size == examples ? 0 : EXAMPLE_STEPS);
    }
}
