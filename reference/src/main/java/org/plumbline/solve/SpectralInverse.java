package org.plumbline.solve;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.SolveException;
import org.plumbline.engine.Compute;
import org.plumbline.linalg.CholeskySolver;
import org.plumbline.linalg.SymmetricEigen;

/**
 * The inverse of a dense symmetric curvature that may be indefinite, as an exact Hessian is, with block-wise damping
 * and a stated treatment of negative curvature.
 *
 * <ul>
 *   <li>{@link NegativeCurvature#ABSOLUTE} and {@link NegativeCurvature#CLIP}: eigendecomposition of
 *       {@code H}, then the Cholesky factorization of {@code |H| + D} or {@code H₊ + D}, since {@code D} does
 *       not share the eigenvectors.
 *   <li>{@link NegativeCurvature#NONE}: eigendecomposition of {@code H + D}, whose eigenvalues are divided by.
 * </ul>
 *
 * <p>Cost: about {@code 12 P³} operations for the decomposition ({@code P = 4300}: {@code 10¹²}), at most {@code 2P³}
 * for the negative part and {@code P³/3} for the factorization; {@code 2P²} to {@code 4P²} for each right side. Memory
 * {@code 24 P²} to {@code 56 P²} bytes.
 */
public final class SpectralInverse implements InverseCurvature {
    private final BlockSpace space;
    private final DampedMatrix damped;
    private final UnaryOperator<double[]> solve;
    private final int negativeEigenvalues;
    private final double leastEigenvalue;
    private final double smallestMagnitude;

    private SpectralInverse(
            BlockSpace space, DampedMatrix damped, UnaryOperator<double[]> solve, double[] decomposed,
            double smallestMagnitude) {
        this.space = space;
        this.damped = damped;
        this.solve = solve;
        this.negativeEigenvalues = DenseSpectrum.negativeBeyondRounding(decomposed);
        this.leastEigenvalue = decomposed[0];
        this.smallestMagnitude = smallestMagnitude;
    }

    /**
     * The inverse of {@code curvature + damping} under a treatment of negative curvature.
     *
     * @throws SolveException if an eigenvalue of {@code H + D} is exactly zero under {@link NegativeCurvature#NONE}
     * @throws org.plumbline.linalg.NotPositiveDefiniteException if {@code |H| + D} or {@code H₊ + D} is singular
     */
    public static SpectralInverse of(
            DenseCurvature curvature, Damping damping, NegativeCurvature treatment, Compute compute) {
        return switch (treatment) {
            case ABSOLUTE, CLIP -> of(DenseSpectrum.of(curvature, compute), damping, treatment);
            case NONE -> indefinite(curvature, damping, compute);
        };
    }

    /**
     * The same from a decomposition at hand.
     *
     * @param treatment one that decomposes {@code H} and not {@code H + D}: absolute or clipped
     * @throws SolveException if the treatment is {@link NegativeCurvature#NONE}
     */
    public static SpectralInverse of(DenseSpectrum spectrum, Damping damping, NegativeCurvature treatment) {
        BlockSpace space = spectrum.space();
        DampedMatrix damped = DampedMatrix.of(spectrum.curvature(), damping);
        double[] matrix = switch (treatment) {
            case ABSOLUTE -> spectrum.withNegativePart(2);
            case CLIP -> spectrum.withNegativePart(1);
            case NONE -> throw new SolveException("found the spectrum of H, expected that of H + D: "
                    + "damping by block does not share the eigenvectors");
        };
        double[] values = spectrum.values();
        double least = switch (treatment) {
            case ABSOLUTE -> spectrum.smallestMagnitude();
            case CLIP, NONE -> Math.max(0, values[0]);
        };
        CholeskySolver cholesky = CholeskySolver.of(damped.addTo(matrix), space.dimension());
        return new SpectralInverse(space, damped, cholesky::solve, values, least + damping.smallest());
    }

    private static SpectralInverse indefinite(DenseCurvature curvature, Damping damping, Compute compute) {
        BlockSpace space = curvature.space();
        DampedMatrix damped = DampedMatrix.of(curvature, damping);
        SymmetricEigen eigen = SymmetricEigen.of(
                damped.addTo(curvature.matrix().clone()), space.dimension(), compute.workers());
        double[] values = eigen.values();
        double smallest = Arrays.stream(values).map(Math::abs).min().orElseThrow();
        if (smallest == 0) {
            throw new SolveException(
                    "found an eigenvalue of H + D that is zero, expected none; another damping moves it");
        }
        return new SpectralInverse(space, damped, v -> eigen.apply(value -> 1 / value, v), values, smallest);
    }

    @Override
    public BlockSpace space() {
        return space;
    }

    @Override
    public double[] apply(double[] v) {
        space.requireVector(v);
        return damped.cleared(solve.apply(v));
    }

    @Override
    public List<String> nullBlocks() {
        return damped.nullBlocks();
    }

    /**
     * The number of eigenvalues of {@code H} that are negative beyond rounding
     * ({@link DenseSpectrum#negativeEigenvalues}); of {@code H + D} under {@link NegativeCurvature#NONE}.
     */
    public int negativeEigenvalues() {
        return negativeEigenvalues;
    }

    /**
     * The least, or most negative, eigenvalue of {@code H}; of {@code H + D} under {@link NegativeCurvature#NONE}.
     */
    public double leastEigenvalue() {
        return leastEigenvalue;
    }

    /**
     * What the eigenvalues of the inverted matrix are at least in magnitude, so that {@code ‖x‖ ≤ ‖v‖} divided by it:
     * under {@link NegativeCurvature#NONE} the smallest magnitude itself, else a lower bound, that of {@code |H|} or
     * {@code H₊} plus the smallest damping. Close to zero the solution is a statement about one direction alone.
     */
    public double smallestMagnitude() {
        return smallestMagnitude;
    }
}
