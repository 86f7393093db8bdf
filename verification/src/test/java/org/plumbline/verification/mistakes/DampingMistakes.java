package org.plumbline.verification.mistakes;

import java.util.IdentityHashMap;
import java.util.Map;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
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
}
