package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.io.Json;
import tools.jackson.databind.JsonNode;

/**
 * What trials of the command line found, each with its inputs in a folder of its own beside the checkout. What is
 * expected of each lies in {@code trials.json}, as a list of steps that {@link TrialStep} describes.
 */
class TrialsTest {
    private static final Path TRIALS = Path.of("../../../shared/trials");
    private static final String EXPECTATIONS = "trials.json";

    @TempDir
    private static Path copies;

    @TestFactory
    Stream<DynamicTest> everyTrialEndsAsExpected() throws IOException {
        if (!Files.isDirectory(TRIALS)) {
            return Stream.of(DynamicTest.dynamicTest("trials", () -> Assumptions.abort(
                    "no trials: there is no folder ../shared/trials beside the checkout")));
        }
        JsonNode expectations = expectations();
        return folders().stream().map(name -> DynamicTest.dynamicTest(name, () -> run(name, expectations.get(name))));
    }

    /** A name without a folder is a misspelling, and nothing would run under it. */
    @Test
    void everyExpectationHasATrial() throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(TRIALS), "no folder ../shared/trials beside the checkout");
        Set<String> orphans = new TreeSet<>(expectations().propertyNames());
        orphans.removeAll(folders());
        assertEquals(Set.of(), orphans);
    }

    private static void run(String name, JsonNode steps) throws IOException {
        if (steps == null || steps.isEmpty()) {
            Assumptions.abort("trial '" + name + "' has no expectation in " + EXPECTATIONS);
        }
        Path copy = copy(TRIALS.resolve(name), copies.resolve(name));
        for (JsonNode step : steps) {
            TrialStep.of(step, copy).run();
        }
    }

    private static List<String> folders() throws IOException {
        try (Stream<Path> folders = Files.list(TRIALS)) {
            return folders.filter(Files::isDirectory).map(folder -> folder.getFileName().toString()).sorted().toList();
        }
    }

    private static JsonNode expectations() throws IOException {
        try (InputStream in = TrialsTest.class.getResourceAsStream(EXPECTATIONS)) {
            return Json.parse(Path.of(EXPECTATIONS), in.readAllBytes());
        }
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
        return to;
    }
}
