package org.plumbline.verification.mistakes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Precision;
import org.plumbline.model.Example;
import org.plumbline.model.TrackedLayer;
import org.plumbline.verification.laws.Subject;

/** Mistakes in which positions count. */
final class PaddingMistakes {
    private PaddingMistakes() {}

    /** A copy of the example with other masks and, for tokens, other inputs. */
    private static Example rebuilt(Example example, double[] fed, double[] weights, int[] tokens, int[] positions) {
        Map<String, double[]> reals = new LinkedHashMap<>();
        Map<String, int[]> indices = new LinkedHashMap<>();
        example.storages(Precision.DOUBLE).keySet().forEach(name -> {
            switch (name) {
                case Example.TOKENS -> indices.put(name, tokens);
                case Example.POSITIONS -> indices.put(name, positions);
                case Example.LABELS -> indices.put(name, example.indices(name));
                case Example.FED -> reals.put(name, fed);
                case Example.WEIGHTS -> reals.put(name, weights);
                default -> reals.put(name, example.reals(name));
            }
        });
        return new Example(example.length(), indices, reals);
    }

    private static boolean hasTokens(Example example) {
        return example.storages(Precision.DOUBLE).containsKey(Example.TOKENS);
    }

    private static Example masked(Example example, double[] fed, double[] weights) {
        return hasTokens(example)
                ? rebuilt(example, fed, weights, example.indices(Example.TOKENS), example.indices(Example.POSITIONS))
                : rebuilt(example, fed, weights, null, null);
    }

    private static double[] ones(int n) {
        double[] ones = new double[n];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** Every position of the array is fed. */
    private static Example counted(Example example) {
        return masked(example, ones(example.length()), example.reals(Example.WEIGHTS));
    }

    /** No mask at all in the fit. */
    static final class Counted implements Subject {
        @Override
        public List<KroneckerFactors> factors(Objective objective, List<TrackedLayer> layers) {
            return Subject.super.factors(Layers.changed(objective, PaddingMistakes::counted), layers);
        }

        @Override
        public double[] eigenvalues(Objective objective, List<TrackedLayer> layers, List<KroneckerBasis> bases) {
            return Subject.super.eigenvalues(Layers.changed(objective, PaddingMistakes::counted), layers, bases);
        }
    }

    /** {@code A} and counts are right; pseudo-gradients start at padding too and reach what padding attends to. */
    static final class LossAtPadding implements Subject {
        private static Example withLosses(Example example) {
            double[] weights = example.reals(Example.WEIGHTS);
            double[] fed = example.reals(Example.FED);
            for (int t = 0; t < fed.length; t++) {
                weights[t] = fed[t] == 0 ? 1 : weights[t];
            }
            return masked(example, ones(fed.length), weights);
        }

        @Override
        public List<KroneckerFactors> factors(Objective objective, List<TrackedLayer> layers) {
            List<KroneckerFactors> right = Subject.super.factors(objective, layers);
            List<KroneckerFactors> wrong =
                    Subject.super.factors(Layers.changed(objective, LossAtPadding::withLosses), layers);
            List<KroneckerFactors> mixed = new ArrayList<>();
            for (int i = 0; i < right.size(); i++) {
                mixed.add(new KroneckerFactors(right.get(i).block(), right.get(i).activation(),
                        wrong.get(i).gradient(), right.get(i).meanLength()));
            }
            return mixed;
        }

        @Override
        public double[] eigenvalues(Objective objective, List<TrackedLayer> layers, List<KroneckerBasis> bases) {
            return Subject.super.eigenvalues(Layers.changed(objective, LossAtPadding::withLosses), layers, bases);
        }
    }

    /**
     * Of a batch padded on the right, all columns but the last are fed: a sequence that is shorter than the batch feeds
     * its last token.
     */
    static final class LastColumnDropped implements Subject {
        private static Example withLastToken(Example example) {
            if (!hasTokens(example)) {
                return example;
            }
            double[] fed = example.reals(Example.FED);
            int after = fed.length;
            while (fed[after - 1] == 0) {
                after--;
            }
            if (after == fed.length) {
                return example;
            }
            int[] tokens = example.indices(Example.TOKENS);
            int[] positions = example.indices(Example.POSITIONS);
            tokens[after] = example.indices(Example.LABELS)[after - 1];
            positions[after] = positions[after - 1] + 1;
            fed[after] = 1;
            return rebuilt(example, fed, example.reals(Example.WEIGHTS), tokens, positions);
        }

        @Override
        public List<KroneckerFactors> factors(Objective objective, List<TrackedLayer> layers) {
            return Subject.super.factors(Layers.changed(objective, LastColumnDropped::withLastToken), layers);
        }
    }
}
