package org.plumbline.curvature;

import java.util.List;
import java.util.Optional;

/**
 * A block-diagonal curvature that is diagonal in some orthonormal basis of each block:
 * {@code C_ℓ = Q_ℓ diag(D_ℓ) Q_ℓᵀ}. Its damped inverse has a closed form, which the programs of a pass over sequences
 * contain.
 */
public sealed interface DiagonalizedCurvature extends FittedCurvature
        permits KroneckerCurvature, DiagonalCurvature, IdentityCurvature {

    /** {@code D}, the eigenvalues, flat over the space; a copy. */
    double[] diagonal();

    /** The basis of block {@code i}, or nothing where it is that of the parameters themselves. */
    Optional<KroneckerBasis> basis(int i);

    /** {@code Q diag(scale) Qᵀ v} for several vectors: the curvature with other eigenvalues. */
    double[][] scaledInBasis(double[][] vectors, double[] scale);

    @Override
    default double[] apply(double[] v) {
        return applyAll(new double[][] {v})[0];
    }

    @Override
    default double[][] applyAll(double[][] vectors) {
        return scaledInBasis(vectors, diagonal());
    }

    /** {@code λ_ℓ = factor · mean(D_ℓ)}. */
    @Override
    default Damping damping(double factor) {
        return Damping.relative(space(), factor, diagonal());
    }

    /**
     * {@code (C + λ)⁻¹}.
     *
     * @throws SolveException if {@code D + λ_ℓ} is not positive somewhere, in a block that does not vanish altogether
     */
    @Override
    default ClosedFormInverse inverse(Damping damping) {
        return ClosedFormInverse.of(this, damping);
    }

    /** Names of the blocks whose curvature and damping both vanish: they contribute nothing to any score. */
    default List<String> nullBlocks(Damping damping) {
        return damping.nullBlocks(space(), diagonal());
    }
}
