package org.plumbline.solve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.SolveException;
import org.plumbline.linalg.Vectors;

/**
 * How far the answer {@code x̂} of <em>any</em> estimator to {@code (C + D) x = v} can be from the exact one, from one
 * exact product: with the residual {@code r = v − (C + D) x̂} the error is {@code x − x̂ = (C + D)⁻¹ r}. For positive
 * semi-definite {@code C} and {@code D = diag(λ_ℓ I)}, {@code (C + D)⁻¹ ⪯ D⁻¹}, and by Cauchy and Schwarz in that inner
 * product
 *
 * <pre>  |gᵀx̂ − gᵀx| ≤ √(gᵀ D⁻¹ g) √(rᵀ D⁻¹ r) = √(Σ_ℓ ‖g_ℓ‖²/λ_ℓ) √(Σ_ℓ ‖r_ℓ‖²/λ_ℓ)  ≤  ‖g‖ ‖r‖ / λ_min.</pre>
 *
 * <p>The first bound is the one that is reported; it equals the last where all {@code λ_ℓ} are equal. A block in which
 * damping and {@code r} or {@code g} vanish contributes nothing; without damping elsewhere there is no bound, it is
 * infinite. For a Hessian with negative curvature this is no bound. The residual's own rounding, about
 * {@code ε · P · ‖C + D‖ ‖x̂‖}, is not included.
 */
public final class Certificate {
    private final BlockSpace space;
    private final Damping damping;
    private final double[] residual;
    private final double rightSideNorm;

    private Certificate(BlockSpace space, Damping damping, double[] residual, double rightSideNorm) {
        this.space = space;
        this.damping = damping;
        this.residual = residual;
        this.rightSideNorm = rightSideNorm;
    }

    /**
     * Certificates of several answers; one product with {@code C} each.
     *
     * @param curvature exact, positive semi-definite
     * @param rightSides {@code v}
     * @param estimates {@code x̂}, one for each right side
     * @throws SolveException if sizes do not fit or a vector is not finite
     */
    public static List<Certificate> of(
            Curvature curvature, Damping damping, double[][] rightSides, double[][] estimates) {
        BlockSpace space = curvature.space();
        damping.requireFits(space);
        if (estimates.length != rightSides.length) {
            throw new SolveException(
                    "found " + estimates.length + " estimates, expected one for each of " + rightSides.length);
        }
        for (int i = 0; i < estimates.length; i++) {
            space.requireVector(rightSides[i]);
            space.requireVector(estimates[i]);
        }
        double[][] products = Systems.products(curvature, damping.diagonal(space), estimates);
        List<Certificate> certificates = new ArrayList<>();
        for (int i = 0; i < estimates.length; i++) {
            certificates.add(new Certificate(
                    space, damping, Systems.difference(rightSides[i], products[i]), Vectors.norm(rightSides[i])));
        }
        return certificates;
    }

    /** {@code ‖r‖}. */
    public double residualNorm() {
        return Vectors.norm(residual);
    }

    /** {@code ‖r‖ / ‖v‖}; zero for {@code v = 0}. */
    public double relativeResidual() {
        return rightSideNorm == 0 ? 0 : residualNorm() / rightSideNorm;
    }

    /** What {@code |gᵀx̂ − gᵀ(C + D)⁻¹v|} is at most: {@code √(gᵀD⁻¹g) √(rᵀD⁻¹r)}. */
    public double errorBound(double[] g) {
        space.requireVector(g);
        double ofResidual = weightedNorm(residual);
        double ofGradient = weightedNorm(g);
        return ofResidual == 0 || ofGradient == 0 ? 0 : ofResidual * ofGradient;
    }

    /** {@code √(Σ_ℓ ‖x_ℓ‖²/λ_ℓ)}. */
    private double weightedNorm(double[] x) {
        double[] norms = new double[space.blocks().size()];
        for (int i = 0; i < norms.length; i++) {
            double norm = Vectors.norm(Arrays.copyOfRange(x, space.offset(i), space.offset(i + 1)));
            norms[i] = norm == 0 ? 0 : norm / Math.sqrt(damping.of(i));
        }
        return Vectors.norm(norms);
    }
}
