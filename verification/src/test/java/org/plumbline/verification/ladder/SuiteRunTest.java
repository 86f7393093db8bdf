package org.plumbline.verification.ladder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.curvature.Compute;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.engine.vector.VectorEngine;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.train.AdamW;
import org.plumbline.train.Schedule;
import org.plumbline.train.TrainingConfig;
import org.plumbline.verification.truth.Study;
import org.plumbline.verification.verify.VerifyConfig;

/** A suite small enough for every build. */
class SuiteRunTest {
    private static final StudySizes SIZES =
            new StudySizes(4, 2, 4, 0.02, List.of(0.25, 0.0625), 4, 1, 2, 2, 1, 0.02, 0.1, 16);
    private static final TableSizes TABLE = new TableSizes(16, 6, List.of(3), 20, 8, 1e-2);
    private static final SuiteConfig CONFIG = config(3);
    private static final List<Study> STUDIES = List.of(StudyFactory.classifier(TABLE, 3), transformer());

    private static SuiteConfig config(long seed) {
        return new SuiteConfig("test", seed, VerifyConfig.quick(seed), SIZES, TABLE, SIZES, TABLE, SIZES);
    }

    /** Sequences of five tokens, too few and too short to learn much from. */
    private static Study transformer() {
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            examples.add(Example.ofTokens(i % 5, (2 * i + 1) % 5, i % 3, (i + 2) % 5, i % 2));
        }
        TrainingConfig recipe = new TrainingConfig(
                AdamW.withDecay(0), new Schedule.Constant(0.02), 15, 5, 5, 1, Precision.DOUBLE, 1);
        return new Study("transformer", "a small one", new Gpt2(new Gpt2Config(5, 4, 4, 1, 1, 4, false, 1e-5)),
                examples.subList(0, 12), examples.subList(12, 16), recipe);
    }

    private static SuiteReport run(int threads, Optional<Path> folder, SuiteConfig config, int most) {
        AtomicInteger told = new AtomicInteger();
        try (Workers workers = Workers.of(threads)) {
            return new SuiteRun(config, new Compute(VectorEngine.orScalar(workers), workers), folder, line -> {
                if (told.incrementAndGet() > most) {
                    throw new IllegalStateException("killed");
                }
            }).run("test", STUDIES, List.of(SIZES, SIZES));
        }
    }

    /** Everything but seconds, as the file would hold it. */
    private static String withoutTimings(SuiteReport report) {
        StringBuilder text = new StringBuilder(Json.pretty(report.anchor()));
        for (StudyReport study : report.studies()) {
            text.append(Json.pretty(new StudyReport(study.name(), study.description(), study.sequences(),
                    study.queries(), study.pairs(), study.initialLoss(), study.loss(), study.damping(),
                    study.negativeEigenvalues(), study.rungs(), study.reliability(), study.ceiling(),
                    study.stepStudy(), study.advantages(), study.datamodelling(), study.rankings(), study.solvers(),
                    study.equalErrors(), List.of())));
        }
        return text.toString();
    }

    private static long steps(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("steps"))) {
            return files.count();
        }
    }

    /** With steps that a killed run left behind and others done on more threads, the report is the same to the bit. */
    @Test
    void theReportDependsNeitherOnThreadsNorOnInterruptions(@TempDir Path folder) throws IOException {
        SuiteReport alone = run(1, Optional.of(folder), CONFIG, Integer.MAX_VALUE);
        String whole = withoutTimings(alone);
        tellsEveryRung(alone);
        long all = steps(folder);
        for (String step : List.of("classifier-scratch-4", "classifier-response-1", "transformer-continued-3",
                "transformer-subsets-6-3", "transformer-removal-3")) {
            Files.delete(folder.resolve("steps").resolve(step + ".json"));
        }
        assertEquals(whole, withoutTimings(run(2, Optional.of(folder), CONFIG, Integer.MAX_VALUE)));
        assertEquals(all, steps(folder));
    }

    @Test
    void aRunThatWasKilledLeavesWholeStepsOnly(@TempDir Path folder) throws IOException {
        assertThrows(IllegalStateException.class, () -> run(1, Optional.of(folder), CONFIG, 0));
        try (Stream<Path> files = Files.list(folder.resolve("steps"))) {
            files.forEach(file -> assertTrue(Json.read(file).isObject(), file + " is not whole"));
        }
    }

    @Test
    void aFolderOfAnotherConfigurationIsRefused(@TempDir Path folder) {
        assertThrows(IllegalStateException.class, () -> run(1, Optional.of(folder), CONFIG, 0));
        InputException refused = assertThrows(InputException.class,
                () -> run(1, Optional.of(folder), config(4), Integer.MAX_VALUE));
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
        assertEquals(quick.regression().rows(), StudyFactory.regression(quick.regression(), 1).training().size());
        Study transformer = StudyFactory.transformer(quick.transformer());
        assertEquals(quick.transformer().queries(), transformer.queries().size());
        assertEquals(quick.transformer().tracked(), transformer.space().dimension());
    }

    /** The page has a row for each rung, and no column is left open. */
    private static void tellsEveryRung(SuiteReport report) {
        String page = ResultsPage.of(report);
        for (StudyReport study : report.studies()) {
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
