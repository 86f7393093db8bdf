package org.plumbline.verification.ladder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.verification.truth.AttributionTask;

/** Suites that are run, gone on with and refused. */
class SuiteRunTest {
    /** A run that fails when it tells of anything more often than this. */
    private static SuiteReport run(int threads, Optional<Path> folder, SuiteConfig config, int most) {
        AtomicInteger told = new AtomicInteger();
        return SmallSuite.run(threads, folder, config, line -> {
            if (told.incrementAndGet() > most) {
                throw new IllegalStateException("killed");
            }
        });
    }

    private static long steps(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("steps"))) {
            return files.count();
        }
    }

    /** With steps that a killed run left behind and others done on more threads, the report is the same to the bit. */
    @Test
    void theReportDependsNeitherOnThreadsNorOnInterruptions(@TempDir Path folder) throws IOException {
        SuiteReport alone = run(1, Optional.of(folder), SmallSuite.CONFIG, Integer.MAX_VALUE);
        String whole = SmallSuite.withoutTimings(alone);
        tellsEveryRung(alone);
        long all = steps(folder);
        for (String step : List.of("classifier-scratch-4", "classifier-response-1", "transformer-continued-3",
                "transformer-subsets-6-3", "transformer-removal-3")) {
            Files.delete(folder.resolve("steps").resolve(step + ".json"));
        }
        SuiteReport again = run(2, Optional.of(folder), SmallSuite.CONFIG, Integer.MAX_VALUE);
        assertEquals(whole, SmallSuite.withoutTimings(again));
        assertEquals(all, steps(folder));
    }

    @Test
    void aRunThatWasKilledLeavesWholeStepsOnly(@TempDir Path folder) throws IOException {
        assertThrows(IllegalStateException.class, () -> run(1, Optional.of(folder), SmallSuite.CONFIG, 0));
        try (Stream<Path> files = Files.list(folder.resolve("steps"))) {
            files.forEach(file -> assertTrue(Json.read(file).isObject(), file + " is not whole"));
        }
    }

    @Test
    void aFolderOfAnotherConfigurationIsRefused(@TempDir Path folder) {
        assertThrows(IllegalStateException.class, () -> run(1, Optional.of(folder), SmallSuite.CONFIG, 0));
        InputException refused = assertThrows(InputException.class,
                () -> run(1, Optional.of(folder), SmallSuite.config(4), Integer.MAX_VALUE));
        assertTrue(refused.getMessage().contains("another configuration"), refused.getMessage());
    }

    @Test
    void anUnknownPresetIsRefused() {
        assertThrows(InputException.class, () -> SuiteConfig.of("fast", 1));
        SuiteConfig.PRESETS.forEach(name -> assertEquals(name, SuiteConfig.of(name, 1).name()));
    }

    @Test
    void theStudiesOfAPresetAreMade() {
        SuiteConfig quick = SuiteConfig.of("quick", 1);
        assertEquals(quick.regression().rows(), TaskFactory.regression(quick.regression(), 1).training().size());
        AttributionTask transformer = TaskFactory.transformer(quick.transformer());
        assertEquals(quick.transformer().queries(), transformer.queries().size());
        assertEquals(quick.transformer().tracked(), transformer.space().dimension());
    }

    /** The page has a row for each rung, and no column is left open. */
    private static void tellsEveryRung(SuiteReport report) {
        String page = ResultsPage.of(report);
        for (TaskReport study : report.studies()) {
            study.rungs().forEach(rung -> assertTrue(page.contains("| " + rung.name() + " | " + rung.definition())));
        }
        List<String> lines = page.lines().toList();
        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i).startsWith("|") && lines.get(i - 1).startsWith("|")) {
                assertEquals(bars(lines.get(i - 1)), bars(lines.get(i)), lines.get(i));
            }
        }
    }

    private static long bars(String line) {
        return line.chars().filter(c -> c == '|').count();
    }
}
