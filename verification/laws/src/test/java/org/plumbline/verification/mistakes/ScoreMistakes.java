package org.plumbline.verification.mistakes;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.Objective;
import org.plumbline.curvature.ParameterBlock;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.Parameters;
import org.plumbline.model.TrackedLayer;
import org.plumbline.verification.laws.Dense;
import org.plumbline.verification.laws.Setting;
import org.plumbline.verification.laws.Subject;

/** Mistakes in gradients, and in what scores are made of them. */
final class ScoreMistakes {
    private ScoreMistakes() {}

    /** The gradients of a tied embedding's two uses are squared each by itself, then summed. */
    static final class UsesSquaredApart implements Subject {
        @Override
        public double[] secondMoments(Setting setting, BlockSpace space) {
            Gpt2Config tied = ((Gpt2) setting.model()).config();
            Gpt2 untied = new Gpt2(new Gpt2Config(tied.vocabulary(), tied.context(), tied.width(), tied.layers(),
                    tied.heads(), tied.hidden(), false, tied.epsilon(), tied.activation(), tied.scaledAttention(),
                    tied.scaledByDepth()));
            String embedding = setting.model().outputLayer().orElseThrow().weight();
            String unembedding = untied.outputLayer().orElseThrow().weight();
            Map<String, double[]> values = new LinkedHashMap<>();
            for (String name : untied.space().shapes().keySet()) {
                values.put(name, setting.objective().parameters().doubles(name.equals(unembedding) ? embedding : name));
            }
            Setting apart = setting.with(untied, Parameters.ofDoubles(untied.space(), values));
            double[] sum = new double[space.dimension()];
            for (String use : List.of(embedding, unembedding)) {
                BlockSpace one = new BlockSpace(List.of(ParameterBlock.of(untied.space(), use)));
                Vectors.axpy(1, Subject.super.secondMoments(apart, one), sum);
            }
            return sum;
        }
    }

    /** {@code +∇fᵀ (Ĝ + λ)⁻¹ ∇L}: the gradient of a log-likelihood taken for that of a loss. */
    static final class WrongSign implements Subject {
        @Override
        public double[][] influences(
                KroneckerCurvature curvature, Damping damping, double[][] measurements, double[][] losses) {
            double[][] raw = Subject.super.influences(curvature, damping, measurements, losses);
            for (double[] row : raw) {
                Vectors.scale(-1, row);
            }
            return raw;
        }
    }

    /** {@code raw} taken for the effect of one copy. */
    static final class NotPerCopy implements Subject {
        @Override
        public double[][] perCopy(double[][] raw, int sequences) {
            return raw;
        }
    }

    /** All gradients have length one. */
    static final class Normalized implements Subject {
        @Override
        public double[][] gradients(Objective objective, List<TrackedLayer> layers, List<Example> examples) {
            double[][] gradients = Subject.super.gradients(objective, layers, examples);
            for (double[] gradient : gradients) {
                double norm = Vectors.norm(gradient);
                Vectors.scale(norm == 0 ? 1 : 1 / norm, gradient);
            }
            return gradients;
        }
    }

    /** Entries of variance 1, and not {@code 1/p}. */
    static final class UnitVariance implements Subject {
        @Override
        public double[] projected(BlockSpace space, int rows, long seed, double[] v) {
            return Dense.times(Math.sqrt(rows), Subject.super.projected(space, rows, seed, v));
        }
    }
}
