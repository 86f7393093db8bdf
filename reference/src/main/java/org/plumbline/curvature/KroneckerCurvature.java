package org.plumbline.curvature;

import java.util.Arrays;
import java.util.List;
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
public final class KroneckerCurvature implements Curvature {
    private final BlockSpace space;
    private final List<KroneckerBasis> bases;
    private final double[] diagonal;

    /**
     * @param bases one for each block
     * @param diagonal {@code D}, flat over the space
     */
    public KroneckerCurvature(BlockSpace space, List<KroneckerBasis> bases, double[] diagonal) {
        this.space = space;
        this.bases = List.copyOf(bases);
        this.diagonal = diagonal.clone();
    }

    /** K-FAC. */
    public static KroneckerCurvature kfac(List<KroneckerFactors> factors) {
        return kfac(factors, 1);
    }

    /** K-FAC with factors in diagonal blocks; see {@link KroneckerBasis#of(KroneckerFactors, int)}. */
    public static KroneckerCurvature kfac(List<KroneckerFactors> factors, int parts) {
        BlockSpace space = space(factors);
        List<KroneckerBasis> bases = bases(factors, parts);
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
        return new KroneckerCurvature(space, bases, diagonal);
    }

    /** EK-FAC: the eigenbasis of {@code factors}, with eigenvalues fitted in it. */
    public static KroneckerCurvature ekfac(List<KroneckerFactors> factors, FactorFit fit) {
        return ekfac(factors, fit, 1);
    }

    /** EK-FAC with factors in diagonal blocks; see {@link KroneckerBasis#of(KroneckerFactors, int)}. */
    public static KroneckerCurvature ekfac(List<KroneckerFactors> factors, FactorFit fit, int parts) {
        List<KroneckerBasis> bases = bases(factors, parts);
        return new KroneckerCurvature(space(factors), bases, fit.eigenvalues(bases));
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

    /** The same with factors in diagonal blocks; see {@link KroneckerBasis#of(KroneckerFactors, int)}. */
    public static KroneckerCurvature ekfac(List<KroneckerFactors> factors, DenseCurvature gaussNewton, int parts) {
        BlockSpace space = gaussNewton.space();
        List<KroneckerBasis> bases = bases(factors, parts);
        double[] diagonal = new double[space.dimension()];
        for (int block = 0; block < bases.size(); block++) {
            KroneckerBasis basis = bases.get(block);
            double[] eigenvalues = gaussNewton.diagonalIn(block, VecKronecker.kronecker(
                    basis.gradientVectors(), basis.rows(), basis.activationVectors(), basis.columns()));
            System.arraycopy(eigenvalues, 0, diagonal, space.offset(block), eigenvalues.length);
        }
        return new KroneckerCurvature(space, bases, diagonal);
    }

    private static BlockSpace space(List<KroneckerFactors> factors) {
        return new BlockSpace(factors.stream().map(KroneckerFactors::block).toList());
    }

    private static List<KroneckerBasis> bases(List<KroneckerFactors> factors, int parts) {
        return factors.stream().map(one -> KroneckerBasis.of(one, parts)).toList();
    }

    @Override
    public BlockSpace space() {
        return space;
    }

    public List<KroneckerBasis> bases() {
        return bases;
    }

    /** {@code D}, flat over the space: the eigenvalues of this curvature. */
    public double[] diagonal() {
        return diagonal.clone();
    }

    @Override
    public double[] apply(double[] v) {
        double[] rotated = rotate(v);
        for (int i = 0; i < rotated.length; i++) {
            rotated[i] *= diagonal[i];
        }
        return rotateBack(rotated);
    }

    /** {@code Q_Sᵀ V Q_A} for each block {@code V} of {@code v}. */
    public double[] rotate(double[] v) {
        return rotated(v, true);
    }

    /** {@code Q_S V Q_Aᵀ} for each block {@code V} of {@code v}. */
    public double[] rotateBack(double[] v) {
        return rotated(v, false);
    }

    private double[] rotated(double[] v, boolean transpose) {
        double[] result = new double[v.length];
        for (int block = 0; block < bases.size(); block++) {
            KroneckerBasis basis = bases.get(block);
            int from = space.offset(block);
            int rows = basis.rows();
            int columns = basis.columns();
            double[] matrix = Arrays.copyOfRange(v, from, from + rows * columns);
            double[] s = transpose ? transposed(basis.gradientVectors(), rows) : basis.gradientVectors();
            double[] a = transpose ? transposed(basis.activationVectors(), columns) : basis.activationVectors();
            System.arraycopy(VecKronecker.apply(s, rows, a, columns, matrix), 0, result, from, matrix.length);
        }
        return result;
    }

    private static double[] transposed(double[] matrix, int n) {
        double[] transposed = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                transposed[j * n + i] = matrix[i * n + j];
            }
        }
        return transposed;
    }
}
