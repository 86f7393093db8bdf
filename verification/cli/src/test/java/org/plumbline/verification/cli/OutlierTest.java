package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.influence.corpus.InfluenceReport;
import org.plumbline.io.Json;

/**
 * The model of the worked example. A document that has nothing to do with a query, and a gradient so large that it is
 * high in the ranking.
 */
class OutlierTest {
    private static final Path CORPUS =
            Path.of("../../corpora/src/main/resources/org/plumbline/corpora/harbor/documents.jsonl");

    @TempDir
    private Path folder;

    private void succeeds(String... arguments) {
        CommandLineRun run = CommandLineRun.of(arguments);
        assertEquals(0, run.status(), run.err());
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void aWordThatIsRepeatedIsMarked() throws IOException {
        Files.writeString(folder.resolve("small.json"), """
                {"vocabulary": 384, "context": 48, "width": 32, "layers": 2, "heads": 2, "hidden": 64,
                 "tiedHead": false, "steps": 300, "batchSize": 16, "rate": 0.01, "weightDecay": 0.01,
                 "precision": "double", "seed": 1}
                """);
        List<String> documents = new ArrayList<>(Files.readAllLines(CORPUS));
        Files.write(folder.resolve("train.jsonl"), documents);
        documents.add("{\"id\": \"repeated\", \"text\": \"" + "boat ".repeat(16).strip() + "\"}");
        Files.write(folder.resolve("all.jsonl"), documents);
        succeeds("train", "--data", path("train.jsonl"), "--config", path("small.json"), "--out", path("model"));
        succeeds("fit", "--model", path("model"), "--data", path("all.jsonl"), "--out", path("factors"));
        CommandLineRun shown = CommandLineRun.of("query", "--model", path("model"), "--factors", path("factors"),
                "--data", path("all.jsonl"), "--prompt", "otto lives by the", "--completion", " stone bridge",
                "--top", "201", "--out", path("answer"));
        assertEquals(0, shown.status(), shown.err());
        InfluenceReport report = Json.read(folder.resolve("answer/report.json"), InfluenceReport.class);
        Stream.concat(report.positive().stream(), report.negative().stream()).forEach(entry -> {
            boolean repeated = entry.documents().getFirst().document().equals("repeated");
            assertEquals(repeated, entry.normalized().outlier(), entry.documents().toString());
            assertEquals(entry.raw() / Math.sqrt(entry.normalized().selfInfluence()), entry.normalized().score(),
                    1e-12 * Math.abs(entry.normalized().score()));
        });
        assertTrue(shown.out().contains("outlier: its self-influence is "), shown.out());
        assertFalse(shown.out().contains("NaN"), shown.out());
    }
}
