package org.plumbline.influence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.plumbline.batch.PassListener;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.DampingRule;
import org.plumbline.curvature.Gradients;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Compute;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.influence.corpus.CandidateFilter;
import org.plumbline.influence.corpus.Candidates;
import org.plumbline.influence.corpus.HashedTokenizer;
import org.plumbline.influence.corpus.InfluenceReport;
import org.plumbline.influence.corpus.ModelFolder;
import org.plumbline.influence.corpus.PromptedQueries;
import org.plumbline.influence.corpus.PromptedQuery;
import org.plumbline.influence.corpus.QuerySettings;
import org.plumbline.influence.corpus.ScanSettings;
import org.plumbline.influence.query.Aggregation;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.influence.store.FactorStore;
import org.plumbline.influence.store.ScoreStore;
import org.plumbline.io.InputException;
import org.plumbline.io.StoreMismatchException;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.TrackedLayer;
import org.plumbline.model.pretrained.PretrainedModel;
import org.plumbline.random.RandomStreams;
import org.plumbline.text.ByteTokenizer;

/** The front door, held to the definition of a score and to the stores behind it. */
class InfluenceTest extends InfluenceFixture {
    /** {@code −∇fᵀ (C + λ)⁻¹ ∇L}, from whole gradients and the inverse of the store. */
    private static InfluenceScores defined(Influence influence, PromptedQueries queries) {
        ModelFolder model = model();
        Compute compute = new Compute(LoweredEngine.scalar(), Workers.serial());
        List<TrackedLayer> layers = model.model().mlpLayers();
        InverseCurvature inverse = FactorStore.inverse(folder.resolve("factors"), layers,
                influence.corpus().origin(model), Optional.empty(), compute);
        List<Example> training = IntStream.range(0, influence.corpus().sequences().size())
                .mapToObj(influence.corpus().sequences()::get).toList();
        Gradients gradients = new Gradients(new Objective(model.model(), model.parameters(), training),
                BlockSpace.ofLayers(layers), compute);
        return InfluenceScores.of(
                inverse.applyAll(gradients.ofLogLikelihood(queries.examples())), gradients.ofObjective());
    }

    @Test
    void scoresAreThoseOfTheDefinition() {
        try (Influence influence = loaded()) {
            PromptedQueries queries = queries(influence);
            InfluenceScores found = influence.scores(queries);
            InfluenceScores defined = defined(influence, queries);
            assertEquals(DOCUMENTS, found.sequences());
            for (int q = 0; q < queries.list().size(); q++) {
                assertArrayEquals(defined.raw()[q], found.raw()[q], tolerance(defined.raw()[q]));
            }
        }
    }

    @Test
    void aRankingHasTheScoresWithTextTokensLayersAndUnits() {
        try (Influence influence = loaded()) {
            PromptedQuery query = influence.prompted("the sky is", " blue");
            double[] scores = influence.scores(PromptedQueries.of(List.of(query))).raw()[0];
            InfluenceReport report = influence.query("the sky is", " blue");
            List<InfluenceReport.Ranked> all = new ArrayList<>(report.positive());
            all.addAll(report.negative());
            assertEquals(DOCUMENTS, all.size());
            assertEquals(0, report.truncation());
            for (InfluenceReport.Ranked entry : all) {
                assertEquals(scores[entry.sequence()], entry.raw(), tolerance(scores));
                assertEquals(entry.raw() / DOCUMENTS, entry.perCopy());
                assertEquals("d" + entry.sequence(), entry.documents().getFirst().named());
                assertEquals(String.join("", entry.tokens()), entry.text());
                assertEquals(entry.raw(), Arrays.stream(entry.tokenScores()).sum(), tolerance(scores));
                SequencedMap<String, Double> layers = influence.layerScores(query, entry.sequence()).getFirst();
                assertEquals(model().model().mlpLayers().stream().map(TrackedLayer::name).toList(),
                        List.copyOf(layers.keySet()));
                assertEquals(entry.raw(),
                        layers.values().stream().mapToDouble(Double::doubleValue).sum(), tolerance(scores));
            }
        }
    }

    @Test
    void settingsOfAQueryAreObeyed() {
        try (Influence influence = loaded()) {
            PromptedQuery query = influence.prompted("the sky is", " blue");
            QuerySettings settings = QuerySettings.DEFAULT.withTop(2).withRank(1)
                    .withFilter(new CandidateFilter.ByTfIdf(7));
            InfluenceReport report = influence.query(query, settings);
            assertEquals(7, report.scanned());
            assertTrue(report.positive().size() <= 2 && report.negative().size() <= 2);
            assertTrue(report.truncation() > 0, "a rank of 1 leaves no error");
        }
    }

    @Test
    void aScanIntoAStoreHasTheScoresInMemory() {
        try (Influence influence = loaded()) {
            PromptedQueries queries = queries(influence);
            influence.scan(folder.resolve("scores"), queries, ScanSettings.DEFAULT);
            double[][] stored = ScoreStore.load(folder.resolve("scores"));
            double[][] held = influence.scores(queries).raw();
            for (int q = 0; q < held.length; q++) {
                assertArrayEquals(held[q], stored[q]);
            }
            influence.scanSelf(folder.resolve("self"), ScanSettings.DEFAULT);
            assertTrue(Arrays.stream(ScoreStore.load(folder.resolve("self"))[0]).allMatch(score -> score >= 0));
        }
    }

    /** Cancels at a number of questions. */
    private static final class Cancels implements InfluenceListener {
        private final AtomicInteger left;
        private final List<String> stages = new ArrayList<>();

        Cancels(int after) {
            this.left = new AtomicInteger(after);
        }

        @Override
        public PassListener begin(String stage) {
            stages.add(stage);
            return PassListener.NONE;
        }

        @Override
        public boolean isCancelled() {
            return left.getAndDecrement() <= 0;
        }
    }

    /** At every place where it can be canceled, one after the other in one store. */
    @Test
    void whatWasCanceledGoesOnWithTheSameResult() throws IOException {
        Path factors = folder.resolve("canceled factors");
        Path scores = folder.resolve("canceled scores");
        int canceled = 0;
        for (int after = 0; ; after++) {
            Cancels listener = new Cancels(after);
            try (Influence influence = builder("corpus.jsonl").listener(listener).open()) {
                influence.fit(factors, SETTINGS);
                influence.scan(scores, queries(influence), ScanSettings.DEFAULT);
                break;
            } catch (InfluenceCanceledException e) {
                assertTrue(e.getMessage().endsWith(": canceled by the listener"), e::getMessage);
                canceled++;
            }
        }
        assertTrue(canceled > 3, "it was hardly canceled: " + canceled);
        try (Stream<Path> files = Files.list(folder.resolve("factors"))) {
            for (Path file : files.filter(file -> file.toString().endsWith(".safetensors")).toList()) {
                assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(factors.resolve(file.getFileName())));
            }
        }
        try (Influence influence = loaded()) {
            double[][] held = influence.scores(queries(influence)).raw();
            double[][] stored = ScoreStore.load(scores);
            for (int q = 0; q < held.length; q++) {
                assertArrayEquals(held[q], stored[q]);
            }
        }
    }

    @Test
    void progressIsToldStageByStage() {
        Cancels listener = new Cancels(Integer.MAX_VALUE);
        try (Influence influence = builder("corpus.jsonl").listener(listener).open()) {
            influence.fit(folder.resolve("told"), SETTINGS).query("the sky is", " blue");
        }
        assertEquals(List.of("factors", "eigenbases", "eigenvalues", "scan"), listener.stages);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        try (Influence influence = builder("corpus.jsonl").open()) {
            assertTrue(assertThrows(InputException.class, () -> influence.query("the sky is", " blue"))
                    .getMessage().contains("no curvature"));
        }
        try (Influence influence = Influence.of(other()).corpus(folder.resolve("corpus.jsonl").toString()).open()) {
            influence.load(folder.resolve("factors"));
            assertEquals(List.of("model"), assertThrows(StoreMismatchException.class,
                    () -> influence.query("the sky is", " blue")).differing());
        }
        assertTrue(assertThrows(InputException.class, () -> Influence.of(model()).open())
                .getMessage().contains("no corpus"));
        assertTrue(assertThrows(InputException.class, () -> Influence.of(model()).layers("*.nothing"))
                .getMessage().contains("matches none"));
    }

    /** The same architecture with other parameters. */
    private static ModelFolder other() {
        Path model = folder.resolve("other-model");
        Gpt2 gpt2 = new Gpt2(new Gpt2Config(256, 24, 8, 2, 2, 12, false, 1e-5));
        new PretrainedModel(gpt2, gpt2.initialize(RandomStreams.of(2, "parameters", 0))).save(model);
        new ByteTokenizer().save(model.resolve("tokenizer.json"));
        return ModelFolder.load(model, Precision.DOUBLE, HashedTokenizer.load(model));
    }

    /**
     * Sequences that the curvature was not fitted on: scores by the definition, with the curvature and {@code N} of the
     * training data; what they are is said, and a scan of them is no scan of the training data.
     */
    @Test
    void candidatesNeedNotBeTrainingData() {
        ModelFolder model = model();
        Compute compute = new Compute(LoweredEngine.scalar(), Workers.serial());
        List<TrackedLayer> layers = model.model().mlpLayers();
        try (Influence training = loaded();
                Influence influence = builder("other.jsonl").open().load(folder.resolve("factors"))) {
            PromptedQueries queries = queries(influence);
            Gradients gradients = new Gradients(
                    new Objective(model.model(), model.parameters(), List.of(influence.corpus().sequences().get(0))),
                    BlockSpace.ofLayers(layers), compute);
            InverseCurvature inverse = FactorStore.inverse(folder.resolve("factors"), layers,
                    training.corpus().origin(model), Optional.empty(), compute);
            double[][] defined = InfluenceScores.of(
                    inverse.applyAll(gradients.ofLogLikelihood(queries.examples())), gradients.ofObjective()).raw();
            InfluenceScores found = influence.scores(queries);
            assertEquals(DOCUMENTS, found.sequences());
            for (int q = 0; q < defined.length; q++) {
                assertArrayEquals(defined[q], found.raw()[q], tolerance(defined[q]));
            }
            InfluenceReport report = influence.query(queries.list().getFirst(), QuerySettings.DEFAULT);
            assertEquals(new Candidates(DOCUMENTS, 1, false), report.candidates());
            assertEquals(report.candidates().relation(), report.origin().get("candidates are"));
            assertEquals(influence.corpus().sequences().digest(), report.origin().get("candidate data"));
            assertEquals(training.corpus().sequences().digest(), report.origin().get("data"));
            InfluenceReport.Ranked only =
                    Stream.concat(report.positive().stream(), report.negative().stream()).findFirst().orElseThrow();
            assertEquals(only.raw() / DOCUMENTS, only.perCopy());

            Path out = folder.resolve("unseen scores");
            Path shared = folder.resolve("shared queries");
            ScanSettings settings =
                    new ScanSettings(0, Aggregation.NONE, TokenScores.NONE, Optional.of(shared));
            influence.scan(out, queries, settings);
            for (int q = 0; q < defined.length; q++) {
                assertArrayEquals(defined[q], ScoreStore.load(out)[q], tolerance(defined[q]));
            }
            assertEquals(List.of("candidates are"), assertThrows(StoreMismatchException.class,
                    () -> training.scan(out, queries, settings)).differing());
            // The preconditioned queries are the same.
            training.scan(folder.resolve("seen scores"), queries, settings);
            assertTrue(training.candidates().isTrainingData());
            assertEquals("in the training data: the effect of one more copy",
                    training.query("the sky is", " blue").origin().get("candidates are"));
        }
    }

    /** The layers of the store, not those of the builder. */
    @Test
    void aLoadedCurvatureIsOnItsLayers() {
        Path factors = folder.resolve("attention");
        try (Influence influence = builder("corpus.jsonl").layers("*.attn.*").open()) {
            influence.fit(factors, SETTINGS);
        }
        Optional<DampingRule> damping = Optional.of(new DampingRule.Relative(0.5));
        try (Influence influence = builder("corpus.jsonl").open().load(factors, damping)) {
            PromptedQuery query = influence.prompted("the sky is", " blue");
            Map<String, Double> layers = influence.layerScores(query, 0).getFirst();
            assertTrue(layers.keySet().stream().allMatch(name -> name.contains(".attn.")), layers::toString);
            assertFalse(layers.isEmpty());
            assertEquals("0.5", influence.query(query, QuerySettings.DEFAULT).origin().get("damping"));
        }
    }

    @Test
    void closingLeavesNothingInTheScratchFolder() throws IOException {
        Path scratch = Files.createDirectory(folder.resolve("scratch"));
        builder("corpus.jsonl").scratch(scratch).open().close();
        try (Stream<Path> files = Files.list(scratch)) {
            assertEquals(List.of(), files.toList());
        }
    }
}
