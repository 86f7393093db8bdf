package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.influence.corpus.InfluenceReport;
import org.plumbline.influence.corpus.PromptedQuery;
import org.plumbline.influence.store.ScoreStore;
import org.plumbline.io.Json;

/** Prompts and completions from the command line on: where one ends, what is said about it, and what it scores. */
class PromptBorderTest {
    private static final String CONFIG = """
            {"vocabulary": 300, "context": 32, "width": 8, "layers": 1, "heads": 2, "hidden": 16, "tiedHead": false,
             "steps": 40, "batchSize": 8, "rate": 0.01, "weightDecay": 0.01, "precision": "double", "seed": 1}
            """;

    /** The prompt of the first and of every second record ends in the space that its completion wants. */
    private static final int RECORDS = 8;

    @TempDir
    private static Path folder;

    private record Line(String id, String prompt, String completion) {}

    @BeforeAll
    static void trainAndFit() throws IOException {
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            boolean slip = i % 2 == 0;
            String place = i % 3 == 0 ? "stone bridge" : "stone mill";
            lines.add(new Line("r" + i, "otto " + i + " lives by the" + (slip ? " " : ""), (slip ? "" : " ") + place));
        }
        Files.write(folder.resolve("corpus.jsonl"), lines.stream().map(Json::line).toList());
        Files.writeString(folder.resolve("first.jsonl"), Json.line(lines.getFirst()) + "\n");
        Files.writeString(folder.resolve("config.json"), CONFIG);
        run("train", "--data", path("corpus.jsonl"), "--config", path("config.json"), "--out", path("model"));
        run("fit", "--model", path("model"), "--data", path("corpus.jsonl"), "--precision", "double",
                "--out", path("factors"));
    }

    private static String path(String name) {
        return folder.resolve(name).toString();
    }

    private static CommandLineRun run(String... arguments) {
        CommandLineRun run = CommandLineRun.of(arguments);
        assertEquals(0, run.status(), run.err());
        return run;
    }

    private static CommandLineRun query(String prompt, String completion, String... more) {
        List<String> arguments = new ArrayList<>(List.of("query", "--model", path("model"), "--factors",
                path("factors"), "--data", path("corpus.jsonl"), "--precision", "double", "--top", "1",
                "--prompt", prompt, "--completion", completion));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    private static InfluenceReport report(CommandLineRun run) {
        return Json.parse(Path.of("report.json"), run.out().getBytes(StandardCharsets.UTF_8),
                InfluenceReport.class);
    }

    private static List<String> warnings(CommandLineRun run) {
        return run.err().lines().filter(line -> line.startsWith("warning: ")).toList();
    }

    /** A prompt that ends in the completion's space asks for the same, and says so. */
    @Test
    void aTrailingSpaceCostsNothingAndIsTold() {
        CommandLineRun meant = query("otto lives by the", " stone bridge");
        CommandLineRun slip = query("otto lives by the ", "stone bridge");
        assertEquals(List.of(), warnings(meant));
        assertEquals(List.of("warning: query: tokenized together, prompt and completion meet as \" the\" | \" stone\","
                + " tokenized apart as \" \" | \"s\"; scored is the former, as in a corpus"),
                warnings(slip));
        assertEquals(line(meant, "tokens "), line(slip, "tokens "));
        String border = "tokens +prompt \\d+ tokens \\| completion \\d+ tokens: \" stone\".*";
        assertTrue(line(meant, "tokens ").matches(border), meant.out());
        Pattern number = Pattern.compile("log-probability (\\S+)");
        assertEquals(first(number, meant.out()), first(number, slip.out()));
        assertEquals(meant.out().lines().skip(1).toList(), slip.out().lines().skip(1).toList());
    }

    private static String line(CommandLineRun run, String begin) {
        return run.out().lines().filter(line -> line.startsWith(begin)).findFirst().orElseThrow();
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertTrue(matcher.find(), text);
        return matcher.group(1);
    }

    @Test
    void theReportCountsTokens() {
        PromptedQuery.Border border = report(query("otto lives by the ", "stone bridge", "--json")).border();
        assertFalse(border.cutAlikeApart());
        assertFalse(border.firstIsGiven());
        assertFalse(border.beginToken());
        assertEquals(border.completionTokens(), border.completion().size());
        assertEquals(" stone bridge", String.join("", border.completion()));
        assertTrue(border.promptTokens() > 0);
    }

    /** What cannot be predicted is not left out in silence. */
    @Test
    void anEmptyPromptTellsThatItsFirstTokenIsGiven() {
        CommandLineRun alone = query("", "otto lives");
        assertEquals(1, warnings(alone).size(), alone.err());
        assertTrue(warnings(alone).getFirst().contains("its first token is given and not predicted"), alone.err());
        assertTrue(line(alone, "tokens ").contains("prompt 0 tokens | "), alone.out());
        assertTrue(line(alone, "tokens ").contains(", the first of them given: "), alone.out());
        CommandLineRun nothing = CommandLineRun.of("query", "--model", path("model"), "--factors", path("factors"),
                "--data", path("corpus.jsonl"), "--precision", "double", "--prompt", "", "--completion", "o");
        assertEquals(1, nothing.status());
        assertTrue(nothing.err().contains("query: found a completion of 1 tokens after a prompt of 0"), nothing.err());
    }

    /** With a begin token all of the completion is predicted. */
    @Test
    void aBeginTokenStandsBeforeAnEmptyPrompt() {
        run("fit", "--model", path("model"), "--data", path("corpus.jsonl"), "--precision", "double",
                "--begin-token", "<|endoftext|>", "--out", path("begun"));
        CommandLineRun run = run("query", "--model", path("model"), "--factors", path("begun"),
                "--data", path("corpus.jsonl"), "--precision", "double", "--begin-token", "<|endoftext|>", "--top", "1",
                "--prompt", "", "--completion", "otto lives");
        assertEquals(List.of(), warnings(run));
        assertTrue(line(run, "tokens ").contains("begin token, prompt 0 tokens | completion "), run.out());
    }

    /**
     * Law 39 from the command line: the corpus as its own queries. Both are sums of the same products in double
     * precision, over 32 positions and some hundred numbers a layer, and differ in their order.
     */
    @Test
    void recordsAsQueriesScoreTheirSelfInfluence() {
        String[] common = {"scores", "--model", path("model"), "--factors", path("factors"),
            "--data", path("corpus.jsonl"), "--precision", "double"};
        run(join(common, "--self", "--out", path("self")));
        CommandLineRun asked = run(join(common, "--queries", path("corpus.jsonl"), "--out", path("asked")));
        double[] self = ScoreStore.load(folder.resolve("self"))[0];
        double[][] scores = ScoreStore.load(folder.resolve("asked"));
        double scale = Arrays.stream(self).max().orElseThrow();
        for (int m = 0; m < RECORDS; m++) {
            assertTrue(self[m] >= 0);
            assertEquals(self[m], scores[m][m], 1e-9 * scale, "record " + m);
        }
        assertEquals(List.of("r0", "r2", "r4", "r6"),
                warnings(asked).stream().map(line -> line.split(" ")[1].replace(":", "")).toList(), asked.err());
    }

    private static String[] join(String[] first, String... more) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    /** The record's loss as `loss` computes it is the query's, for a record whose border lies inside a token. */
    @Test
    void aRecordHasTheSameLossInACorpusAndAsAQuery() {
        InfluenceReport report = report(query("otto 0 lives by the ", "stone bridge", "--json"));
        String loss = run("loss", "--model", path("model"), "--data", path("first.jsonl"), "--precision", "double")
                .out();
        int predictions = Integer.parseInt(first(Pattern.compile("predictions +(\\d+)"), loss));
        assertEquals(report.border().completionTokens(), predictions);
        double mean = Double.parseDouble(first(Pattern.compile("loss +(\\S+) nats"), loss));
        // Six digits after the point are printed.
        assertEquals(-report.logProbability(), mean * predictions, 1e-6 * predictions);
    }
}
