package org.plumbline.influence.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.plumbline.batch.FisherLabels;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Sequences;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.Strategy;
import org.plumbline.engine.Precision;
import org.plumbline.influence.query.Aggregation;
import org.plumbline.influence.query.Queries;
import org.plumbline.influence.query.QueryPass;
import org.plumbline.influence.scan.ScanPass;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.influence.scan.Trained;
import org.plumbline.io.Hashes;
import org.plumbline.io.InputException;
import org.plumbline.io.MalformedFileException;
import org.plumbline.io.StoreFolder;
import org.plumbline.io.StoreMismatchException;
import org.plumbline.model.Example;

/** Stores that are continued, refused, or found whole. */
class StoreTest {
    private static final Trained TRAINED = Trained.small();
    private static final FitSettings EKFAC =
            new FitSettings(
                    Strategy.EKFAC, 1, new FisherLabels.Sampled(Trained.SEED, 1), Trained.DAMPING, Duration.ZERO);

    @TempDir
    private Path temporary;

    private static Pipeline pipeline() {
        return TRAINED.pipeline(Precision.SINGLE, TRAINED.model().mlpLayers(), 2, 4, 8);
    }

    private static SequencedMap<String, String> origin() {
        return new LinkedHashMap<>(Map.of("model", "m1", "data", "d1"));
    }

    private static void fit(Path folder, Sequences data) {
        FactorStore.fit(folder, pipeline(), data, EKFAC, origin(), _ -> PassListener.NONE);
    }

    private static Map<String, String> digests(Path folder) throws IOException {
        Map<String, String> digests = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(file -> digests.put(file.getFileName().toString(), Hashes.sha256(file)));
        }
        return digests;
    }

    /** Fails at one sequence, as a process that ends there would. */
    private static Sequences failingAt(int sequence) {
        return new Sequences() {
            @Override
            public int size() {
                return TRAINED.data().size();
            }

            @Override
            public Example get(int m) {
                if (m == sequence) {
                    throw new IllegalStateException("cut off");
                }
                return TRAINED.data().get(m);
            }

            @Override
            public int longest() {
                return TRAINED.sequences().longest();
            }
        };
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void aCurvatureReadsBackAsItWasFitted(Strategy strategy) {
        Pipeline pipeline = pipeline();
        FitSettings settings =
                new FitSettings(strategy, 1, new FisherLabels.Sampled(Trained.SEED, 1), Trained.DAMPING, Duration.ZERO);
        FactorStore.fit(temporary, pipeline, TRAINED.sequences(), settings, origin(), _ -> PassListener.NONE);
        InverseCurvature curvature =
                FactorStore.inverse(temporary, pipeline.layers(), origin(), Optional.empty(), pipeline.compute());
        assertEquals(strategy, FactorStore.strategy(temporary));
        Queries queries = new QueryPass(pipeline, curvature).run(TRAINED.queries(), 0, Aggregation.NONE);
        for (double value : queries.layers().getFirst().matrix(0)) {
            assertTrue(Double.isFinite(value));
        }
    }

    @Test
    void aFitThatWasCutOffAnywhereEndsBitIdentical() throws IOException {
        Path whole = temporary.resolve("whole");
        fit(whole, TRAINED.sequences());
        for (int cut = 0; cut < TRAINED.data().size(); cut += 9) {
            Path folder = temporary.resolve("cut" + cut);
            int at = cut;
            assertThrows(IllegalStateException.class, () -> fit(folder, failingAt(at)));
            fit(folder, TRAINED.sequences());
            assertEquals(digests(whole), digests(folder));
        }
    }

    @ParameterizedTest
    @EnumSource(TokenScores.class)
    void aScanThatWasCutOffAnywhereEndsBitIdentical(TokenScores tokens) throws IOException {
        Pipeline pipeline = TRAINED.pipeline(Precision.SINGLE, TRAINED.model().mlpLayers(), 2, 1, 1);
        FactorStore.fit(
                temporary.resolve("factors"), pipeline, TRAINED.sequences(), EKFAC, origin(), _ -> PassListener.NONE);
        InverseCurvature curvature =
                FactorStore.inverse(temporary.resolve("factors"), pipeline.layers(), origin(), Optional.empty(),
                        pipeline.compute());
        Queries queries = new QueryPass(pipeline, curvature).run(TRAINED.queries(), 0, Aggregation.NONE);
        ScanPass scan = ScanPass.pairwise(pipeline, queries, tokens);
        Path whole = temporary.resolve("whole");
        ScoreStore.scan(whole, pipeline, () -> scan, TRAINED.sequences(), origin(), PassListener.NONE);
        for (int cut = 0; cut < TRAINED.data().size(); cut += 13) {
            Path folder = temporary.resolve("cut" + cut);
            int at = cut;
            assertThrows(IllegalStateException.class,
                    () -> ScoreStore.scan(folder, pipeline, () -> scan, failingAt(at), origin(), PassListener.NONE));
            ScoreStore.scan(folder, pipeline, () -> scan, TRAINED.sequences(), origin(), PassListener.NONE);
            assertEquals(digests(whole), digests(folder));
        }
        double[][] scores = ScoreStore.load(whole);
        assertEquals(queries.count(), scores.length);
        double[] first = new double[TRAINED.data().size()];
        scan.run(TRAINED.sequences(), part -> first[part.from()] = part.totals()[0], PassListener.NONE);
        assertArrayEquals(first, scores[0], 0.0);
    }

    @Test
    void aStoreOfAnotherModelOrOtherDataIsRefusedByName() {
        fit(temporary, TRAINED.sequences());
        SequencedMap<String, String> other = origin();
        other.put("data", "d2");
        for (Runnable use : List.<Runnable>of(
                () -> FactorStore.inverse(
                        temporary, pipeline().layers(), other, Optional.empty(), pipeline().compute()),
                () -> FactorStore.fit(
                        temporary, pipeline(), TRAINED.sequences(), EKFAC, other, _ -> PassListener.NONE))) {
            StoreMismatchException refused = assertThrows(StoreMismatchException.class, use::run);
            assertEquals(List.of("data"), refused.differing());
            assertTrue(refused.getMessage().contains("data is d1, expected d2"), refused.getMessage());
        }
        FitSettings seeded =
                new FitSettings(Strategy.EKFAC, 1, new FisherLabels.Sampled(99, 1), Trained.DAMPING, Duration.ZERO);
        assertEquals(List.of("labels"), assertThrows(StoreMismatchException.class, () -> FactorStore.fit(
                temporary, pipeline(), TRAINED.sequences(), seeded, origin(), _ -> PassListener.NONE)).differing());
    }

    @Test
    void damageIsFoundAtOpening() throws IOException {
        fit(temporary, TRAINED.sequences());
        for (String name : List.of("factors.safetensors", "eigenvectors.safetensors", "moments.safetensors")) {
            Path file = temporary.resolve(name);
            byte[] bytes = Files.readAllBytes(file);
            byte[] changed = bytes.clone();
            changed[bytes.length / 2] ^= 1;
            Files.write(file, changed);
            refused("SHA-256");
            Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
            refused("found " + (bytes.length - 1) + " bytes");
            Files.delete(file);
            refused("is missing");
            Files.write(file, bytes);
        }
        Path manifest = temporary.resolve("manifest.json");
        String text = Files.readString(manifest);
        Files.writeString(manifest, text.substring(0, text.length() / 2));
        refused("not the expected JSON");
        Files.writeString(manifest, text.replace("plumbline store 1", "plumbline store 9"));
        refused("found format 'plumbline store 9'");
        Files.writeString(manifest, text.replace("factors.safetensors", "../factors.safetensors"));
        refused("outside its folder");
        Files.writeString(manifest, text);
        FactorStore.inverse(temporary, pipeline().layers(), origin(), Optional.empty(), pipeline().compute());
    }

    private void refused(String why) {
        for (Runnable use : List.<Runnable>of(
                () -> FactorStore.inverse(
                        temporary, pipeline().layers(), origin(), Optional.empty(), pipeline().compute()),
                () -> fit(temporary, TRAINED.sequences()))) {
            MalformedFileException refused = assertThrows(MalformedFileException.class, use::run);
            assertTrue(refused.getMessage().contains(why), refused.getMessage());
        }
    }

    @Test
    void aStoreOfAnotherKindIsRefusedByName() {
        fit(temporary, TRAINED.sequences());
        InputException refused = assertThrows(InputException.class, () -> ScoreStore.load(temporary));
        assertTrue(refused.getMessage().contains("found a store of factors, expected one of scores"),
                refused.getMessage());
    }

    /** What a kill can leave: a file that was being written, and one that was written and is not named yet. */
    @Test
    void whatIsHalfWrittenIsNeverTakenForWhole() throws IOException {
        Path whole = temporary.resolve("whole");
        fit(whole, TRAINED.sequences());
        Path folder = temporary.resolve("killed");
        assertThrows(IllegalStateException.class, () -> fit(folder, failingAt(30)));
        Files.writeString(folder.resolve(".factors.safetensors.1-1.tmp"), "half");
        Files.writeString(folder.resolve("factors.safetensors"), "of no run");
        Files.writeString(folder.resolve("sums-factors-99.safetensors"), "of no run");
        fit(folder, TRAINED.sequences());
        assertEquals(digests(whole), digests(folder));
    }

    @Test
    void aScanDoesNotGoOnFromDamagedScores() throws IOException {
        Pipeline pipeline = TRAINED.pipeline(Precision.SINGLE, TRAINED.model().mlpLayers(), 2, 1, 1);
        Queries queries = new QueryPass(pipeline, ClosedFormInverse.identity(BlockSpace.ofLayers(pipeline.layers())))
                .run(TRAINED.queries(), 0, Aggregation.NONE);
        Supplier<ScanPass> scan = () -> ScanPass.pairwise(pipeline, queries, TokenScores.NONE);
        assertThrows(IllegalStateException.class,
                () -> ScoreStore.scan(temporary, pipeline, scan, failingAt(40), origin(), PassListener.NONE));
        Path first = temporary.resolve("scores-000000.safetensors");
        byte[] bytes = Files.readAllBytes(first);
        Files.write(first, Arrays.copyOf(bytes, bytes.length / 2));
        MalformedFileException refused = assertThrows(MalformedFileException.class,
                () -> ScoreStore.scan(temporary, pipeline, scan, TRAINED.sequences(), origin(), PassListener.NONE));
        assertTrue(refused.getMessage().contains(first.toString()), refused.getMessage());
    }

    @Test
    void anUnfinishedStoreIsNotUsed() {
        assertThrows(IllegalStateException.class, () -> fit(temporary, failingAt(30)));
        InputException refused = assertThrows(InputException.class,
                () -> FactorStore.inverse(
                        temporary, pipeline().layers(), origin(), Optional.empty(), pipeline().compute()));
        assertTrue(refused.getMessage().contains("not finished"), refused.getMessage());
    }

    @Test
    void aFolderOfSomethingElseIsLeftAlone() throws IOException {
        byte[] precious = "weights".getBytes(StandardCharsets.UTF_8);
        Files.write(temporary.resolve("model.safetensors"), precious);
        assertThrows(InputException.class, () -> fit(temporary, TRAINED.sequences()));
        assertArrayEquals(precious, Files.readAllBytes(temporary.resolve("model.safetensors")));
        assertThrows(InputException.class,
                () -> FactorStore.inverse(
                        temporary, pipeline().layers(), origin(), Optional.empty(), pipeline().compute()));
    }

    /** A store that is damaged cannot go on, and is cleaned all the same. */
    @Test
    void whatAKilledProcessLeftGoesThoughTheStoreIsDamaged() throws IOException {
        assertThrows(IllegalStateException.class, () -> fit(temporary, failingAt(TRAINED.data().size() - 1)));
        Path half = Files.writeString(temporary.resolve(".moments.safetensors.12-3.tmp"), "half");
        Path sums;
        try (Stream<Path> files = Files.list(temporary)) {
            sums = files.filter(file -> file.getFileName().toString().startsWith("sums-")).findFirst().orElseThrow();
        }
        Files.writeString(sums, "damaged");
        assertThrows(InputException.class, () -> fit(temporary, TRAINED.sequences()));
        assertFalse(Files.exists(half));
        assertTrue(Files.exists(sums));
    }

    @Test
    void onlyOneWritesAStore() {
        try (StoreFolder held = StoreFolder.write(temporary, "factors", origin())) {
            InputException refused = assertThrows(InputException.class, () -> fit(held.folder(), TRAINED.sequences()));
            assertTrue(refused.getMessage().contains("writes another result there"), refused.getMessage());
        }
    }
}
