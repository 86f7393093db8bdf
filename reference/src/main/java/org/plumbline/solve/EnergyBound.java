package org.plumbline.solve;

import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.linalg.Vectors;

/**
 * How far {@code x_k} can be from the solution {@code x} of {@code Bx = v} in the norm of {@code B = C + D},
 * {@code C ⪰ 0}: that is {@code ‖x − x_k‖_B = √(rᵀB⁻¹r)} with the residual {@code r = v − Bx_k}.
 *
 * <p>For <em>every</em> vector {@code z}, completing the square gives
 *
 * <pre>  rᵀB⁻¹r = 2 rᵀz − zᵀBz + (r − Bz)ᵀ B⁻¹ (r − Bz)  ≤  2 rᵀz − zᵀBz + (r − Bz)ᵀ D⁻¹ (r − Bz),</pre>
 *
 * <p>for {@code B ⪰ D}. Its minimum over the Krylov space of {@code D⁻¹B} on {@code D⁻¹r} with {@code k} products is
 * the Gauss–Radau rule of {@code k + 1} nodes, one of them prescribed at the lower end 1 of the spectrum of
 * {@code D^{−1/2}BD^{−1/2}} (Golub and Meurant, <em>Matrices, Moments and Quadrature with Applications</em>, 2010,
 * §§6.2 and 12; Strakoš and Tichý, <em>On Error Estimation in the Conjugate Gradient Method</em>, 2002; Meurant and
 * Tichý, <em>On Computing Quadrature-Based Bounds for the A-Norm of the Error in Conjugate Gradients</em>, 2013): with
 * {@code s(t)} the residual polynomial, it is the quadrature of {@code 1/t} by {@code [1 − s²(t)]/t + s²(t)}, which is
 * no less than {@code 1/t} for {@code t ≥ 1}. But the inequality needs neither a Krylov space nor orthogonality: what
 * rounding does to a Lanczos process can only make the bound larger, never wrong. {@code z} is sought among the last
 * directions of conjugate gradients, where most of the minimum is found.
 *
 * <p>Rounding enters in two places, and is added: {@code r} and {@code Bz} are known up to an error whose size in the
 * norm of {@code D⁻¹}, which is above that of {@code B⁻¹}, is known ({@link Residual}).
 */
final class EnergyBound {
    private static final double EPSILON = Math.ulp(1.0);

    private EnergyBound() {}

    /** {@code √(rᵀD⁻¹r)}, the bound of {@code z = 0}. */
    static double of(BlockSpace space, Damping damping, Residual residual) {
        return Residual.dampedNorm(space, damping, residual.values()) + residual.rounding();
    }

    /**
     * The bound with {@code z}, or with zero if that is less.
     *
     * @param negativeProduct {@code −Bz}
     */
    static double of(BlockSpace space, Damping damping, Residual residual, double[] z, Residual negativeProduct) {
        double[] rest = residual.values().clone();
        Vectors.axpy(1, negativeProduct.values(), rest);
        double ofRest =
                Residual.dampedNorm(space, damping, rest) * (1 + EPSILON) + negativeProduct.rounding();
        double ofResidual = Vectors.dot(residual.values(), z);
        double ofProduct = Vectors.dot(negativeProduct.values(), z);
        double square = 2 * ofResidual + ofProduct + energyNorm(space, damping, z) * negativeProduct.rounding()
                + ofRest * ofRest
                + 8 * EPSILON * (Math.abs(ofResidual) + Math.abs(ofProduct) + ofRest * ofRest)
                + dotRounding(z.length) * Vectors.norm(z)
                        * (Vectors.norm(residual.values()) + Vectors.norm(negativeProduct.values()));
        double without = of(space, damping, residual);
        // A square below zero is one that rounding has swallowed: nothing is known but the bound without z.
        return square >= 0
                ? Math.min(without, Math.sqrt(square) * (1 + 4 * EPSILON) + residual.rounding())
                : without;
    }

    /** Second-order error of a compensated dot product of {@code n} terms. */
    private static double dotRounding(int n) {
        return (double) n * n * EPSILON * EPSILON;
    }

    /** {@code √(zᵀDz)}. */
    private static double energyNorm(BlockSpace space, Damping damping, double[] z) {
        double[] weighted = damping.diagonal(space);
        for (int i = 0; i < z.length; i++) {
            weighted[i] = Math.sqrt(weighted[i]) * z[i];
        }
        return Vectors.norm(weighted) * (1 + 8 * EPSILON);
    }
}
