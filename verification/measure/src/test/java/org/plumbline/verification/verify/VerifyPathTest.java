package org.plumbline.verification.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.batch.FisherLabels;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Sequences;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DampingRule;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.DenseExactCurvature;
import org.plumbline.curvature.Gradients;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.Objective;
import org.plumbline.curvature.Strategy;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.engine.vector.VectorEngine;
import org.plumbline.influence.InfluenceScores;
import org.plumbline.influence.query.Aggregation;
import org.plumbline.influence.query.Queries;
import org.plumbline.influence.query.QueryPass;
import org.plumbline.influence.scan.ScanPass;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.influence.store.FactorStore;
import org.plumbline.influence.store.FitSettings;
import org.plumbline.influence.store.ScoreStore;
import org.plumbline.model.Example;
import org.plumbline.model.TrackedLayer;

/**
 * The rows of {@code verify} that can be stored are the numbers that a stored fit and a scan give on the same model,
 * data and labels, with the damping of the run: what {@code verify} says about an estimator is said about the one that
 * users get.
 */
class VerifyPathTest {
    private static final VerifyConfig CONFIG =
            new VerifyConfig(128, 20, 8, 1, 2, 8, 48, 8, 100, 16, 1e-2, 0.1, 3);

    /** Of the scores' norm. Sums of some thousand products in another order leave less than a thousandth of it. */
    private static final double TOLERANCE = 1e-12;

    @TempDir
    private Path folder;

    /**
     * Rows that multiply with the exact matrix, which a fit does with programs and {@code verify} with the dense one.
     * Products differ by some roundings, and what is made of them by the condition of the projected system as many
     * more: eigenvalues between {@code λ} and {@code λ_max < P · 10 λ}, with {@code P < 1000}.
     */
    private static final Map<String, Strategy> PRODUCTS = Map.of(
            "Lanczos r=64", Strategy.LANCZOS, "LoGra k=8", Strategy.LOGRA, "TRAK p=256", Strategy.TRAK);

    /** What {@code fit} is asked for to make the estimator of a row. */
    private static final Map<String, FitSettings> ROWS = rows();

    private static Map<String, FitSettings> rows() {
        FisherLabels expectation = new FisherLabels.Expectation();
        FisherLabels sampled = new FisherLabels.Sampled(CONFIG.seed(), 1);
        Map<String, FitSettings> rows = new LinkedHashMap<>();
        rows.put("K-FAC", settings(Strategy.KFAC, 1, expectation));
        rows.put("EK-FAC", settings(Strategy.EKFAC, 1, expectation));
        rows.put("EK-FAC O=2", settings(Strategy.EKFAC, 2, expectation));
        rows.put("K-FAC sampled", settings(Strategy.KFAC, 1, sampled));
        rows.put("EK-FAC sampled", settings(Strategy.EKFAC, 1, sampled));
        rows.put("EK-FAC empir.", settings(Strategy.EKFAC, 1, new FisherLabels.Training()));
        rows.put("diagonal", settings(Strategy.DIAGONAL, 1, expectation));
        rows.put("diag. sampled", settings(Strategy.DIAGONAL, 1, sampled));
        rows.put("identity", settings(Strategy.IDENTITY, 1, expectation));
        rows.put("K-FAC Tikhonov", settings(Strategy.KFAC_TIKHONOV, 1, expectation));
        rows.put("Shampoo factors", settings(Strategy.SHAMPOO, 1, expectation));
        rows.put("nearest S⊗A", settings(Strategy.NEAREST, 1, expectation));
        rows.put("block-diagonal", settings(Strategy.BLOCK_DIAGONAL, 1, expectation));
        for (Strategy strategy : PRODUCTS.values()) {
            String row = PRODUCTS.entrySet().stream().filter(entry -> entry.getValue() == strategy)
                    .map(Map.Entry::getKey).findFirst().orElseThrow();
            rows.put(row, new FitSettings(strategy, 1, expectation, strategy.defaultSize(), CONFIG.seed(),
                    new DampingRule.Relative(CONFIG.damping()), Duration.ofDays(1)));
        }
        return rows;
    }

    private static FitSettings settings(Strategy strategy, int partitions, FisherLabels labels) {
        return new FitSettings(strategy, partitions, labels, CONFIG.damping(), Duration.ofDays(1));
    }

    @Test
    void rowsAreWhatFitAndScanGive() {
        try (Workers workers = Workers.of(2)) {
            Compute compute = new Compute(VectorEngine.orScalar(workers), workers);
            VerifyData data = VerifyData.ofCorpus("harbor", CONFIG);
            TrainedModel trained = TrainedModel.train(CONFIG, data, compute, step -> {});
            List<TrackedLayer> layers = trained.model().mlpLayers();
            Objective objective = new Objective(trained.model(), trained.parameters(), data.examples());
            DenseCurvature g = DenseExactCurvature.gaussNewton(objective, layers, compute, done -> {});
            Damping damping = Damping.relative(g.space(), CONFIG.damping(), g.diagonal());
            List<Example> queries = data.queries().stream().map(Query::example).toList();
            Gradients gradients = new Gradients(objective, g.space(), compute);
            double[][] training = gradients.ofObjective();
            double[][] measured = gradients.ofLogLikelihood(queries);
            Pipeline pipeline =
                    Pipeline.of(trained.model(), trained.parameters(), layers, Precision.DOUBLE, compute);
            int compared = 0;
            for (Estimators.Estimator row
                    : new Estimators(objective, layers, g, damping, compute, CONFIG.seed()).all()) {
                if (ROWS.containsKey(row.name())) {
                    double[][] expected =
                            InfluenceScores.of(row.fit().get().applyAll(measured), training).raw();
                    assertClose(row.name(), expected, scanned(
                            row.name(), pipeline, Sequences.of(data.examples()), queries, damping));
                    compared++;
                }
            }
            assertEquals(ROWS.size(), compared);
        }
    }

    private double[][] scanned(
            String row, Pipeline pipeline, Sequences data, List<Example> queries, Damping damping) {
        SequencedMap<String, String> origin = new LinkedHashMap<>(Map.of("row", row));
        Path factors = folder.resolve("factors of " + row.hashCode());
        FactorStore.fit(factors, pipeline, data, ROWS.get(row), origin, _ -> PassListener.NONE);
        var curvature = FactorStore.load(factors, pipeline.layers(), origin, pipeline.compute());
        InverseCurvature inverse = curvature.inverse(
                ROWS.get(row).strategy() == Strategy.IDENTITY ? curvature.damping(0) : damping);
        Queries preconditioned = new QueryPass(pipeline, inverse).run(queries, 0, Aggregation.NONE);
        Path scores = folder.resolve("scores of " + row.hashCode());
        ScoreStore.scan(scores, pipeline, () -> ScanPass.pairwise(pipeline, preconditioned, TokenScores.NONE), data,
                origin, PassListener.NONE);
        return ScoreStore.load(scores);
    }

    private static void assertClose(String row, double[][] expected, double[][] found) {
        double difference = 0;
        double norm = 0;
        for (int q = 0; q < expected.length; q++) {
            for (int m = 0; m < expected[q].length; m++) {
                difference += Math.pow(expected[q][m] - found[q][m], 2);
                norm += Math.pow(expected[q][m], 2);
            }
        }
        double relative = Math.sqrt(difference / norm);
        double tolerance = PRODUCTS.containsKey(row) ? 1e4 * TOLERANCE : TOLERANCE;
        assertTrue(relative <= tolerance, () -> row + " differs by " + relative);
    }
}
