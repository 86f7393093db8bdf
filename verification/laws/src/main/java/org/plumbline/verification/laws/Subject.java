package org.plumbline.verification.laws;

import java.util.ArrayList;
import java.util.List;
import org.plumbline.batch.FisherLabels;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.Gradients;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.curvature.Objective;
import org.plumbline.influence.InfluenceScores;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.TrackedLayer;
import org.plumbline.solve.GaussianProjection;

/**
 * An implementation of Kronecker-factored influence, cut into the pieces that implementations get wrong. Each piece is
 * the library's unless it is overridden, and the later pieces are made of the earlier ones, so that a mistake in one
 * reaches the scores as it would in an implementation that has it.
 */
public interface Subject {

    /** A gradient and its probability. */
    record Weighted(double probability, double[] gradient) {}

    /** The library. */
    static Subject library() {
        return new Subject() {};
    }

    /** The law of one sequence's pseudo-gradient on the layers: all values that it takes, with their probabilities. */
    default List<Weighted> pseudoGradients(Setting setting, Example example) {
        List<LabelStrings.Weighted> strings = LabelStrings.of(setting, example);
        double[][] gradients = gradients(setting.objective(), setting.layers(),
                strings.stream().map(LabelStrings.Weighted::example).toList());
        List<Weighted> weighted = new ArrayList<>();
        for (int i = 0; i < gradients.length; i++) {
            weighted.add(new Weighted(strings.get(i).probability(), gradients[i]));
        }
        return weighted;
    }

    /** An estimate of the Fisher matrix's diagonal from columns of the loss's Hessian summed with random signs. */
    default double[] signedDiagonal(Objective objective, List<TrackedLayer> layers, long seed, int draws) {
        return new FactorFit(objective, layers, new FisherLabels.RandomSigns(seed, draws), Setting.COMPUTE).diagonal();
    }

    /** {@code A}, {@code S} and {@code n̄} of each layer, in exact expectation over labels. */
    default List<KroneckerFactors> factors(Objective objective, List<TrackedLayer> layers) {
        return new FactorFit(objective, layers, new FisherLabels.Expectation(), Setting.COMPUTE).factors();
    }

    /** The eigenbasis of a layer's factors. */
    default KroneckerBasis basis(KroneckerFactors factors) {
        return KroneckerBasis.of(factors);
    }

    /** {@code Λ} in these bases, flat over the layers, in exact expectation over labels. */
    default double[] eigenvalues(Objective objective, List<TrackedLayer> layers, List<KroneckerBasis> bases) {
        return new FactorFit(objective, layers, new FisherLabels.Expectation(), Setting.COMPUTE).eigenvalues(bases);
    }

    /** The operator with these eigenvalues in these bases. */
    default KroneckerCurvature operator(BlockSpace space, List<KroneckerBasis> bases, double[] diagonal) {
        return new KroneckerCurvature(space, bases, diagonal);
    }

    /** K-FAC. */
    default KroneckerCurvature kfac(Objective objective, List<TrackedLayer> layers) {
        List<KroneckerFactors> factors = factors(objective, layers);
        BlockSpace space = BlockSpace.ofLayers(layers);
        return operator(space, factors.stream().map(this::basis).toList(), KroneckerCurvature.kfac(factors).diagonal());
    }

    /** EK-FAC. */
    default KroneckerCurvature ekfac(Objective objective, List<TrackedLayer> layers) {
        List<KroneckerBasis> bases = factors(objective, layers).stream().map(this::basis).toList();
        return operator(BlockSpace.ofLayers(layers), bases, eigenvalues(objective, layers, bases));
    }

    /** {@code λ_ℓ = factor · mean(Λ_ℓ)}. */
    default Damping damping(KroneckerCurvature curvature, double factor) {
        return Damping.relative(curvature.space(), factor, curvature.diagonal());
    }

    /** {@code (Ĝ + λ)⁻¹ v}. */
    default double[] inverseProduct(KroneckerCurvature curvature, Damping damping, double[] v) {
        return ClosedFormInverse.of(curvature, damping).apply(v);
    }

    /** {@code (Ĝ + λ)^(−1/2) v}. */
    default double[] squareRootProduct(KroneckerCurvature curvature, Damping damping, double[] v) {
        return ClosedFormInverse.of(curvature, damping).applySquareRoot(v);
    }

    /** {@code R v} for a random {@code R [rows, P]} with {@code E[RᵀR] = I}, the same for the same seed. */
    default double[] projected(BlockSpace space, int rows, long seed, double[] v) {
        return new GaussianProjection(space, rows, seed).project(v);
    }

    /** {@code E[g²]} elementwise, over all label strings, in any blocks of the model's parameters. */
    default double[] secondMoments(Setting setting, BlockSpace space) {
        double[] moments = new double[space.dimension()];
        Gradients gradients = new Gradients(setting.objective(), space, Setting.COMPUTE);
        for (Example example : setting.examples()) {
            for (LabelStrings.Weighted string : LabelStrings.of(setting, example)) {
                double[] gradient = gradients.of(List.of(string.example()))[0];
                for (int i = 0; i < moments.length; i++) {
                    moments[i] += string.probability() * gradient[i] * gradient[i] / setting.examples().size();
                }
            }
        }
        return moments;
    }

    /** {@code ∇L} of each example on the layers. */
    default double[][] gradients(Objective objective, List<TrackedLayer> layers, List<Example> examples) {
        return new Gradients(objective, BlockSpace.ofLayers(layers), Setting.COMPUTE).of(examples);
    }

    /**
     * {@code raw = −∇fᵀ (Ĝ + λ)⁻¹ ∇L(z)} with {@code f = −L(query)}, the log-likelihood of the query's loss positions.
     *
     * @return a row for each query, a column for each training example
     */
    default double[][] scores(
            Objective objective, List<TrackedLayer> layers, KroneckerCurvature curvature, Damping damping,
            List<Example> queries, List<Example> training) {
        double[][] measurements = gradients(objective, layers, queries);
        for (double[] gradient : measurements) {
            Vectors.scale(-1, gradient);
        }
        return influences(curvature, damping, measurements, gradients(objective, layers, training));
    }

    /**
     * {@code raw = −∇fᵀ (Ĝ + λ)⁻¹ ∇L} for measurements and losses given by their gradients.
     *
     * @return a row for each measurement, a column for each loss
     */
    default double[][] influences(
            KroneckerCurvature curvature, Damping damping, double[][] measurements, double[][] losses) {
        double[][] raw = new double[measurements.length][losses.length];
        for (int q = 0; q < measurements.length; q++) {
            double[] preconditioned = inverseProduct(curvature, damping, measurements[q]);
            for (int m = 0; m < losses.length; m++) {
                raw[q][m] = -Vectors.dot(preconditioned, losses[m]);
            }
        }
        return raw;
    }

    /** {@code raw / N}: the change of {@code f} for one added copy, to first order. */
    default double[][] perCopy(double[][] raw, int sequences) {
        return new InfluenceScores(raw, sequences).perCopy();
    }
}
