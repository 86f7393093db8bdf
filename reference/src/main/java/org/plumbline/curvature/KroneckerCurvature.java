package org.plumbline.curvature;

import java.util.List;
import java.util.Optional;
import org.plumbline.batch.PassListener;
import org.plumbline.engine.Compute;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Workers;
import org.plumbline.linalg.VecKronecker;

/**
 * A block-diagonal curvature that is diagonal in the Kronecker eigenbasis of each layer:
 * {@code Ĝ_ℓ = (Q_S ⊗ Q_A) diag(D_ℓ) (Q_S ⊗ Q_A)ᵀ}. K-FAC and EK-FAC differ in {@code D} only.
 *
 * <ul>
 *   <li>K-FAC (Martens and Grosse, 2015): {@code D[i, j] = n̄ s_i a_j}, so that {@code Ĝ_ℓ = n̄ · S ⊗ A}.
 *   <li>EK-FAC (George et al., 2018; Grosse et al., 2023, eq. 18): {@code D = Λ}, the second moments of whole-sequence
 *       pseudo-gradients in that basis: the best diagonal there is for this basis, in Frobenius norm.
 * </ul>
 */
public final class KroneckerCurvature implements DiagonalizedCurvature {
    private final BlockSpace space;
    private final List<KroneckerBasis> bases;
    private final double[] diagonal;
    private final BasisProducts products;

    /**
     * @param bases one for each block
     * @param diagonal {@code D}, flat over the space
     * @param compute runs products
     * @throws IllegalArgumentException if there is not one basis for each block, or the diagonal does not fit the space
     */
    public KroneckerCurvature(BlockSpace space, List<KroneckerBasis> bases, double[] diagonal, Compute compute) {
        if (bases.size() != space.blocks().size() || diagonal.length != space.dimension()) {
            throw new IllegalArgumentException("found " + bases.size() + " bases and " + diagonal.length
                    + " eigenvalues, expected " + space.blocks().size() + " and " + space.dimension());
        }
        this.space = space;
        this.bases = List.copyOf(bases);
        this.diagonal = diagonal.clone();
        this.products = new BasisProducts(space, bases, compute);
    }

    /** Products are run by the scalar engine, in the calling thread. */
    public KroneckerCurvature(BlockSpace space, List<KroneckerBasis> bases, double[] diagonal) {
        this(space, bases, diagonal, new Compute(LoweredEngine.scalar(), Workers.serial()));
    }

    /** K-FAC. */
    public static KroneckerCurvature kfac(List<KroneckerFactors> factors) {
        return kfac(factors, 1);
    }

    /** K-FAC with factors in diagonal partitions; see {@link KroneckerBasis#of(KroneckerFactors, int)}. */
    public static KroneckerCurvature kfac(List<KroneckerFactors> factors, int partitions) {
        return kfac(factors, bases(factors, partitions), new Compute(LoweredEngine.scalar(), Workers.serial()));
    }

    /**
     * K-FAC in eigenbases at hand.
     *
     * @param bases of the factors, one for each
     * @param compute runs products
     */
    public static KroneckerCurvature kfac(
            List<KroneckerFactors> factors, List<KroneckerBasis> bases, Compute compute) {
        BlockSpace space = space(factors);
        double[] diagonal = new double[space.dimension()];
        for (int block = 0; block < bases.size(); block++) {
            KroneckerBasis basis = bases.get(block);
            double scale = factors.get(block).meanLength();
            for (int i = 0; i < basis.rows(); i++) {
                for (int j = 0; j < basis.columns(); j++) {
                    // Rounding can leave a zero eigenvalue slightly negative, which damping must not meet.
                    diagonal[space.offset(block) + i * basis.columns() + j] = scale
                            * Math.max(0, basis.gradientValues()[i]) * Math.max(0, basis.activationValues()[j]);
                }
            }
        }
        return new KroneckerCurvature(space, bases, diagonal, compute);
    }

    /** EK-FAC: the eigenbasis of {@code factors}, with eigenvalues fitted in it. */
    public static KroneckerCurvature ekfac(List<KroneckerFactors> factors, FactorFit fit) {
        return ekfac(factors, fit, 1);
    }

    /** EK-FAC with factors in diagonal partitions; see {@link KroneckerBasis#of(KroneckerFactors, int)}. */
    public static KroneckerCurvature ekfac(List<KroneckerFactors> factors, FactorFit fit, int partitions) {
        List<KroneckerBasis> bases = bases(factors, partitions);
        return new KroneckerCurvature(space(factors), bases, fit.eigenvalues(bases), fit.compute());
    }

    /**
     * EK-FAC in exact expectation, from the exact matrix: {@code Λ = diag(Qᵀ G_ℓ Q)}, which is what fitting gives at
     * labels in exact expectation, at {@code P³} operations a block instead of a backward pass for each class.
     *
     * @param gaussNewton exact, on the same blocks
     */
    public static KroneckerCurvature ekfac(List<KroneckerFactors> factors, DenseCurvature gaussNewton) {
        return ekfac(factors, gaussNewton, 1);
    }

    /** The same with factors in diagonal partitions; see {@link KroneckerBasis#of(KroneckerFactors, int)}. */
    public static KroneckerCurvature ekfac(
            List<KroneckerFactors> factors, DenseCurvature gaussNewton, int partitions) {
        BlockSpace space = gaussNewton.space();
        List<KroneckerBasis> bases = bases(factors, partitions);
        double[] diagonal = new double[space.dimension()];
        for (int block = 0; block < bases.size(); block++) {
            KroneckerBasis basis = bases.get(block);
            double[] eigenvalues = gaussNewton.diagonalIn(block, VecKronecker.kronecker(
                    basis.gradientVectors(), basis.rows(), basis.activationVectors(), basis.columns()));
            System.arraycopy(eigenvalues, 0, diagonal, space.offset(block), eigenvalues.length);
        }
        return new KroneckerCurvature(space, bases, diagonal, gaussNewton.compute());
    }

    private static BlockSpace space(List<KroneckerFactors> factors) {
        return new BlockSpace(factors.stream().map(KroneckerFactors::block).toList());
    }

    private static List<KroneckerBasis> bases(List<KroneckerFactors> factors, int partitions) {
        return KroneckerBasis.of(factors, partitions, Workers.serial(), PassListener.NONE);
    }

    @Override
    public BlockSpace space() {
        return space;
    }

    /** The eigenbasis of each block. */
    public List<KroneckerBasis> bases() {
        return bases;
    }

    @Override
    public Optional<KroneckerBasis> basis(int i) {
        return Optional.of(bases.get(i));
    }

    @Override
    public double[] diagonal() {
        return diagonal.clone();
    }

    @Override
    public double[][] scaledInBasis(double[][] vectors, double[] scale) {
        return products.scaled(vectors, scale);
    }

    /** {@code Q_Sᵀ V Q_A} for each block {@code V} of {@code v}. */
    public double[] rotate(double[] v) {
        return products.forth(v);
    }

    /** {@code Q_S V Q_Aᵀ} for each block {@code V} of {@code v}. */
    public double[] rotateBack(double[] v) {
        return products.back(v);
    }
}
