package org.plumbline.verification.ladder;

import java.util.ArrayList;
import java.util.List;
import org.plumbline.batch.FisherLabels;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.DenseExactCurvature;
import org.plumbline.curvature.DiagonalCurvature;
import org.plumbline.curvature.ExactCurvature;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.Gradients;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Compute;
import org.plumbline.influence.InfluenceScores;
import org.plumbline.model.Parameters;
import org.plumbline.solve.DenseInverse;
import org.plumbline.solve.DenseSpectrum;
import org.plumbline.solve.NegativeCurvature;
import org.plumbline.solve.SpectralInverse;
import org.plumbline.verification.truth.AttributionTask;

/**
 * Exact curvature of a study at trained parameters, and the scores that follow from it and from its approximations,
 * from the most faithful to the least, all with the same damping. Kronecker factors are in exact expectation over
 * labels, so that each differs from the one before by its approximation alone.
 */
final class Estimates {
    static final String HESSIAN = "Hessian";
    static final String GAUSS_NEWTON = "Gauss–Newton";
    static final String EKFAC = "EK-FAC";
    static final String IDENTITY = "identity";

    private final DenseCurvature gaussNewton;
    private final ExactCurvature operator;
    private final Damping damping;
    private final DenseInverse exact;
    private final ClosedFormInverse ekfac;
    private final double[][] trainingGradients;
    private final double[][] queryGradients;
    private final int negativeEigenvalues;
    private final List<Estimate> all = new ArrayList<>();

    /**
     * Scores of one estimator.
     *
     * @param definition what it computes, in a formula
     * @param products {@code (C + λ)⁻¹∇f} of each query
     */
    record Estimate(String name, String definition, double[][] products, InfluenceScores scores) {

        /** The scores of some sequences, {@code [queries][sequences]}. */
        double[][] of(int[] sequences) {
            double[][] chosen = new double[products.length][sequences.length];
            for (int q = 0; q < chosen.length; q++) {
                for (int i = 0; i < sequences.length; i++) {
                    chosen[q][i] = scores.raw()[q][sequences[i]];
                }
            }
            return chosen;
        }
    }

    Estimates(AttributionTask study, Parameters parameters, double factor, Compute compute) {
        Objective objective = study.objective(parameters);
        BlockSpace space = study.space();
        gaussNewton = DenseExactCurvature.gaussNewton(objective, study.layers(), compute, done -> {});
        operator = ExactCurvature.gaussNewton(objective, space, compute);
        damping = Damping.relative(space, factor, gaussNewton.diagonal());
        exact = DenseInverse.of(gaussNewton, damping);
        Gradients gradients = new Gradients(objective, space, compute);
        trainingGradients = gradients.ofObjective();
        queryGradients = gradients.ofLogLikelihood(study.queries());
        DenseSpectrum spectrum = DenseSpectrum.of(
                DenseExactCurvature.hessian(objective, study.layers(), compute, done -> {}), compute);
        negativeEigenvalues = spectrum.negativeEigenvalues();
        List<KroneckerFactors> factors =
                new FactorFit(objective, study.layers(), new FisherLabels.Expectation(), compute).factors();
        ekfac = ClosedFormInverse.of(KroneckerCurvature.ekfac(factors, gaussNewton), damping);
        add(HESSIAN, "`(abs(H) + λ)⁻¹`, dense, negative eigenvalues by their absolute value",
                SpectralInverse.of(spectrum, damping, NegativeCurvature.ABSOLUTE));
        add(GAUSS_NEWTON, "`(G + λ)⁻¹`, dense, across layers", exact);
        add("block-diagonal", "`(G_l + λ)⁻¹` layer by layer", DenseInverse.of(gaussNewton.blockDiagonal(), damping));
        add(EKFAC, "`Q(Λ + λ)⁻¹Qᵀ` layer by layer", ekfac);
        add("K-FAC", "`(n̄ S⊗A + λ)⁻¹` layer by layer",
                ClosedFormInverse.of(KroneckerCurvature.kfac(factors), damping));
        add("diagonal", "`(diag G + λ)⁻¹`",
                ClosedFormInverse.of(new DiagonalCurvature(space, gaussNewton.diagonal()), damping));
        add(IDENTITY, "the gradient dot product", ClosedFormInverse.identity(space));
    }

    private void add(String name, String definition, InverseCurvature inverse) {
        double[][] products = inverse.applyAll(queryGradients);
        all.add(new Estimate(name, definition, products, InfluenceScores.of(products, trainingGradients)));
    }

    /** All estimates, from the most faithful to the least. */
    List<Estimate> all() {
        return List.copyOf(all);
    }

    Estimate get(String name) {
        return all.stream().filter(estimate -> estimate.name().equals(name)).findFirst().orElseThrow();
    }

    DenseCurvature gaussNewton() {
        return gaussNewton;
    }

    /** The same by program runs over the sequences. */
    ExactCurvature operator() {
        return operator;
    }

    Damping damping() {
        return damping;
    }

    DenseInverse exact() {
        return exact;
    }

    ClosedFormInverse ekfac() {
        return ekfac;
    }

    double[][] trainingGradients() {
        return trainingGradients;
    }

    double[][] queryGradients() {
        return queryGradients;
    }

    /** The number of eigenvalues of the exact Hessian that are negative beyond rounding. */
    int negativeEigenvalues() {
        return negativeEigenvalues;
    }
}
