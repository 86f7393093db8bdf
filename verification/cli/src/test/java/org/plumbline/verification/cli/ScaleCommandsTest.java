package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.influence.corpus.InfluenceReport;
import org.plumbline.influence.store.ScoreStore;
import org.plumbline.io.Json;
import org.plumbline.io.SafetensorsFile;

/** train, fit, query, scores and plan, one after the other on a corpus that repeats one fact. */
class ScaleCommandsTest {
    private static final String CONFIG = """
            {"vocabulary": 256, "context": 24, "width": 8, "layers": 1, "heads": 2, "hidden": 16, "tiedHead": false,
             "steps": 40, "batchSize": 8, "rate": 0.01, "weightDecay": 0.01, "precision": "single", "seed": 1}
            """;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void trainAndFit() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            lines.add(Json.line(new Document(
                    "d" + i, i % 3 == 0 ? "the sky is blue\u001b[2J" : "line " + i + " of text")));
        }
        Files.write(folder.resolve("corpus.jsonl"), lines);
        Files.writeString(folder.resolve("config.json"), CONFIG);
        Files.write(folder.resolve("queries.jsonl"), List.of(
                "{\"prompt\": \"the sky is\", \"completion\": \" blue\"}",
                "{\"prompt\": \"line 4\", \"completion\": \" of\"}"));
        succeeds("train", "--data", path("corpus.jsonl"), "--config", path("config.json"), "--out", path("model"));
        succeeds("fit", "--model", path("model"), "--data", path("corpus.jsonl"), "--out", path("factors"));
    }

    private record Document(String id, String text) {}

    private static String path(String name) {
        return folder.resolve(name).toString();
    }

    private static String succeeds(String... arguments) {
        CommandLineRun run = CommandLineRun.of(arguments);
        assertEquals(0, run.status(), run.err());
        return run.out();
    }

    private static String fails(String... arguments) {
        CommandLineRun run = CommandLineRun.of(arguments);
        assertEquals(1, run.status(), run.out());
        List<String> lines = run.err().lines().filter(line -> line.startsWith("plumbline:")).toList();
        assertEquals(1, lines.size(), run.err());
        return lines.getFirst();
    }

    @Test
    void aQueryShowsWhatRaisesIt() throws IOException {
        String out = succeeds("query", "--model", path("model"), "--factors", path("factors"),
                "--data", path("corpus.jsonl"), "--prompt", "the sky is", "--completion", " blue", "--top", "3",
                "--out", path("answer"), "--recall", "--tokens", "output,input");
        assertTrue(out.contains("the sky is blue\\u{1b}[2J"), out);
        assertFalse(out.contains("\u001b"), "an escape sequence of the corpus reached the terminal");
        assertTrue(out.contains("recall of the first 3: 1.000"), out);
        // Both rows of token scores have the same sum, to single precision of a sum of 24 terms that may cancel.
        InfluenceReport.Ranked first =
                Json.read(folder.resolve("answer/report.json"), InfluenceReport.class).positive().getFirst();
        double scale = Arrays.stream(first.tokenScores()).map(Math::abs).sum();
        assertEquals(
                Arrays.stream(first.tokenScores()).sum(), Arrays.stream(first.outputTokenScores()).sum(), 1e-4 * scale);
        assertEquals(first.outputTokenScores().length, first.inputTokenScores().length);
        assertTrue(first.inputTokenScores()[0] != 0, "the first token is read by all");
        assertEquals(6, Files.readAllLines(folder.resolve("answer/ranking.jsonl")).size());
        assertTrue(Files.readString(folder.resolve("answer/ranking.csv")).startsWith("list,rank,sequence,raw"));
    }

    @Test
    void filtersOrNoFilterScanWhatTheySay() {
        String[] common = {"query", "--model", path("model"), "--factors", path("factors"),
            "--data", path("corpus.jsonl"), "--prompt", "the sky is", "--completion", " blue", "--top", "1"};
        for (String filter : List.of("tfidf", "bm25")) {
            String out = succeeds(join(common, "--filter", filter, "--candidates", "7"));
            assertTrue(out.contains("7 of 30"), out);
        }
        String out = succeeds(join(common, "--filter", "none"));
        assertTrue(out.contains("30 of 30"), out);
    }

    @Test
    void scoresOfBothKinds() {
        String[] common = {"scores", "--model", path("model"), "--factors", path("factors"),
                "--data", path("corpus.jsonl")};
        succeeds(join(common, "--queries", path("queries.jsonl"), "--out", path("scores"), "--tokens"));
        double[][] scores = ScoreStore.load(folder.resolve("scores"));
        assertEquals(2, scores.length);
        assertEquals(30, scores[0].length);
        succeeds(join(common, "--self", "--out", path("self")));
        assertTrue(Arrays.stream(ScoreStore.load(folder.resolve("self"))[0]).allMatch(score -> score >= 0));
        succeeds(join(common, "--queries", path("queries.jsonl"), "--out", path("scores"), "--tokens"));
        assertArrayEquals(scores[1], ScoreStore.load(folder.resolve("scores"))[1]);
        assertTrue(fails(join(common, "--queries", path("queries.jsonl"), "--out", path("scores"), "--rank", "2"))
                .contains("rank is 0, expected 2"));
    }

    @Test
    void tokensAreScoredInThreeWays() throws IOException {
        String[] common = {"scores", "--model", path("model"), "--factors", path("factors"),
            "--data", path("corpus.jsonl"), "--queries", path("queries.jsonl")};
        succeeds(join(common, "--tokens", "gradient", "--out", path("gradient")));
        double[][] totals = ScoreStore.load(folder.resolve("gradient"));
        for (String kind : List.of("output", "input")) {
            succeeds(join(common, "--tokens", kind, "--out", path(kind)));
            assertTrue(Files.readString(folder.resolve(kind).resolve("manifest.json")).contains(
                    "\"tokens\" : \"" + kind + "\""), kind);
            // Totals of single precision, in one order or another: 24 positions, some hundred terms each.
            for (int q = 0; q < totals.length; q++) {
                double scale = Arrays.stream(totals[q]).map(Math::abs).max().orElseThrow();
                assertArrayEquals(totals[q], ScoreStore.load(folder.resolve(kind))[q], 1e-4 * scale);
            }
        }
        // One layout: rows of tokens by sequence, as the gradient's; those of predicted tokens have the same sums.
        try (SafetensorsFile first = SafetensorsFile.open(folder.resolve("gradient/scores-000000.safetensors"));
                SafetensorsFile second = SafetensorsFile.open(folder.resolve("output/scores-000000.safetensors"))) {
            assertArrayEquals(first.shape("tokens"), second.shape("tokens"));
            double[] gradient = first.doubles("tokens");
            double[] output = second.doubles("tokens");
            double scale = Arrays.stream(gradient).map(Math::abs).sum();
            assertEquals(Arrays.stream(gradient).sum(), Arrays.stream(output).sum(), 1e-4 * scale);
            assertFalse(Arrays.equals(gradient, output), "two ways to split a score that are one");
        }
        // Without a value, the first of them; in one folder, one kind.
        succeeds(join(common, "--tokens", "--out", path("gradient")));
        assertTrue(fails(join(common, "--tokens", "output", "--out", path("gradient")))
                .contains("tokens is gradient, expected output"));
        assertTrue(fails(join(common, "--tokens", "loss", "--out", path("x")))
                .contains("--tokens 'loss' is unknown: expected gradient, output or input"));
        assertTrue(fails("scores", "--model", path("model"), "--factors", path("factors"),
                "--data", path("corpus.jsonl"), "--self", "--tokens", "--out", path("x"))
                .contains("--tokens needs --queries"));
        assertTrue(fails("plan", "--model", path("model"), "--data", path("corpus.jsonl"), "--tokens", "loss")
                .contains("--tokens 'loss' is unknown"));
    }

    private static String[] join(String[] first, String... more) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    /** The effect of adding it: nobody need have trained on what is scored. */
    @Test
    void otherDataThanThoseOfTheFactorsAreScoredAndSaidToBe() throws IOException {
        Files.writeString(folder.resolve("other.jsonl"), "{\"text\": \"something else entirely\"}\n");
        assertTrue(succeeds("query", "--model", path("model"), "--factors", path("factors"), "--data",
                path("other.jsonl"), "--prompt", "the", "--completion", " sky").contains("not in the training data"));
    }

    @Test
    void planSaysMemoryDiskAndTime() {
        String out = succeeds("plan", "--model", path("model"), "--data", path("corpus.jsonl"));
        assertTrue(out.contains("scan with tokens") && out.contains("self scan"), out);
        assertFalse(out.contains("52B"), out);
        assertTrue(succeeds("plan", "--model", path("model"), "--data", path("corpus.jsonl"), "--paper")
                .contains("52B"));
        // A way back through the passes of all queries holds more than the passes.
        assertTrue(memory("input") > memory("output"), out);
    }

    /** MiB of a scan with tokens. */
    private static double memory(String tokens) {
        String line = succeeds("plan", "--model", path("model"), "--data", path("corpus.jsonl"), "--tokens", tokens,
                "--micro-batch", "256", "--shard", "256")
                .lines().filter(row -> row.startsWith("scan with tokens")).findFirst().orElseThrow();
        return Double.parseDouble(line.substring("scan with tokens".length()).trim().split(" +")[0]);
    }

    @Test
    void badInputIsOneLine() {
        assertTrue(fails("fit", "--model", path("nothing"), "--data", path("corpus.jsonl"), "--out", path("x"))
                .contains("nothing"));
        assertTrue(fails("fit", "--model", path("model"), "--data", path("corpus.jsonl"), "--out", path("x"),
                "--strategy", "newton").contains("strategy 'newton' is unknown"));
        assertTrue(fails("fit", "--model", path("model"), "--data", path("corpus.jsonl"), "--out", path("x"),
                "--layers", "*.nothing").contains("matches none"));
        assertTrue(fails("fit", "--model", path("model"), "--data", path("corpus.jsonl"), "--out", path("model"))
                .contains("expected one of factors"));
    }
}
