package org.plumbline.verification.mistakes;

import java.util.List;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.verification.laws.Dense;
import org.plumbline.verification.laws.Subject;

/** Mistakes in the use of the eigenbasis. */
final class EigenbasisMistakes {
    private EigenbasisMistakes() {}

    /**
     * {@code Q_Sᵀ [(Q_S V Q_Aᵀ) ⊘ (Λ + λ)] Q_A}: in the product as in its inverse, and {@code Λ} in the right basis.
     */
    static final class Transposed implements Subject {
        @Override
        public KroneckerCurvature operator(BlockSpace space, List<KroneckerBasis> bases, double[] diagonal) {
            return new KroneckerCurvature(space, bases.stream().map(Transposed::transposed).toList(), diagonal);
        }

        private static KroneckerBasis transposed(KroneckerBasis basis) {
            return new KroneckerBasis(
                    Dense.transpose(basis.activationVectors(), basis.columns(), basis.columns()),
                    basis.activationValues(),
                    Dense.transpose(basis.gradientVectors(), basis.rows(), basis.rows()),
                    basis.gradientValues());
        }
    }

    /** {@code Q [(Qᵀ v) ⊙ (Λ + λ)]}. */
    static final class Multiplied implements Subject {
        @Override
        public double[] inverseProduct(KroneckerCurvature curvature, Damping damping, double[] v) {
            double[] rotated = curvature.rotate(v);
            double[] diagonal = Dense.plus(curvature.diagonal(), 1, damping.diagonal(curvature.space()));
            for (int i = 0; i < rotated.length; i++) {
                rotated[i] *= diagonal[i];
            }
            return curvature.rotateBack(rotated);
        }
    }
}
