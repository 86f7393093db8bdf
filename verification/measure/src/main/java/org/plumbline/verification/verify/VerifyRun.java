package org.plumbline.verification.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.DenseExactCurvature;
import org.plumbline.curvature.Gradients;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Compute;
import org.plumbline.engine.InsufficientMemoryException;
import org.plumbline.engine.Precision;
import org.plumbline.influence.InfluenceScores;
import org.plumbline.influence.TracIn;
import org.plumbline.model.Example;
import org.plumbline.model.TrackedLayer;
import org.plumbline.solve.Certificate;
import org.plumbline.solve.DenseInverse;
import org.plumbline.solve.IterativeInverse;
import org.plumbline.solve.NegativeCurvature;
import org.plumbline.solve.SpectralInverse;
import org.plumbline.train.Evaluation;
import org.plumbline.train.TrainingListener;

/** One run of {@code verify}, stage by stage. */
public final class VerifyRun {
    private static final int TOP = 10;
    private static final int SHOWN = 5;

    private final VerifyConfig config;
    private final VerifyData data;
    private final Compute compute;
    private final TrainingListener training;
    private final Consumer<String> progress;
    private final Stopwatch stages = new Stopwatch();
    private final Stopwatch fits = new Stopwatch();
    private final Stopwatch applications = new Stopwatch();

    /**
     * @param training told of every training step
     * @param progress told what is being done, in words
     * @throws InsufficientMemoryException if the dense curvatures do not fit into memory
     */
    public VerifyRun(
            VerifyConfig config, VerifyData data, Compute compute,
            TrainingListener training, Consumer<String> progress) {
        this.config = config;
        this.data = data;
        this.compute = compute;
        this.training = training;
        this.progress = progress;
        // Gauss–Newton, Hessian, a factorization of each and two matrices of an eigendecomposition live at one time.
        InsufficientMemoryException.require(6L * Double.BYTES * config.tracked() * config.tracked(),
                String.format(Locale.ROOT, "verify with a dense curvature of %,d parameters", config.tracked()));
    }

    /**
     * Runs everything.
     *
     * @param version of this program, for the report
     * @param certify what no refined score is to be off by more than, as a fraction of the root mean square of its
     *     query's scores: bounds the error of every estimator, and not of iterative ones alone, by refining its
     *     products so far
     * @param export where model, data and scores go, too
     */
    public VerifyReport run(String version, OptionalDouble certify, Optional<VerifyExport> export) {
        TrainedModel trained = stages.time("train", () -> TrainedModel.train(config, data, compute, training));
        Objective objective = new Objective(trained.model(), trained.parameters(), data.examples());
        List<TrackedLayer> layers = trained.model().mlpLayers();

        DenseCurvature gaussNewton = fits.time("exact", () -> DenseExactCurvature.gaussNewton(
                objective, layers, compute, counted("exact Gauss–Newton matrix")));
        Damping damping = Damping.relative(gaussNewton.space(), config.damping(), gaussNewton.diagonal());
        Gradients gradients = new Gradients(objective, gaussNewton.space(), compute);
        double[][] trainingGradients = stages.time("gradients", gradients::ofObjective);
        double[][] queryGradients = stages.time("gradients", () -> queryGradients(gradients));

        InverseCurvature exact = fits.time("exact", () -> DenseInverse.of(gaussNewton, damping));
        double[][] products = apply("exact", exact, queryGradients);
        Comparison comparison = new Comparison(products, trainingGradients);
        export.ifPresent(files -> {
            files.inputs(trained, data, gaussNewton.space(), damping);
            files.scores("exact", comparison.exactScores());
        });
        List<EstimatorReport> rows = new ArrayList<>();
        Certification certification = stages.time("certificates",
                () -> new Certification(gaussNewton, damping, queryGradients, trainingGradients));
        double fraction = certify.orElse(Double.POSITIVE_INFINITY);
        Certifier certifier = (inverse, estimates) -> certify.isPresent() || inverse instanceof IterativeInverse
                ? stages.time("certificates", () -> certification.of(estimates, fraction))
                : List.of();
        rows.add(comparison.row("exact", "(G + λ)⁻¹, dense: the truth for all others", products, "",
                certifier.of(exact, products)));

        SpectralInverse hessian = fits.time("Hessian", () -> SpectralInverse.of(
                DenseExactCurvature.hessian(objective, layers, compute, counted("exact Hessian")),
                damping, NegativeCurvature.ABSOLUTE, compute));
        double[][] ofHessian = apply("Hessian", hessian, queryGradients);
        rows.add(comparison.row("Hessian", "(|H| + λ)⁻¹, dense", ofHessian,
                String.format(Locale.ROOT, "%d of %,d eigenvalues are negative beyond rounding (below −P ε max |h|);"
                                + " the absolute value of each is taken",
                        hessian.negativeEigenvalues(), config.tracked()),
                certifier.of(hessian, ofHessian)));

        Estimators estimators = new Estimators(objective, layers, gaussNewton, damping, compute, config.seed());
        for (Estimators.Estimator estimator : estimators.all()) {
            progress.accept(estimator.name());
            InverseCurvature inverse = fits.time(estimator.name(), estimator.fit());
            fits.add(estimator.name(), estimators.shared().takeSpared());
            double[][] estimated = apply(estimator.name(), inverse, queryGradients);
            rows.add(comparison.row(estimator.name(), estimator.system(), estimated, Estimators.note(inverse),
                    certifier.of(inverse, estimated)));
            export.ifPresent(files ->
                    files.scores(estimator.name(), InfluenceScores.of(estimated, trainingGradients)));
        }
        TracIn tracIn = new TracIn(trained.model(), gaussNewton.space(), trained.checkpoints());
        rows.add(comparison.row("TracIn", String.format(Locale.ROOT,
                        "−Σ η_i ∇f(θ_i)ᵀ∇L(z, θ_i), %d checkpoints: no inverse curvature, and another question",
                        trained.checkpoints().size()),
                applications.time("TracIn", () -> tracIn.scores(
                        data.queries().stream().map(Query::example).toList(), data.examples(), compute))));
        return new VerifyReport(
                version, config,
                new VerifyReport.Environment(
                        System.getProperty("java.version"), compute.engine().name(), Precision.DOUBLE.name()),
                new VerifyReport.Data(data.description(), data.examples().size(),
                        data.examples().stream().mapToInt(Example::fedPositions).sum(),
                        data.tokenizer().vocabularySize()),
                new VerifyReport.Training(Math.toIntExact(trained.model().space().size()), config.tracked(),
                        trained.initialLoss(), trained.loss(), trained.uniformLoss(), trained.unigramLoss()),
                new VerifyReport.Truth(layers.stream().map(TrackedLayer::name).toList(), damping.perBlock(),
                        hessian.negativeEigenvalues(), hessian.leastEigenvalue(), NegativeCurvature.ABSOLUTE.name()),
                rows, queries(trained, comparison.exactScores()), timings());
    }

    /** Certificates of the products of all queries, or none. */
    @FunctionalInterface
    private interface Certifier {
        List<Certificate> of(InverseCurvature inverse, double[][] estimates);
    }

    private IntConsumer counted(String what) {
        int total = data.examples().size();
        long begin = System.nanoTime();
        long[] last = {begin};
        return done -> {
            long now = System.nanoTime();
            if (now - last[0] > 1_000_000_000L || done == total) {
                last[0] = now;
                double left = (now - begin) * 1e-9 * (total - done) / done;
                progress.accept(String.format(
                        Locale.ROOT, "%s: %d of %d sequences, %.0f s left", what, done, total, left));
            }
        };
    }

    private double[][] queryGradients(Gradients gradients) {
        return gradients.ofLogLikelihood(data.queries().stream().map(Query::example).toList());
    }

    private double[][] apply(String name, InverseCurvature inverse, double[][] queryGradients) {
        return applications.time(name, () -> inverse.applyAll(queryGradients));
    }

    private List<VerifyReport.QueryReport> queries(TrainedModel trained, InfluenceScores scores) {
        double[] losses = new Evaluation(trained.model(), data.queries().stream().map(Query::example).toList(),
                compute.engine(), Precision.DOUBLE, 1, compute.workers()).losses(trained.parameters());
        double[][] perCopy = scores.perCopy();
        List<VerifyReport.QueryReport> reports = new ArrayList<>();
        for (int q = 0; q < losses.length; q++) {
            Query query = data.queries().get(q);
            int[] top = scores.mostPositive(q, TOP);
            Integer supported = query.support().isEmpty()
                    ? null
                    : (int) Arrays.stream(top).filter(query.support()::contains).count();
            reports.add(new VerifyReport.QueryReport(query.prompt(), query.completion(), -losses[q], supported,
                    ranked(scores, perCopy, q, scores.mostPositive(q, SHOWN)),
                    ranked(scores, perCopy, q, scores.mostNegative(q, SHOWN))));
        }
        return reports;
    }

    private List<VerifyReport.Ranked> ranked(InfluenceScores scores, double[][] perCopy, int q, int[] sequences) {
        return Arrays.stream(sequences)
                .mapToObj(m -> new VerifyReport.Ranked(m, scores.raw()[q][m], perCopy[q][m], data.texts().get(m)))
                .toList();
    }

    private VerifyReport.Timings timings() {
        Map<String, Double> perQuery = new TreeMap<>();
        applications.all().forEach((name, seconds) -> perQuery.put(name, seconds / data.queries().size()));
        return new VerifyReport.Timings(
                compute.workers().threads(), stages.total(), stages.all(), fits.all(), perQuery);
    }
}
