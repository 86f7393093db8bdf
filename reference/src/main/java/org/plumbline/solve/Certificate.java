package org.plumbline.solve;

import java.util.List;
import java.util.Optional;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.SolveException;
import org.plumbline.linalg.Vectors;

/**
 * How far the answer {@code x̂} of <em>any</em> estimator to {@code Bx = v}, {@code B = C + D}, can be from the exact
 * one. {@link Refinement} goes on from {@code x̂} to a better {@code x_k}; what lies between the two is known, and what
 * is left is bounded by the Cauchy–Schwarz inequality in the inner product of {@code B}:
 *
 * <pre>  |gᵀx̂ − gᵀx| ≤ |gᵀ(x_k − x̂)| + ‖g‖_{B⁻¹} ‖x − x_k‖_B,   ‖g‖_{B⁻¹} ≤ √(gᵀD⁻¹g) = √(Σ_ℓ ‖g_ℓ‖²/λ_ℓ).</pre>
 *
 * <p>The second inequality needs {@code C ⪰ 0}, so that {@code B ⪰ D = diag(λ_ℓ I)}. No preconditioner gives a sharper
 * one that is proven: {@code M ⪯ D/μ}, which is what is known of {@code M}, makes {@code M⁻¹/μ ⪰ D⁻¹}. The norm
 * {@code ‖x − x_k‖_B} is bounded by {@link EnergyBound}, from the residual of {@code x_k}, rounding included. Without
 * any refinement, {@code x_k = x̂}, the bound is {@code √(gᵀD⁻¹g) √(rᵀD⁻¹r) ≤ ‖g‖ ‖r‖ / λ_min}.
 *
 * <p>A block in which damping and {@code r} or {@code g} vanish contributes nothing; without damping elsewhere there is
 * no bound, it is infinite. For a Hessian with negative curvature this is no bound.
 */
public final class Certificate {
    private static final double EPSILON = Math.ulp(1.0);

    private final BlockSpace space;
    private final Damping damping;
    private final double[] estimate;
    private final double[] refined;
    private final double[] correction;
    private final double errorNorm;
    private final double residualNorm;
    private final double rightSideNorm;
    private final int products;

    /**
     * @param estimate {@code x̂}
     * @param refined {@code x_k}
     * @param errorNorm at least {@code ‖x − x_k‖_B}
     * @param residualNorm of the estimate
     * @param products with {@code C} that it took
     */
    Certificate(
            BlockSpace space, Damping damping, double[] estimate, double[] refined, double errorNorm,
            double residualNorm, double rightSideNorm, int products) {
        this.space = space;
        this.damping = damping;
        this.estimate = estimate;
        this.refined = refined;
        this.correction = Systems.difference(refined, estimate);
        this.errorNorm = errorNorm;
        this.residualNorm = residualNorm;
        this.rightSideNorm = rightSideNorm;
        this.products = products;
    }

    /**
     * Certificates of several answers without refinement.
     *
     * @param curvature exact, positive semi-definite
     * @param rightSides {@code v}
     * @param estimates {@code x̂}, one for each right side
     * @throws SolveException if sizes do not fit or a vector is not finite
     */
    public static List<Certificate> of(
            Curvature curvature, Damping damping, double[][] rightSides, double[][] estimates) {
        return Refinement.of(curvature, damping, rightSides, estimates, Optional.empty()).certificates();
    }

    /** What {@code ‖g‖_{B⁻¹}} is at most for positive semi-definite {@code C}: {@code √(Σ_ℓ ‖g_ℓ‖²/λ_ℓ)}. */
    public static double gradientNorm(BlockSpace space, Damping damping, double[] g) {
        damping.requireFits(space);
        space.requireVector(g);
        return Residual.dampedNorm(space, damping, g);
    }

    /** {@code ‖v − Bx̂‖}, of the estimate. */
    public double residualNorm() {
        return residualNorm;
    }

    /** {@code ‖v − Bx̂‖ / ‖v‖}; zero for {@code v = 0}. */
    public double relativeResidual() {
        return rightSideNorm == 0 ? 0 : residualNorm / rightSideNorm;
    }

    /** Products with {@code C} that the certificate took: a vector each. */
    public int products() {
        return products;
    }

    /** {@code x_k}, the refined answer; a copy. */
    public double[] refined() {
        return refined.clone();
    }

    /** What {@code ‖x − x_k‖_B} is at most. */
    public double errorNorm() {
        return errorNorm;
    }

    /** {@code gᵀx_k}, the refined score. */
    public double refinedScore(double[] g) {
        space.requireVector(g);
        return Vectors.dot(g, refined);
    }

    /** What {@code |gᵀx̂ − gᵀx|} is at most. */
    public double errorBound(double[] g) {
        space.requireVector(g);
        double known = Math.abs(Vectors.dot(g, correction));
        return (known + remaining(g) + dotRounding(g, estimate) + dotRounding(g, correction)
                + EPSILON * Vectors.norm(g) * Vectors.norm(correction)) * (1 + 4 * EPSILON);
    }

    /** What {@code |gᵀx_k − gᵀx|} is at most: the half width of the interval in which the exact score is. */
    public double refinedErrorBound(double[] g) {
        space.requireVector(g);
        return (remaining(g) + dotRounding(g, refined)) * (1 + 4 * EPSILON);
    }

    /** {@code √(gᵀD⁻¹g) ‖x − x_k‖_B}. */
    private double remaining(double[] g) {
        double ofGradient = Residual.dampedNorm(space, damping, g);
        return errorNorm == 0 || ofGradient == 0 ? 0 : errorNorm * ofGradient;
    }

    /** Of {@link Vectors#dot}. */
    private static double dotRounding(double[] g, double[] x) {
        double n = g.length;
        return EPSILON * Math.abs(Vectors.dot(g, x)) + n * n * EPSILON * EPSILON * Vectors.norm(g) * Vectors.norm(x);
    }
}
