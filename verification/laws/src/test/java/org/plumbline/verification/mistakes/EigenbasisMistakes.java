package org.plumbline.verification.mistakes;

import java.util.Arrays;
import java.util.List;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.curvature.Objective;
import org.plumbline.model.TrackedLayer;
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

    /** Eigenvectors and eigenvalues in single precision. */
    static final class SinglePrecision implements Subject {
        @Override
        public KroneckerBasis basis(KroneckerFactors factors) {
            KroneckerBasis basis = Subject.super.basis(factors);
            return new KroneckerBasis(single(basis.activationVectors()), single(basis.activationValues()),
                    single(basis.gradientVectors()), single(basis.gradientValues()));
        }

        private static double[] single(double[] values) {
            return Arrays.stream(values).map(value -> (float) value).toArray();
        }
    }

    /**
     * Factors summed in single precision and in another order on either side of the diagonal; a solver that reads the
     * lower triangle decomposes another matrix than is stored.
     */
    static final class NotSymmetrized implements Subject {
        @Override
        public List<KroneckerFactors> factors(Objective objective, List<TrackedLayer> layers) {
            return Subject.super.factors(objective, layers).stream()
                    .map(factors -> new KroneckerFactors(factors.block(),
                            halfSingle(factors.activation(), factors.block().columns()),
                            halfSingle(factors.gradient(), factors.block().rows()), factors.meanLength()))
                    .toList();
        }

        private static double[] halfSingle(double[] matrix, int n) {
            double[] changed = matrix.clone();
            for (int i = 0; i < n; i++) {
                for (int j = i + 1; j < n; j++) {
                    changed[i * n + j] = (float) matrix[i * n + j];
                }
            }
            return changed;
        }

        @Override
        public KroneckerBasis basis(KroneckerFactors factors) {
            return Subject.super.basis(new KroneckerFactors(factors.block(),
                    lower(factors.activation(), factors.block().columns()),
                    lower(factors.gradient(), factors.block().rows()), factors.meanLength()));
        }

        private static double[] lower(double[] matrix, int n) {
            double[] symmetric = matrix.clone();
            for (int i = 0; i < n; i++) {
                for (int j = i + 1; j < n; j++) {
                    symmetric[i * n + j] = matrix[j * n + i];
                }
            }
            return symmetric;
        }
    }

    /**
     * {@code A ⊗ S} on row-major {@code vec}: the factors of a column-major convention, and the eigenvalues with them.
     */
    static final class FactorsSwapped implements Subject {
        @Override
        public KroneckerCurvature operator(BlockSpace space, List<KroneckerBasis> bases, double[] diagonal) {
            double[] swapped = new double[diagonal.length];
            for (int block = 0; block < bases.size(); block++) {
                int from = space.offset(block);
                int rows = bases.get(block).rows();
                int columns = bases.get(block).columns();
                double[] own = Arrays.copyOfRange(diagonal, from, from + rows * columns);
                System.arraycopy(Dense.transpose(own, rows, columns), 0, swapped, from, own.length);
            }
            List<KroneckerBasis> exchanged = bases.stream()
                    .map(basis -> new KroneckerBasis(basis.gradientVectors(), basis.gradientValues(),
                            basis.activationVectors(), basis.activationValues()))
                    .toList();
            return new KroneckerCurvature(space, exchanged, swapped);
        }
    }
}
