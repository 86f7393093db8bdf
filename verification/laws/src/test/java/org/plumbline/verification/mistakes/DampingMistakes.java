package org.plumbline.verification.mistakes;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.verification.laws.Dense;
import org.plumbline.verification.laws.Subject;

/** Mistakes in what is added to the eigenvalues. */
final class DampingMistakes {
    private DampingMistakes() {}

    /** {@code Λ += λ} at every call. */
    static final class Accumulated implements Subject {
        private final Map<KroneckerCurvature, double[]> eigenvalues = new IdentityHashMap<>();

        @Override
        public double[] inverseProduct(KroneckerCurvature curvature, Damping damping, double[] v) {
            double[] lambda = damping.diagonal(curvature.space());
            double[] divisors = eigenvalues.merge(curvature, Dense.plus(curvature.diagonal(), 1, lambda),
                    (before, _) -> Dense.plus(before, 1, lambda));
            double[] rotated = curvature.rotate(v);
            for (int i = 0; i < rotated.length; i++) {
                rotated[i] /= divisors[i];
            }
            return curvature.rotateBack(rotated);
        }
    }

    /** {@code λ_1} for every layer. */
    static final class FirstLayers implements Subject {
        @Override
        public Damping damping(KroneckerCurvature curvature, double factor) {
            BlockSpace space = curvature.space();
            return Damping.absolute(space, Damping.relative(space, factor, curvature.diagonal()).of(0));
        }
    }

    /** A subject that adds something else to the eigenvalues than it is asked to. */
    private interface Redamped extends Subject {
        /** What is added to the eigenvalue that stands at {@code index} of a block's, {@code [rows, columns]}. */
        double added(KroneckerCurvature curvature, int block, int index, double lambda);

        @Override
        default double[] inverseProduct(KroneckerCurvature curvature, Damping damping, double[] v) {
            BlockSpace space = curvature.space();
            double[] divisors = curvature.diagonal();
            double[] rotated = curvature.rotate(v);
            for (int block = 0; block < space.blocks().size(); block++) {
                for (int i = space.offset(block); i < space.offset(block + 1); i++) {
                    rotated[i] /= divisors[i] + added(curvature, block, i - space.offset(block), damping.of(block));
                }
            }
            return curvature.rotateBack(rotated);
        }
    }

    /** {@code 10⁻⁸}, whatever is asked for. */
    static final class Constant implements Redamped {
        @Override
        public double added(KroneckerCurvature curvature, int block, int index, double lambda) {
            return 1e-8;
        }
    }

    /** Two shards of the data add {@code λ} each before their curvatures are summed. */
    static final class PerShard implements Redamped {
        @Override
        public double added(KroneckerCurvature curvature, int block, int index, double lambda) {
            return 2 * lambda;
        }
    }

    /** {@code √(λ/n̄)} in each factor: {@code λ + √(λn̄)(s_i + a_j)} on the eigenvalue of their product. */
    static final class InsideTheFactors implements Redamped {
        @Override
        public double added(KroneckerCurvature curvature, int block, int index, double lambda) {
            KroneckerBasis basis = curvature.bases().get(block);
            double s = Math.max(0, basis.gradientValues()[index / basis.columns()]);
            double a = Math.max(0, basis.activationValues()[index % basis.columns()]);
            return lambda + Math.sqrt(lambda * meanLength(curvature, block)) * (s + a);
        }

        /** {@code tr(n̄ S ⊗ A) / (tr S · tr A)}. */
        private static double meanLength(KroneckerCurvature curvature, int block) {
            KroneckerBasis basis = curvature.bases().get(block);
            double[] own = Arrays.copyOfRange(curvature.diagonal(), curvature.space().offset(block),
                    curvature.space().offset(block + 1));
            return Arrays.stream(own).sum() / (Arrays.stream(basis.gradientValues()).sum()
                    * Arrays.stream(basis.activationValues()).sum());
        }
    }
}
