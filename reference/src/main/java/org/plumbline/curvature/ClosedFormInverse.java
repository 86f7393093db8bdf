package org.plumbline.curvature;

import java.util.List;

/**
 * The inverse of a {@link DiagonalizedCurvature} with damping, in closed form. For K-FAC and EK-FAC, with eigenvectors
 * in columns, {@code V} a layer's block {@code [out, in]} and {@code D} its eigenvalues in the Kronecker eigenbasis,
 *
 * <pre>  (Ĝ_ℓ + λ_ℓ)⁻¹ vec(V) = vec(Q_S [(Q_Sᵀ V Q_A) ⊘ (D + λ_ℓ)] Q_Aᵀ),</pre>
 *
 * <p>the inverse of Grosse et al. (2023), eq. 18. Their eq. 20–21 print the rotations the other way round; taken
 * literally, with eigenvectors in columns, these give an operator in an unrelated basis, which is symmetric, positive
 * definite and as consistent with itself as this one. For a diagonal curvature it is {@code x = v ⊘ (d + λ_ℓ)}.
 *
 * <p>{@code 4 · out · in · (out + in)} operations for each layer and vector, or as many as there are parameters.
 */
public final class ClosedFormInverse implements InverseCurvature {
    private final DiagonalizedCurvature curvature;
    private final Damping damping;
    private final double[] reciprocals;

    private ClosedFormInverse(DiagonalizedCurvature curvature, Damping damping, double[] reciprocals) {
        this.curvature = curvature;
        this.damping = damping;
        this.reciprocals = reciprocals;
    }

    /**
     * The inverse of {@code curvature + damping}.
     *
     * @throws SolveException if {@code D + λ_ℓ} is not positive somewhere, in a block that does not vanish altogether
     */
    public static ClosedFormInverse of(DiagonalizedCurvature curvature, Damping damping) {
        damping.requireFits(curvature.space());
        return new ClosedFormInverse(curvature, damping, damping.reciprocals(curvature.space(), curvature.diagonal()));
    }

    /** The identity, {@code x = v}. */
    public static ClosedFormInverse identity(BlockSpace space) {
        return of(new IdentityCurvature(space), Damping.absolute(space, 0));
    }

    /** The curvature that is inverted, without its damping. */
    public DiagonalizedCurvature curvature() {
        return curvature;
    }

    /** {@code λ_ℓ}. */
    public Damping damping() {
        return damping;
    }

    /** {@code 1 / (D + λ_ℓ)}, flat over the space, zero in a null block; a copy. */
    public double[] reciprocals() {
        return reciprocals.clone();
    }

    @Override
    public BlockSpace space() {
        return curvature.space();
    }

    @Override
    public double[] apply(double[] v) {
        return applyAll(new double[][] {v})[0];
    }

    @Override
    public double[][] applyAll(double[][] vectors) {
        return scaled(vectors, reciprocals);
    }

    /** {@code (C + λ)^{−1/2} v}, the symmetric root: applied twice it is {@link #apply}. */
    public double[] applySquareRoot(double[] v) {
        double[] roots = new double[reciprocals.length];
        for (int i = 0; i < roots.length; i++) {
            roots[i] = Math.sqrt(reciprocals[i]);
        }
        return scaled(new double[][] {v}, roots)[0];
    }

    private double[][] scaled(double[][] vectors, double[] scale) {
        for (double[] v : vectors) {
            space().requireVector(v);
        }
        return curvature.scaledInBasis(vectors, scale);
    }

    @Override
    public List<String> nullBlocks() {
        return curvature.nullBlocks(damping);
    }
}
