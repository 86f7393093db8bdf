package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.influence.store.ScoreStore;
import org.plumbline.io.Json;
import org.plumbline.model.TrackedLayer;
import org.plumbline.model.pretrained.PretrainedModel;
import tools.jackson.databind.JsonNode;

/** What {@code scores} says of its rows and columns, and the recipes of {@code docs/scale.md} that read it. */
class ScoreTablesTest {
    private static final Path PAGE = Path.of("../../docs/scale.md");

    @TempDir
    private static Path folder;

    @BeforeAll
    static void scores() throws IOException {
        Files.writeString(folder.resolve("small.json"), """
                {"vocabulary": 256, "context": 16, "width": 8, "layers": 1, "heads": 2, "hidden": 16, "tiedHead": false,
                 "steps": 4, "batchSize": 4, "rate": 0.01, "weightDecay": 0.01, "precision": "single", "seed": 1}
                """);
        Files.write(folder.resolve("docs.jsonl"), List.of(
                "{\"id\": \"short\", \"text\": \"a blue sky\", \"source\": \"web\"}",
                "{\"id\": \"empty\", \"text\": \"\"}",
                "{\"text\": \"a document that does not fit into one sequence\"}",
                "",
                "{\"id\": \"one\", \"text\": \"x\"}",
                "{\"id\": \"last\", \"text\": \"the sky is blue\"}"));
        Files.write(folder.resolve("queries.jsonl"), List.of(
                "{\"id\": \"color\", \"prompt\": \"the sky is\", \"completion\": \" blue\"}",
                "{\"id\": \"other\", \"prompt\": \"a\", \"completion\": \" sky\"}"));
        succeeds("train", "--data", "docs.jsonl", "--config", path("small.json"), "--out", path("model"));
        succeeds("fit", "--data", "docs.jsonl", "--model", path("model"), "--precision", "double", "--out",
                path("factors"));
        CommandLineRun run = scores("--queries", path("queries.jsonl"), "--out", path("scores"));
        assertTrue(run.err().contains("2 of 5 documents are left out"), run.err());
    }

    private static String path(String name) {
        return folder.resolve(name).toString();
    }

    private static CommandLineRun succeeds(String command, String data, String file, String... more) {
        String[] first = {command, data, path(file)};
        CommandLineRun run = CommandLineRun.of(
                Stream.concat(Arrays.stream(first), Arrays.stream(more)).toArray(String[]::new));
        assertEquals(0, run.status(), run.err());
        return run;
    }

    private static CommandLineRun scores(String... more) {
        String[] common = {"--model", path("model"), "--factors", path("factors"), "--precision", "double"};
        return succeeds("scores", "--data", "docs.jsonl",
                Stream.concat(Arrays.stream(common), Arrays.stream(more)).toArray(String[]::new));
    }

    private static List<JsonNode> lines(String name) throws IOException {
        return Files.readAllLines(folder.resolve(name)).stream()
                .map(line -> Json.parse(Path.of(name), line.getBytes(StandardCharsets.UTF_8))).toList();
    }

    private static List<String> all(List<JsonNode> lines, String field) {
        return lines.stream().map(line -> line.get(field).asString()).toList();
    }

    /**
     * A document of 46 bytes is in sequences of 17 tokens, each of which begins with the last token of the one before.
     */
    @Test
    void columnsAreSequencesWithTheirDocuments() throws IOException {
        List<JsonNode> columns = lines("scores/columns.jsonl");
        assertEquals(List.of("0", "1", "2", "3", "4"), all(columns, "column"));
        assertEquals(List.of("short", "docs.jsonl:3", "docs.jsonl:3", "docs.jsonl:3", "last"),
                all(columns, "document"));
        assertEquals(List.of("1", "3", "3", "3", "6"), all(columns, "line"));
        assertEquals(List.of("1", "1", "2", "3", "1"), all(columns, "part"));
        assertEquals(List.of("1", "3", "3", "3", "1"), all(columns, "parts"));
        assertEquals(List.of("10", "17", "17", "14", "15"), all(columns, "tokens"));
        assertEquals(List.of("9", "16", "16", "13", "14"), all(columns, "predictions"));
        assertEquals("a", columns.getFirst().get("firstToken").stringValue());
        assertEquals("web", columns.getFirst().get("metadata").get("source").stringValue());
        List<JsonNode> leftOut = lines("scores/left-out.jsonl");
        assertEquals(List.of("empty", "one"), all(leftOut, "document"));
        assertEquals(List.of("2", "5"), all(leftOut, "line"));
        assertEquals(List.of("0", "1"), all(leftOut, "tokens"));
    }

    @Test
    void rowsAreQueries() throws IOException {
        List<JsonNode> rows = lines("scores/rows.jsonl");
        assertEquals(List.of("color", "other"), all(rows, "query"));
        assertEquals("the sky is", rows.getFirst().get("prompt").stringValue());
        assertEquals(List.of("5", "4"), all(rows, "completionTokens"));
        JsonNode header = Json.read(folder.resolve("scores/scores.json"));
        assertEquals(2, header.get("shape").get(0).intValue());
        assertEquals(5, header.get("shape").get(1).intValue());
        assertEquals("ekfac", header.get("estimator").stringValue());
        assertTrue(header.get("origin").has("model") && header.get("sign").stringValue().startsWith("positive"));
        scores("--queries", path("queries.jsonl"), "--aggregate", "mean", "--out", path("mean"));
        assertEquals(List.of("the mean of 2 queries"), all(lines("mean/rows.jsonl"), "query"));
        scores("--self", "--out", path("self"));
        assertEquals(1, lines("self/rows.jsonl").size());
        String sign = Json.read(folder.resolve("self/scores.json")).get("sign").stringValue();
        assertTrue(sign.startsWith("never negative"), sign);
    }

    /** Several documents of a sequence have a place each. */
    @Test
    void packedDocumentsAreKeptApart() throws IOException {
        String[] packing = {"--model", path("model"), "--packing", "pack", "--end-token", "0", "--length", "16"};
        succeeds("fit", "--data", "docs.jsonl", with(packing, "--out", path("packed factors")));
        succeeds("scores", "--data", "docs.jsonl", with(packing, "--factors", path("packed factors"), "--self", "--out",
                path("packed")));
        JsonNode first = lines("packed/columns.jsonl").getFirst();
        assertEquals("short", first.get("document").stringValue());
        assertEquals(List.of("empty", "docs.jsonl:3"),
                IntStream.range(0, 2).mapToObj(i -> first.get("more").get(i).get("document").stringValue()).toList());
        assertEquals("4", first.get("more").get(1).get("parts").asString());
        assertEquals(List.of(), lines("packed/left-out.jsonl"));
    }

    private static String[] with(String[] first, String... more) {
        return Stream.concat(Arrays.stream(first), Arrays.stream(more)).toArray(String[]::new);
    }

    /** What is cut off is counted, and warned about where it is more than a tenth. */
    @Test
    void whatIsDroppedIsTold() {
        CommandLineRun run =
                succeeds("loss", "--data", "docs.jsonl", "--model", path("model"), "--packing", "truncate");
        assertTrue(run.err().contains("warning: 30 of 72 tokens (41.7 %) are dropped"), run.err());
        assertTrue(succeeds("loss", "--data", "docs.jsonl", "--model", path("model")).err().lines()
                .anyMatch(line -> line.startsWith("1 of 72 tokens (1.4 %)")));
    }

    /** Nothing flows back through the second layer of the MLP, so that the first has no curvature. */
    @Test
    void layersWithoutCurvatureAreTold() throws IOException {
        PretrainedModel model = PretrainedModel.load(folder.resolve("model"), Precision.SINGLE);
        List<TrackedLayer> layers = model.model().mlpLayers();
        if (model.parameters().storages().get(layers.getLast().weight()) instanceof Storage.Floats(float[] weights)) {
            Arrays.fill(weights, 0);
        }
        Files.createDirectory(folder.resolve("dead"));
        model.save(folder.resolve("dead"));
        Files.copy(folder.resolve("model/tokenizer.json"), folder.resolve("dead/tokenizer.json"));
        String told = "warning: layers without curvature, which contribute nothing to any score: "
                + layers.getFirst().name() + System.lineSeparator();
        String[] dead = {"--model", path("dead")};
        CommandLineRun fit = succeeds("fit", "--data", "docs.jsonl", with(dead, "--out", path("dead factors")));
        assertTrue(fit.err().contains(told), fit.err());
        CommandLineRun scores = succeeds("scores", "--data", "docs.jsonl", with(dead, "--factors",
                path("dead factors"), "--self", "--out", path("dead scores")));
        assertTrue(scores.err().contains(told), scores.err());
    }

    /** The block of the page that imports this library, on the scores of this test. */
    @ParameterizedTest
    @ValueSource(strings = {"pandas", "json"})
    void aDataFrameIsSortedByScore(String library) throws IOException, InterruptedException {
        String needed = library.equals("pandas") ? "import numpy, pandas" : "import numpy";
        Assumptions.assumeTrue(python(needed).status() == 0, "'python3 -c \"" + needed + "\"' fails on this machine");
        String page = Files.readString(PAGE);
        String block = Arrays.stream(page.split("```python\n")).skip(1).map(code -> code.split("```")[0])
                .filter(code -> code.contains("import " + library)).findFirst().orElseThrow();
        Python run = python(block);
        assertEquals(0, run.status(), run.out());
        List<String> printed = run.out().lines().toList();
        assertEquals("color", printed.getFirst());
        double[] scores = ScoreStore.load(folder.resolve("scores"))[0];
        List<String> documents = all(lines("scores/columns.jsonl"), "document");
        List<String> best = IntStream.range(0, scores.length).boxed()
                .sorted(Comparator.comparingDouble(m -> -scores[m])).limit(3).map(documents::get).toList();
        assertEquals(best, printed.subList(printed.size() - 3, printed.size()).stream()
                .map(line -> line.strip().split(" ")[0]).toList());
    }

    private record Python(int status, String out) {}

    private static Python python(String code) throws IOException, InterruptedException {
        try {
            Process process = new ProcessBuilder("python3", "-c", code)
                    .directory(folder.toFile()).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Python(process.waitFor(), out);
        } catch (IOException e) {
            return new Python(-1, e.toString());
        }
    }
}
