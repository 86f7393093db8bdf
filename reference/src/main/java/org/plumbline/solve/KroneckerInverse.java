package org.plumbline.solve;

import java.util.List;
import java.util.function.DoubleBinaryOperator;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.KroneckerCurvature;

/**
 * The closed form for K-FAC and EK-FAC: with eigenvectors in columns, {@code V} a layer's block {@code [out, in]} and
 * {@code D} its eigenvalues in the Kronecker eigenbasis,
 *
 * <pre>  (Ĝ_ℓ + λ_ℓ)⁻¹ vec(V) = vec(Q_S [(Q_Sᵀ V Q_A) ⊘ (D + λ_ℓ)] Q_Aᵀ),</pre>
 *
 * <p>the inverse of Grosse et al. (2023), eq. 18. Their eq. 20–21 print the rotations the other way round; taken
 * literally, with eigenvectors in columns, these give an operator in an unrelated basis, which is symmetric, positive
 * definite and as consistent with itself as this one.
 *
 * <p>{@code 4 · out · in · (out + in)} operations for each layer and vector.
 */
public final class KroneckerInverse implements InverseCurvature {
    private final KroneckerCurvature curvature;
    private final double[] divisors;
    private final List<String> nullBlocks;

    private KroneckerInverse(KroneckerCurvature curvature, double[] divisors, List<String> nullBlocks) {
        this.curvature = curvature;
        this.divisors = divisors;
        this.nullBlocks = nullBlocks;
    }

    /**
     * The inverse of {@code curvature + damping}.
     *
     * @throws SolveException if {@code D + λ_ℓ} is not positive somewhere, in a layer that does not vanish altogether
     */
    public static KroneckerInverse of(KroneckerCurvature curvature, Damping damping) {
        BlockSpace space = curvature.space();
        Systems.requireFits(space, damping);
        double[] diagonal = curvature.diagonal();
        return new KroneckerInverse(curvature, Systems.divisors(space, diagonal, damping),
                Systems.nullBlocks(space, diagonal, damping));
    }

    @Override
    public BlockSpace space() {
        return curvature.space();
    }

    @Override
    public double[] apply(double[] v) {
        return applyInEigenbasis(v, (value, divisor) -> value / divisor);
    }

    /** {@code (Ĝ + D)^{−1/2} v}, the symmetric root: applied twice it is {@link #apply}. */
    public double[] applySquareRoot(double[] v) {
        return applyInEigenbasis(v, (value, divisor) -> value / Math.sqrt(divisor));
    }

    private double[] applyInEigenbasis(double[] v, DoubleBinaryOperator scale) {
        Systems.requireVector(space(), v);
        double[] rotated = curvature.rotate(v);
        for (int i = 0; i < rotated.length; i++) {
            rotated[i] = scale.applyAsDouble(rotated[i], divisors[i]);
        }
        return curvature.rotateBack(rotated);
    }

    @Override
    public List<String> nullBlocks() {
        return nullBlocks;
    }
}
