package org.plumbline.verification.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.plumbline.batch.FisherLabels;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.DenseFactors;
import org.plumbline.curvature.DiagonalCurvature;
import org.plumbline.curvature.ExactCurvature;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.FactoredTikhonov;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.curvature.Objective;
import org.plumbline.curvature.PrecomputedMean;
import org.plumbline.curvature.Strategy;
import org.plumbline.engine.Compute;
import org.plumbline.model.TrackedLayer;
import org.plumbline.solve.CholeskyCurvature;
import org.plumbline.solve.ConjugateGradient;
import org.plumbline.solve.ExactFit;
import org.plumbline.solve.IterationListener;
import org.plumbline.solve.IterativeInverse;
import org.plumbline.solve.Lissa;
import org.plumbline.solve.Minibatches;
import org.plumbline.solve.PreconditionedNeumann;
import org.plumbline.solve.PreconditionedSpectrum;

/** The estimators that a run holds against the truth, all with the same damping. */
final class Estimators {
    private static final double TOLERANCE = 1e-8;
    private static final int ITERATIONS = 10_000;
    private static final double LISSA_TOLERANCE = 1e-3;
    private static final int LISSA_ITERATIONS = 2000;
    private static final int MINIBATCH = 8;
    private static final int MINIBATCH_PASSES = 32;
    private static final int RANK = Strategy.LANCZOS.defaultSize();
    private static final int WIDTH = Strategy.LOGRA.defaultSize();
    private static final int PROJECTED = Strategy.TRAK.defaultSize();

    private final Objective objective;
    private final List<TrackedLayer> layers;
    private final DenseCurvature gaussNewton;
    private final Damping damping;
    private final Compute compute;
    private final long seed;
    private final SharedWork shared = new SharedWork();

    /**
     * @param gaussNewton the exact matrix, which the iterative solvers multiply with
     */
    Estimators(
            Objective objective, List<TrackedLayer> layers, DenseCurvature gaussNewton, Damping damping,
            Compute compute, long seed) {
        this.objective = objective;
        this.layers = layers;
        this.gaussNewton = gaussNewton;
        this.damping = damping;
        this.compute = compute;
        this.seed = seed;
    }

    /**
     * An estimator.
     *
     * @param name short name
     * @param system what it computes
     * @param fit everything that does not depend on a query
     */
    record Estimator(String name, String system, Supplier<InverseCurvature> fit) {}

    /** All estimators, from the most faithful system to the least. */
    List<Estimator> all() {
        BlockSpace space = gaussNewton.space();
        FactorFit expectation = new FactorFit(objective, layers, new FisherLabels.Expectation(), compute);
        FactorFit sampled = new FactorFit(objective, layers, new FisherLabels.Sampled(seed, 1), compute);
        FactorFit empirical = new FactorFit(objective, layers, new FisherLabels.Training(), compute);
        Supplier<List<KroneckerFactors>> factors = shared.once(expectation::factors);
        Supplier<List<KroneckerFactors>> sampledFactors = shared.once(sampled::factors);
        Supplier<ClosedFormInverse> ekfac = shared.once(
                () -> ClosedFormInverse.of(KroneckerCurvature.ekfac(factors.get(), expectation), damping));
        List<Estimator> estimators = new ArrayList<>(iterative(ekfac));
        estimators.add(new Estimator("block-diagonal", "(G_l + λ)⁻¹ for each layer, G_l exact",
                () -> new CholeskyCurvature(gaussNewton.blockDiagonal()).inverse(damping)));
        estimators.add(new Estimator("K-FAC", "(n̄ S⊗A + λ)⁻¹, expectation over labels",
                () -> ClosedFormInverse.of(KroneckerCurvature.kfac(factors.get()), damping)));
        estimators.add(new Estimator("K-FAC Tikhonov",
                "n̄⁻¹ (S + √(λ/n̄)/π)⁻¹⊗(A + π√(λ/n̄))⁻¹: damping in the factors",
                () -> ClosedFormInverse.of(FactoredTikhonov.TRACE_NORM.damped(factors.get(), damping),
                        Damping.absolute(space, 0))));
        estimators.add(new Estimator("EK-FAC", "Q(Λ + λ)⁻¹Qᵀ, expectation over labels", ekfac::get));
        estimators.add(new Estimator("EK-FAC O=2", "the same with A and S in two partitions, Λ from dense G",
                () -> ClosedFormInverse.of(KroneckerCurvature.ekfac(factors.get(), gaussNewton, 2), damping)));
        estimators.add(new Estimator("Shampoo factors", "(S⊗A + λ)⁻¹, partial traces of G_l with its trace (TKFAC)",
                () -> ClosedFormInverse.of(KroneckerCurvature.kfac(DenseFactors.partialTraces(gaussNewton)), damping)));
        estimators.add(new Estimator("nearest S⊗A", "(S⊗A + λ)⁻¹, the Kronecker product nearest to G_l",
                () -> ClosedFormInverse.of(KroneckerCurvature.kfac(DenseFactors.nearest(gaussNewton)), damping)));
        estimators.add(new Estimator("K-FAC sampled", "as K-FAC, one sampled label a position",
                () -> ClosedFormInverse.of(KroneckerCurvature.kfac(sampledFactors.get()), damping)));
        estimators.add(new Estimator("EK-FAC sampled", "as EK-FAC, one sampled label a position",
                () -> ClosedFormInverse.of(KroneckerCurvature.ekfac(sampledFactors.get(), sampled), damping)));
        estimators.add(new Estimator("EK-FAC empir.", "as EK-FAC, at the training labels: the empirical Fisher",
                () -> ClosedFormInverse.of(KroneckerCurvature.ekfac(empirical.factors(), empirical), damping)));
        estimators.addAll(reduced());
        estimators.add(new Estimator("diagonal", "(diag G + λ)⁻¹, diag G of dense G",
                () -> ClosedFormInverse.of(new DiagonalCurvature(space, gaussNewton.diagonal()), damping)));
        estimators.add(new Estimator("diag. sampled", "as diagonal, one sampled label a position",
                () -> ClosedFormInverse.of(new DiagonalCurvature(space, sampled.diagonal()), damping)));
        estimators.add(
                new Estimator("identity", "v: the gradient dot product", () -> ClosedFormInverse.identity(space)));
        return estimators;
    }

    /** Work that the estimators share, for counting it where it was spared. */
    SharedWork shared() {
        return shared;
    }

    /** Solvers of the true system. */
    private List<Estimator> iterative(Supplier<ClosedFormInverse> ekfac) {
        return List.of(
                new Estimator("CG", "(G + λ)x = v to ‖r‖ ≤ 1e-8 ‖v‖, products with dense G",
                        () -> new ConjugateGradient(TOLERANCE, ITERATIONS).asInverse(gaussNewton, damping)),
                new Estimator("CG, EK-FAC", "the same, preconditioned by EK-FAC",
                        () -> new ConjugateGradient(TOLERANCE, ITERATIONS)
                                .asInverse(gaussNewton, damping, ekfac.get())),
                new Estimator("ASTRA", "the same system by EK-FAC-preconditioned Neumann steps with momentum",
                        () -> PreconditionedNeumann.tuned(
                                        PreconditionedSpectrum.of(gaussNewton, damping, ekfac.get(), seed),
                                        TOLERANCE, ITERATIONS)
                                .asInverse(gaussNewton, damping, ekfac.get(), IterationListener.NONE)),
                new Estimator("LiSSA", "(G + λ)x = v to ‖r‖ ≤ 1e-3 ‖v‖ or " + LISSA_ITERATIONS
                        + " steps of 1/β, β an upper bound of λ_max; products with dense G",
                        () -> new Lissa(LISSA_TOLERANCE, LISSA_ITERATIONS)
                                .asInverse(gaussNewton, damping, IterationListener.NONE)),
                new Estimator("LiSSA, b=" + MINIBATCH, "the same by " + MINIBATCH_PASSES + " passes over the sequences,"
                        + " " + MINIBATCH + " of them a step, drawn anew for each; products with them alone",
                        this::sampledLissa));
    }

    private IterativeInverse sampledLissa() {
        ExactCurvature operator = ExactCurvature.gaussNewton(objective, gaussNewton.space(), compute);
        int steps = MINIBATCH_PASSES * operator.examples() / MINIBATCH;
        return new Lissa(0, steps).asInverse(new PrecomputedMean(gaussNewton, operator), damping,
                new Minibatches(MINIBATCH, seed), IterationListener.NONE);
    }

    /** Exact curvature in fewer dimensions. */
    private List<Estimator> reduced() {
        BlockSpace space = gaussNewton.space();
        return List.of(
                new Estimator("Lanczos r=" + RANK, "(UΘUᵀ + λ)⁻¹, the largest Ritz pairs of G after "
                        + ExactFit.products(Strategy.LANCZOS, RANK, space) + " steps; λ alone outside U",
                        () -> ExactFit.of(Strategy.LANCZOS, RANK, seed, gaussNewton).inverse(damping)),
                new Estimator("LoGra k=" + WIDTH,
                        "Rᵀ(RGRᵀ + λ)⁻¹R, random R = P⊗P in each layer, " + WIDTH + " rows each",
                        () -> ExactFit.of(Strategy.LOGRA, WIDTH, seed, gaussNewton).inverse(damping)),
                new Estimator("TRAK p=" + PROJECTED, "Rᵀ(RGRᵀ + λ)⁻¹R, one Gaussian R of variance 1/p",
                        () -> ExactFit.of(Strategy.TRAK, PROJECTED, seed, gaussNewton).inverse(damping)));
    }

    /** What is to be said of an estimator after it was applied: iterations and residual if it is iterative. */
    static String note(InverseCurvature inverse) {
        return switch (inverse) {
            case IterativeInverse iterative -> String.format(Locale.ROOT,
                    "at most %d products a query, largest ‖r‖/‖v‖ %.1e",
                    iterative.statistics().stream().mapToInt(one -> one.iterations()).max().orElse(0),
                    iterative.largestRelativeResidual());
            case ClosedFormInverse kronecker when !kronecker.nullBlocks().isEmpty() ->
                    "contributes nothing: " + kronecker.nullBlocks();
            default -> "";
        };
    }
}
