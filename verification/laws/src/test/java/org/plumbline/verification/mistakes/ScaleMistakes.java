package org.plumbline.verification.mistakes;

import java.util.Arrays;
import java.util.List;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.curvature.Objective;
import org.plumbline.model.Example;
import org.plumbline.model.TrackedLayer;
import org.plumbline.verification.laws.Dense;
import org.plumbline.verification.laws.Subject;

/** Means where sums are meant. */
final class ScaleMistakes {
    private ScaleMistakes() {}

    /** A subject that takes another multiple of each sequence's loss. */
    private interface Rescaled extends Subject {
        double factor(Example example);

        private Example rescaled(Example example) {
            return example.withWeights(Dense.times(factor(example), example.reals(Example.WEIGHTS)));
        }

        @Override
        default List<KroneckerFactors> factors(Objective objective, List<TrackedLayer> layers) {
            return Subject.super.factors(Layers.changed(objective, this::rescaled), layers);
        }

        @Override
        default double[] eigenvalues(Objective objective, List<TrackedLayer> layers, List<KroneckerBasis> bases) {
            return Subject.super.eigenvalues(Layers.changed(objective, this::rescaled), layers, bases);
        }

        @Override
        default double[][] gradients(Objective objective, List<TrackedLayer> layers, List<Example> examples) {
            return Subject.super.gradients(objective, layers, examples.stream().map(this::rescaled).toList());
        }
    }

    /** The weighted mean of the losses of a sequence. */
    static final class MeanOverTokens implements Rescaled {
        @Override
        public double factor(Example example) {
            return 1 / Arrays.stream(example.reals(Example.WEIGHTS)).sum();
        }
    }

    /** The sum of the losses of a sequence over their number. */
    static final class DividedByPositions implements Rescaled {
        @Override
        public double factor(Example example) {
            return 1.0 / example.lossPositions();
        }
    }

    /** {@code Λ = E[(1/B Σ_m Dθ_m)²] = 1/B² Σ_m E[Dθ_m²]}, the batch being all data. */
    static final class BatchMean implements Subject {
        @Override
        public double[] eigenvalues(Objective objective, List<TrackedLayer> layers, List<KroneckerBasis> bases) {
            return Dense.times(1.0 / objective.examples().size(), Subject.super.eigenvalues(objective, layers, bases));
        }
    }
}
