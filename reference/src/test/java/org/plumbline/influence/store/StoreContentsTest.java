package org.plumbline.influence.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.plumbline.batch.FisherLabels;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Sequences;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.DampingRule;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.Strategy;
import org.plumbline.engine.Precision;
import org.plumbline.influence.query.Aggregation;
import org.plumbline.influence.query.Queries;
import org.plumbline.influence.query.QueryPass;
import org.plumbline.influence.scan.ScanPass;
import org.plumbline.influence.scan.ScorePart;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.influence.scan.Trained;
import org.plumbline.io.InputException;
import org.plumbline.io.SafetensorsFile;
import org.plumbline.io.StoreMismatchException;
import org.plumbline.model.Example;
import org.plumbline.model.Parameters;
import org.plumbline.model.TrackedLayer;

/** What stores hold, say of themselves and spare. */
class StoreContentsTest {
    private static final Trained TRAINED = Trained.small();

    /** Sequences of which any two shards are whole. */
    private static final Sequences FEW = Sequences.of(TRAINED.data().subList(0, 20));

    @TempDir
    private Path temporary;

    private static FitSettings settings(Strategy strategy) {
        return new FitSettings(strategy, 1, new FisherLabels.Sampled(Trained.SEED, 1), Trained.DAMPING, Duration.ZERO);
    }

    private static Pipeline pipeline(int batch, int shard) {
        return TRAINED.pipeline(Precision.DOUBLE, TRAINED.model().mlpLayers(), 1, batch, shard);
    }

    private static SequencedMap<String, String> origin() {
        return new LinkedHashMap<>(Map.of("model", "m1"));
    }

    private void fit(Pipeline pipeline, Sequences data, FitSettings settings) {
        FactorStore.fit(temporary, pipeline, data, settings, origin(), _ -> PassListener.NONE);
    }

    private List<String> names(String prefix) throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            return files.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith(prefix))
                    .sorted()
                    .toList();
        }
    }

    /** Data that fail from some sequence on: whoever asks for it has begun work. */
    private static Sequences upTo(int sequence) {
        return new Sequences() {
            @Override
            public int size() {
                return FEW.size();
            }

            @Override
            public Example get(int m) {
                if (m >= sequence) {
                    throw new IllegalStateException("cut off");
                }
                return FEW.get(m);
            }

            @Override
            public int longest() {
                return FEW.longest();
            }
        };
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void aFinishedFitSaysWhatItIsAndNeedsNoData(Strategy strategy) throws IOException {
        Pipeline pipeline = pipeline(2, 4);
        fit(pipeline, FEW, settings(strategy));
        fit(pipeline, upTo(0), settings(strategy));
        assertEquals(strategy, FactorStore.strategy(temporary));
        List<String> layers = pipeline.layers().stream().map(TrackedLayer::name).toList();
        assertEquals(layers, FactorStore.layers(temporary));
        SequencedMap<String, String> identity = FactorStore.identity(temporary, origin());
        assertEquals("m1", identity.get("model"));
        assertEquals(strategy.hasLabels() ? "sampled, seed " + Trained.SEED + ", draws 1" : "none",
                identity.get("labels"));
        assertEquals("1", identity.get("partitions"));
        assertEquals("double", identity.get("precision"));
        assertEquals("2", identity.get("micro-batch"));
        assertEquals("4", identity.get("shard"));
        assertEquals("[]", identity.get("layers without curvature"));
        assertEquals(List.of(), names("sums-"));
        List<String> files = new ArrayList<>();
        if (strategy.hasBases()) {
            files.addAll(List.of("eigenvectors.safetensors", "factors.safetensors"));
        }
        files.add("manifest.json");
        switch (strategy) {
            case DIAGONAL, EKFAC -> files.add("moments.safetensors");
            case EXACT, BLOCK_DIAGONAL -> files.add("matrix.safetensors");
            case LANCZOS -> files.add("ritz.safetensors");
            case LOGRA, TRAK -> files.add("projection.safetensors");
            case IDENTITY, KFAC, KFAC_TIKHONOV, SHAMPOO, NEAREST -> { }
        }
        assertEquals(files, names(""));
        SequencedMap<String, String> other = origin();
        other.put("model", "m2");
        assertThrows(StoreMismatchException.class, () -> FactorStore.identity(temporary, other));
    }

    /** Whatever a fit depends on, a store made with another is refused by that name. */
    @Test
    void otherSettingsAreRefusedByName() {
        fit(pipeline(2, 4), FEW, settings(Strategy.KFAC));
        refused("strategy", pipeline(2, 4), settings(Strategy.EKFAC));
        refused("partitions", pipeline(2, 4), new FitSettings(
                Strategy.KFAC, 2, new FisherLabels.Sampled(Trained.SEED, 1), Trained.DAMPING, Duration.ZERO));
        refused("damping", pipeline(2, 4),
                new FitSettings(Strategy.KFAC, 1, new FisherLabels.Sampled(Trained.SEED, 1), 1, Duration.ZERO));
        refused("micro-batch", pipeline(4, 4), settings(Strategy.KFAC));
        refused("shard", pipeline(2, 6), settings(Strategy.KFAC));
        refused("layers", TRAINED.pipeline(Precision.DOUBLE, TRAINED.model().mlpLayers().subList(0, 1), 1, 2, 4),
                settings(Strategy.KFAC));
        refused("precision", TRAINED.pipeline(Precision.SINGLE, TRAINED.model().mlpLayers(), 1, 2, 4),
                settings(Strategy.KFAC));
        // How often sums are kept changes no result.
        fit(pipeline(2, 4), FEW,
                new FitSettings(Strategy.KFAC, 1, new FisherLabels.Sampled(Trained.SEED, 1), Trained.DAMPING,
                        Duration.ofDays(1)));
    }

    private void refused(String name, Pipeline pipeline, FitSettings settings) {
        StoreMismatchException refused =
                assertThrows(StoreMismatchException.class, () -> fit(pipeline, FEW, settings));
        assertEquals(List.of(name), refused.differing());
        assertTrue(refused.getMessage().startsWith(temporary + ": this store belongs to another run: " + name + " is "),
                refused.getMessage());
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThrows(InputException.class,
                () -> new FitSettings(Strategy.KFAC, 0, new FisherLabels.Sampled(1, 1), 0.1, Duration.ZERO));
        for (double damping : new double[] {-1e-9, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(InputException.class,
                    () -> new FitSettings(Strategy.KFAC, 1, new FisherLabels.Sampled(1, 1), damping, Duration.ZERO));
        }
        assertEquals(new DampingRule.Relative(0),
                new FitSettings(Strategy.KFAC, 1, new FisherLabels.Sampled(1, 1), 0, Duration.ZERO).damping());
    }

    /** A head that is zero sends no gradient back; its layers are named, and contribute nothing. */
    @ParameterizedTest
    @EnumSource(Strategy.class)
    void layersWithoutCurvatureAreNamed(Strategy strategy) {
        Map<String, double[]> values = new LinkedHashMap<>();
        TRAINED.model().space().shapes().forEach((name, shape) -> values.put(
                name, name.contains("lm_head") ? new double[shape.size()] : TRAINED.parameters().doubles(name)));
        assertTrue(values.keySet().stream().anyMatch(name -> name.contains("lm_head")), values.keySet()::toString);
        Pipeline whole = pipeline(2, 4);
        Pipeline silent = new Pipeline(whole.model(), Parameters.ofDoubles(TRAINED.model().space(), values),
                whole.layers(), whole.compute(), 2, 4);
        fit(silent, FEW, settings(strategy));
        String expected = strategy == Strategy.IDENTITY
                ? "[]" : whole.layers().stream().map(TrackedLayer::name).toList().toString();
        assertEquals(expected, FactorStore.identity(temporary, origin()).get("layers without curvature"));
    }

    /** The store's damping, or the one that is asked for. */
    @Test
    void anotherDampingTakesTheStoresPlace() {
        Pipeline pipeline = pipeline(2, 4);
        fit(pipeline, FEW, settings(Strategy.DIAGONAL));
        double[] stored = first(pipeline, Optional.empty());
        assertArrayEquals(stored, first(pipeline, Optional.of(new DampingRule.Relative(Trained.DAMPING))), 0.0);
        double[] damped = first(pipeline, Optional.of(new DampingRule.Relative(10 * Trained.DAMPING)));
        // An inverse with more damping is smaller, element by element, where it is diagonal.
        for (int i = 0; i < stored.length; i++) {
            assertTrue(Math.abs(damped[i]) < Math.abs(stored[i]) || stored[i] == 0);
        }
    }

    private double[] first(Pipeline pipeline, Optional<DampingRule> damping) {
        InverseCurvature curvature =
                FactorStore.inverse(temporary, pipeline.layers(), origin(), damping, pipeline.compute());
        return new QueryPass(pipeline, curvature).run(TRAINED.queries(), 0, Aggregation.NONE)
                .layers().getFirst().matrix(0);
    }

    /** Sums are kept as often as was asked for: at each shard, or never within a day. */
    @ParameterizedTest
    @CsvSource({"PT0S, 1", "PT24H, 0"})
    void sumsAreKeptAsOftenAsAskedFor(Duration interval, int files) throws IOException {
        FitSettings settings = new FitSettings(
                Strategy.DIAGONAL, 1, new FisherLabels.Sampled(Trained.SEED, 1), Trained.DAMPING, interval);
        assertThrows(IllegalStateException.class, () -> fit(pipeline(2, 4), upTo(12), settings));
        assertEquals(files, names("sums-moments-").size());
        fit(pipeline(2, 4), FEW, settings);
        assertEquals(List.of(), names("sums-"));
    }

    /** A fit that goes on begins no pass that had ended. */
    @Test
    void aPassThatEndedIsNotBegunAgain() {
        List<String> begun = new ArrayList<>();
        FactorStore.Listener cutOff = pass -> {
            begun.add(pass);
            return (done, total) -> {
                if (pass.equals("eigenvalues")) {
                    throw new IllegalStateException("cut off");
                }
            };
        };
        Pipeline pipeline = pipeline(2, 4);
        assertThrows(IllegalStateException.class,
                () -> FactorStore.fit(temporary, pipeline, FEW, settings(Strategy.EKFAC), origin(), cutOff));
        FactorStore.fit(temporary, pipeline, FEW, settings(Strategy.EKFAC), origin(), pass -> {
            begun.add(pass);
            return PassListener.NONE;
        });
        assertEquals(List.of("factors", "eigenbases", "eigenvalues", "eigenvalues"), begun);
    }

    /** The lock of one who writes goes with him, whether he ended well or not. */
    @Test
    void aStoreThatIsLeftCanBeWrittenAgain() {
        assertThrows(IllegalStateException.class, () -> fit(pipeline(2, 4), upTo(0), settings(Strategy.DIAGONAL)));
        assertThrows(StoreMismatchException.class,
                () -> fit(pipeline(2, 4), FEW, settings(Strategy.IDENTITY)));
        fit(pipeline(2, 4), FEW, settings(Strategy.DIAGONAL));
        assertFalse(FactorStore.layers(temporary).isEmpty());
    }

    /** Sixteen shards a file; each part is found where it belongs, and a finished scan is not asked for again. */
    @ParameterizedTest
    @CsvSource({"NONE, 1", "GRADIENT, 1", "GRADIENT, 2"})
    void scoresAreWhatTheScanGave(TokenScores tokens, int shard) throws IOException {
        Pipeline pipeline = pipeline(1, shard);
        Queries queries = new QueryPass(pipeline, ClosedFormInverse.identity(BlockSpace.ofLayers(pipeline.layers())))
                .run(TRAINED.queries(), 0, Aggregation.NONE);
        ScanPass scan = ScanPass.pairwise(pipeline, queries, tokens);
        ScoreStore.scan(temporary, pipeline, () -> scan, FEW, origin(), PassListener.NONE);
        ScoreStore.scan(temporary, pipeline, () -> {
            throw new AssertionError("the scan is finished");
        }, FEW, origin(), PassListener.NONE);
        assertEquals(shard == 1 ? List.of("scores-000000.safetensors", "scores-000016.safetensors")
                : List.of("scores-000000.safetensors"), names("scores-"));
        List<ScorePart> parts = new ArrayList<>();
        scan.run(FEW, parts::add, PassListener.NONE);
        double[][] matrix = ScoreStore.load(temporary);
        assertEquals(queries.count(), matrix.length);
        int perFile = 16 * shard;
        for (int m = 0; m < FEW.size(); m++) {
            ScorePart part = parts.get(m / shard);
            int within = m - part.from();
            Path path = temporary.resolve(m < perFile ? "scores-000000.safetensors" : "scores-000016.safetensors");
            try (SafetensorsFile file = SafetensorsFile.open(path)) {
                int at = m % perFile;
                int n = file.shape("totals")[0];
                file.requireShape("totals", Math.min(FEW.size() - m + at, perFile), queries.count());
                file.requireShape("layers", pipeline.layers().size(), n, queries.count());
                for (int q = 0; q < queries.count(); q++) {
                    double expected = part.totals()[within * queries.count() + q];
                    assertEquals(expected, file.doubles("totals")[at * queries.count() + q]);
                    assertEquals(expected, matrix[q][m]);
                    for (int l = 0; l < pipeline.layers().size(); l++) {
                        assertEquals((float) part.layers()[l][within * queries.count() + q],
                                file.floats("layers")[(l * n + at) * queries.count() + q]);
                    }
                }
                assertEquals(tokens != TokenScores.NONE, file.names().contains("tokens"));
                if (tokens != TokenScores.NONE) {
                    int[] lengths = file.ints("lengths");
                    assertEquals(FEW.get(m).length(), lengths[at]);
                    int before = 0;
                    for (int i = 0; i < at; i++) {
                        before += lengths[i];
                    }
                    double[] cells = part.tokens()[within];
                    assertEquals(lengths[at] * queries.count(), cells.length);
                    for (int i = 0; i < cells.length; i++) {
                        assertEquals((float) cells[i], file.floats("tokens")[before * queries.count() + i]);
                    }
                }
            }
        }
    }
}
