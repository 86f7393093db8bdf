package org.plumbline.verification.mistakes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.plumbline.batch.FisherLabels;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.curvature.Objective;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.TrackedLayer;
import org.plumbline.verification.laws.Dense;
import org.plumbline.verification.laws.LabelEnumeration;
import org.plumbline.verification.laws.Setting;
import org.plumbline.verification.laws.Subject;

/** Mistakes in what is pushed back and in when it is squared. */
final class LabelMistakes {
    private LabelMistakes() {}

    /** Pseudo-gradients at the training labels. */
    static final class Empirical implements Subject {
        private static FactorFit fit(Objective objective, List<TrackedLayer> layers) {
            return new FactorFit(objective, layers, new FisherLabels.Training(), Setting.COMPUTE);
        }

        @Override
        public List<Weighted> pseudoGradients(Setting setting, Example example) {
            return List.of(new Weighted(1, gradients(setting.objective(), setting.layers(), List.of(example))[0]));
        }

        @Override
        public double[] signedDiagonal(Objective objective, List<TrackedLayer> layers, long seed, int draws) {
            return fit(objective, layers).diagonal();
        }

        @Override
        public List<KroneckerFactors> factors(Objective objective, List<TrackedLayer> layers) {
            return fit(objective, layers).factors();
        }

        @Override
        public double[] eigenvalues(Objective objective, List<TrackedLayer> layers, List<KroneckerBasis> bases) {
            return fit(objective, layers).eigenvalues(bases);
        }
    }

    /** All columns {@code √p_c (e_c − p)} of a sequence summed without signs, and pushed back once. */
    static final class OneBackward implements Subject {

        /** For each sequence the sum of its pseudo-gradients, {@code Ds} and {@code Dθ}. */
        private static List<LabelEnumeration.Term> sums(LabelEnumeration enumeration) {
            List<LabelEnumeration.Term> sums = new ArrayList<>();
            for (LabelEnumeration.Term term : enumeration.terms()) {
                if (sums.isEmpty() || sums.getLast().example() != term.example()) {
                    sums.add(new LabelEnumeration.Term(term.example(), term.position(),
                            term.ds().stream().map(double[]::clone).toList(), term.activations()));
                } else {
                    for (int layer = 0; layer < term.ds().size(); layer++) {
                        Vectors.axpy(1, term.ds().get(layer), sums.getLast().ds().get(layer));
                    }
                }
            }
            return sums;
        }

        @Override
        public List<Weighted> pseudoGradients(Setting setting, Example example) {
            LabelEnumeration one = new LabelEnumeration(setting.objective().on(List.of(example)), setting.layers());
            return List.of(new Weighted(1, one.sequenceGradient(sums(one).getFirst())));
        }

        @Override
        public double[] signedDiagonal(Objective objective, List<TrackedLayer> layers, long seed, int draws) {
            LabelEnumeration enumeration = new LabelEnumeration(objective, layers);
            double[] diagonal = new double[BlockSpace.ofLayers(layers).dimension()];
            for (LabelEnumeration.Term sum : sums(enumeration)) {
                double[] gradient = enumeration.sequenceGradient(sum);
                for (int i = 0; i < diagonal.length; i++) {
                    diagonal[i] += gradient[i] * gradient[i] / enumeration.sequences();
                }
            }
            return diagonal;
        }

        @Override
        public List<KroneckerFactors> factors(Objective objective, List<TrackedLayer> layers) {
            List<LabelEnumeration.Term> sums = sums(new LabelEnumeration(objective, layers));
            List<KroneckerFactors> factors = new ArrayList<>();
            for (KroneckerFactors right : Subject.super.factors(objective, layers)) {
                int rows = right.block().rows();
                double[] s = new double[rows * rows];
                for (LabelEnumeration.Term sum : sums) {
                    double[] ds = sum.ds().get(factors.size());
                    for (int at = 0; at < ds.length; at += rows) {
                        Dense.addOuter(s, 1 / (right.meanLength() * objective.examples().size()),
                                Arrays.copyOfRange(ds, at, at + rows));
                    }
                }
                factors.add(new KroneckerFactors(right.block(), right.activation(), s, right.meanLength()));
            }
            return factors;
        }

        @Override
        public double[] eigenvalues(Objective objective, List<TrackedLayer> layers, List<KroneckerBasis> bases) {
            LabelEnumeration enumeration = new LabelEnumeration(objective, layers);
            return Layers.flat(layers, layer -> enumeration.eigenvalues(
                    layer, bases.get(layer), sums(enumeration), false));
        }
    }

    /**
     * One random sign a class, shared by all positions of a sequence: cross terms between positions survive. What
     * the mean of many draws tends to is {@code E_m[Σ_c (Σ_t u_tc)²]}, which stands for them here.
     */
    static final class SharedSigns implements Subject {
        @Override
        public double[] signedDiagonal(Objective objective, List<TrackedLayer> layers, long seed, int draws) {
            LabelEnumeration enumeration = new LabelEnumeration(objective, layers);
            int n = BlockSpace.ofLayers(layers).dimension();
            // The terms of a position are those of all classes in order.
            Map<List<Integer>, double[]> sums = new LinkedHashMap<>();
            int column = 0;
            LabelEnumeration.Term last = null;
            for (LabelEnumeration.Term term : enumeration.terms()) {
                boolean samePosition = last != null && last.example() == term.example()
                        && last.position() == term.position();
                column = samePosition ? column + 1 : 0;
                last = term;
                Vectors.axpy(1, enumeration.sequenceGradient(term),
                        sums.computeIfAbsent(List.of(term.example(), column), _ -> new double[n]));
            }
            double[] diagonal = new double[n];
            for (double[] sum : sums.values()) {
                for (int i = 0; i < n; i++) {
                    diagonal[i] += sum[i] * sum[i] / enumeration.sequences();
                }
            }
            return diagonal;
        }
    }

    /** {@code E_m[Σ_t (Q_Sᵀ Ds_t ā_tᵀ Q_A)²]}. */
    static final class TokenSquares implements Subject {
        @Override
        public double[] eigenvalues(Objective objective, List<TrackedLayer> layers, List<KroneckerBasis> bases) {
            LabelEnumeration enumeration = new LabelEnumeration(objective, layers);
            return Layers.flat(layers, layer -> enumeration.eigenvalues(
                    layer, bases.get(layer), enumeration.terms(), true));
        }
    }
}
