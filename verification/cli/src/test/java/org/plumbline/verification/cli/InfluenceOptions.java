package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.verification.cli.OptionRuns.FIT;
import static org.plumbline.verification.cli.OptionRuns.QUERY;
import static org.plumbline.verification.cli.OptionRuns.SCORES;
import static org.plumbline.verification.cli.OptionRuns.SERVE;
import static org.plumbline.verification.cli.OptionRuns.close;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.function.Executable;
import org.plumbline.influence.store.FactorStore;
import org.plumbline.io.Json;
import org.plumbline.io.Npy;
import org.plumbline.io.SafetensorsFile;
import org.plumbline.verification.cli.OptionRuns.Run;
import tools.jackson.databind.JsonNode;

/** What shows that options of {@code fit}, {@code query} and {@code scores} have an effect, but those about data. */
final class InfluenceOptions {
    private final OptionRuns runs;
    private final Map<String, Executable> entries = new HashMap<>();

    private InfluenceOptions(OptionRuns runs) {
        this.runs = runs;
    }

    /** A test for each option. */
    static Map<String, Executable> entries(OptionRuns runs) {
        InfluenceOptions options = new InfluenceOptions(runs);
        options.fit();
        options.query();
        options.scores();
        options.pages();
        options.serve();
        return options.entries;
    }

    private Run run(String line) {
        return runs.run(line);
    }

    private void refused(String line, String message) {
        runs.refused(line, message);
    }

    private void entry(String option, Executable proof) {
        assertEquals(null, entries.put(option, proof), "two entries for " + option);
    }

    private void fit() {
        entry("fit --adapter", () -> assertNotEquals(
                run(FIT).identity("model"), run(FIT + " --adapter @/adapter").identity("model")));
        entry("fit --model", () -> assertNotEquals(
                run(FIT).hash("moments.safetensors"), run(FIT + " --model @/other").hash("moments.safetensors")));
        entry("fit --out", () -> assertTrue(run(FIT).wrote("manifest.json")));
        entry("fit --strategy", () -> {
            Map<String, Set<String>> files = new HashMap<>();
            for (String strategy : List.of("identity", "diagonal", "kfac", "ekfac")) {
                files.put(strategy, run(FIT + " --strategy " + strategy).manifest().get("files").valueStream()
                        .map(one -> one.get("name").asString()).collect(Collectors.toSet()));
            }
            assertEquals(Map.of("identity", Set.of(), "diagonal", Set.of("moments.safetensors"),
                    "kfac", Set.of("factors.safetensors", "eigenvectors.safetensors"),
                    "ekfac", Set.of("factors.safetensors", "eigenvectors.safetensors", "moments.safetensors")), files);
            assertNotEquals(run(FIT).hash("moments.safetensors"),
                    run(FIT + " --strategy diagonal").hash("moments.safetensors"));
            refused(FIT + " --strategy hessian", "--strategy 'hessian' is unknown");
        });
        entry("fit --layers", () -> {
            Run run = run(FIT + " --layers *.h.1.*.c_fc").succeeded();
            assertEquals(List.of("transformer.h.1.mlp.c_fc"), FactorStore.layers(run.own()));
            assertEquals(4, FactorStore.layers(run(FIT).succeeded().own()).size());
        });
        entry("fit --partitions", () -> {
            Run whole = run(FIT);
            Run split = run(FIT + " --partitions 2");
            assertEquals(whole.hash("factors.safetensors"), split.hash("factors.safetensors"));
            assertNotEquals(whole.hash("eigenvectors.safetensors"), split.hash("eigenvectors.safetensors"));
            // The first rows of each of two partitions are eigenvectors of the first alone.
            try (SafetensorsFile vectors = SafetensorsFile.open(split.own().resolve("eigenvectors.safetensors"))) {
                int rows = 12;
                double[] values = vectors.doubles("gradient.transformer.h.0.mlp.c_fc");
                for (int i = 0; i < rows / 2; i++) {
                    for (int j = rows / 2; j < rows; j++) {
                        assertEquals(0, values[i * rows + j]);
                    }
                }
            }
            refused(FIT + " --partitions 0", "--partitions 0 is out of range");
        });
        entry("fit --labels", () -> {
            Set<String> factors = new HashSet<>();
            for (String labels : List.of("sampled", "signs", "expectation", "training")) {
                assertTrue(factors.add(run(FIT + " --labels " + labels).hash("factors.safetensors")), labels);
            }
            assertEquals("expectation", run(FIT + " --labels expectation").identity("labels"));
            assertTrue(factors.contains(run(FIT).hash("factors.safetensors")), "sampled is the default");
            refused(FIT + " --labels true", "--labels 'true' is unknown");
        });
        entry("fit --draws", () -> {
            for (String labels : List.of("sampled", "signs")) {
                String line = FIT + " --labels " + labels;
                assertNotEquals(run(line).hash("factors.safetensors"),
                        run(line + " --draws 2").hash("factors.safetensors"), labels);
                assertTrue(run(line + " --draws 2").identity("labels").endsWith("draws 2"));
            }
            refused(FIT + " --draws 0", "--draws 0 is out of range");
        });
        entry("fit --seed", () -> {
            for (String labels : List.of("sampled", "signs")) {
                String line = FIT + " --labels " + labels;
                assertNotEquals(run(line).hash("factors.safetensors"),
                        run(line + " --seed 2").hash("factors.safetensors"), labels);
            }
        });
        entry("fit --size", () -> {
            String line = FIT + " --strategy lanczos";
            assertNotEquals(run(line + " --size 2").hash("ritz.safetensors"),
                    run(line + " --size 3").hash("ritz.safetensors"));
            refused(line + " --size 0", "--size 0 is out of range");
        });
        entry("fit --damping-absolute", () -> {
            Run fitted = run(FIT + " --damping-absolute 0.5");
            assertArrayEquals(run(SCORES + " --damping-absolute 0.5").scores(),
                    run(SCORES + " --factors " + fitted.succeeded().own()).scores());
            refused(FIT + " --damping-absolute -1", "--damping-absolute -1 is out of range");
        });
        entry("fit --damping", () -> {
            Run fitted = run(FIT + " --damping 2");
            double[][] by = run(SCORES + " --factors " + fitted.succeeded().own()).scores();
            assertArrayEquals(run(SCORES + " --damping 2").scores(), by);
            assertFalse(Arrays.deepEquals(run(SCORES).scores(), by));
            refused(FIT + " --damping -1", "--damping -1.0 is out of range");
        });
        entry("fit --micro-batch", () -> batches("--micro-batch", "micro-batch", "2"));
        entry("fit --shard", () -> batches("--shard", "shard", "8"));
        entry("fit --precision", () -> {
            Run exact = run(FIT + " --precision double");
            assertEquals("double", exact.identity("precision"));
            assertNotEquals(run(FIT).hash("factors.safetensors"), exact.hash("factors.safetensors"));
            close(exact.tensors("factors.safetensors"), run(FIT).tensors("factors.safetensors"));
        });
    }

    private void batches(String option, String name, String value) {
        Run other = run(FIT + " " + option + " " + value);
        assertEquals(value, other.identity(name));
        close(run(FIT).tensors("factors.safetensors"), other.tensors("factors.safetensors"));
        refused(FIT + " " + option + " 0", "0 is out of range");
    }

    /** Raw scores of a query, all of them, by the number of the sequence. */
    private double[] raw(JsonNode report) {
        Map<Integer, Double> scores = new HashMap<>();
        for (String sign : List.of("positive", "negative")) {
            report.get(sign).forEach(one -> scores.put(one.get("sequence").intValue(), one.get("raw").doubleValue()));
        }
        return scores.keySet().stream().sorted().mapToDouble(scores::get).toArray();
    }

    private double[] raw(String more) {
        return raw(run(QUERY + more).json());
    }

    private void changesScores(String more) {
        assertFalse(Arrays.equals(raw(""), raw(more)), more + " changes no score");
    }

    private void query() {
        entry("query --adapter", () -> refused(QUERY + " --adapter @/adapter", "model is "));
        entry("query --model", () -> refused(QUERY + " --model @/other", "model is "));
        entry("query --factors", () -> changesScores(" --factors @/diagonal"));
        entry("query --prompt", () -> changesScores(" --prompt stone"));
        entry("query --completion", () -> changesScores(" --completion sea"));
        entry("query --prompt-file", () -> assertEquals(run(QUERY + " --prompt stone").json(),
                run(QUERY.replace("--prompt the", "--prompt-file @/prompt.txt")).json()));
        entry("query --completion-file", () -> assertEquals(run(QUERY + " --completion sea").json(),
                run(QUERY.replace("--completion sky", "--completion-file @/completion.txt")).json()));
        entry("query --conversation", () -> {
            String asked = " --conversation @/conversation.json";
            assertArrayEquals(raw(run(QUERY + " --prompt u:the;a: --completion sky;").json()), raw(run(
                    QUERY.replace(" --prompt the --completion sky", asked) + " --chat-template @/chat.jinja").json()));
            refused(QUERY.replace(" --prompt the --completion sky", asked), "no template");
        });
        entry("query --damping", () -> changesScores(" --damping 2"));
        entry("query --damping-absolute", () -> changesScores(" --damping-absolute 2"));
        entry("query --rank", () -> {
            changesScores(" --rank 1");
            assertTrue(run(QUERY + " --rank 1").json().get("truncation").doubleValue() > 0);
            refused(QUERY + " --rank -1", "--rank -1 is out of range");
        });
        entry("query --solver", () -> {
            for (String solver : List.of("cg", "astra", "lissa")) {
                changesScores(" --solver " + solver);
            }
            refused(QUERY + " --solver gauss", "--solver 'gauss' is unknown");
        });
        entry("query --tolerance", () -> {
            double[] exact = raw(" --solver cg --tolerance 1e-9");
            assertFalse(Arrays.equals(exact, raw(" --solver cg --tolerance 0.5")));
            close(exact, raw(" --solver astra --tolerance 1e-9"));
            refused(QUERY + " --tolerance 0.1", "--tolerance means nothing with --solver closed");
        });
        entry("query --products", () -> {
            assertFalse(Arrays.equals(raw(" --solver cg --products 1"), raw(" --solver cg")));
            refused(QUERY + " --products 9", "--products means nothing");
        });
        entry("query --sample", () -> {
            assertTrue(run(QUERY + " --solver cg").json().get("sampled").isNull());
            JsonNode sampled = run(QUERY + " --solver cg --sample 8").json().get("sampled");
            assertEquals(8, sampled.get("sampled").intValue());
            assertTrue(sampled.get("standardError").doubleValue() > 0);
            String table = run(QUERY.replace(" --json", "") + " --solver cg --sample 8").succeeded().printed();
            assertTrue(table.contains("sampled    exact products over 8 of "), table);
            refused(QUERY + " --sample 8", "--sample means nothing with --solver closed");
            refused(QUERY + " --solver cg --sample 3", "expected at least 4");
        });
        entry("query --training", () -> {
            String others = QUERY.replace("@/c.jsonl", "@/d.jsonl") + " --solver cg";
            refused(others, "found other data than the curvature was fitted on");
            assertTrue(run(others + " --training @/c.jsonl").succeeded().json().get("positive").size() > 0);
            refused(QUERY + " --solver cg --training @/c.jsonl", "found the path of --data");
            refused(others + " --training @/d.txt", "d.txt");
            refused(others.replace(" --solver cg", "") + " --training @/c.jsonl", "--training means nothing");
        });
        entry("query --certify", () -> {
            assertTrue(run(QUERY).json().get("certified").isNull());
            JsonNode certified = run(QUERY + " --certify 0.01").json().get("certified");
            assertTrue(certified.get("fraction").doubleValue() <= 0.01);
            for (String sign : List.of("positive", "negative")) {
                for (JsonNode one : certified.get(sign)) {
                    assertTrue(one.get("bound").doubleValue() > 0);
                    assertTrue(one.get("best").intValue() <= one.get("worst").intValue());
                }
            }
            String table = run(QUERY.replace(" --json", "") + " --certify 0.01").succeeded().printed();
            assertTrue(table.contains("certified  no score off by more than"), table);
        });
        entry("query --top", () -> {
            assertEquals(2, raw(" --top 1").length);
            refused(QUERY + " --top 0", "--top 0");
        });
        entry("query --filter", () -> {
            Set<String> said = new HashSet<>();
            for (String filter : List.of("tfidf", "bm25", "none")) {
                said.add(run(QUERY + " --filter " + filter).json().get("filter").asString());
            }
            assertEquals(3, said.size(), said.toString());
            refused(QUERY + " --filter some", "--filter 'some' is unknown");
        });
        entry("query --candidates", () -> {
            for (String filter : List.of("tfidf", "bm25")) {
                assertEquals(3, run(QUERY + " --candidates 3 --filter " + filter).json().get("scanned").intValue());
            }
            refused(QUERY + " --candidates 0", "--candidates 0");
        });
        entry("query --recall", () -> {
            assertTrue(run(QUERY).json().get("recall").isNull());
            double all = run(QUERY + " --recall").json().get("recall").doubleValue();
            double few = run(QUERY + " --recall --candidates 2").json().get("recall").doubleValue();
            assertEquals(1, all);
            assertTrue(few < 1, "two sequences cannot be all that raise it");
        });
        entry("query --tokens", () -> {
            for (String tokens : List.of("gradient", "output", "input", "output,input", "input,gradient,output")) {
                JsonNode first = run(QUERY + " --tokens " + tokens).json().get("positive").get(0);
                assertEquals(tokens.contains("output"), !first.get("outputTokenScores").isEmpty(), tokens);
                assertEquals(tokens.contains("input"), !first.get("inputTokenScores").isEmpty(), tokens);
                assertFalse(first.get("tokenScores").isEmpty());
            }
            refused(QUERY + " --tokens loss", "--tokens 'loss' is unknown");
            // Given twice.
            List<String> twice = new ArrayList<>(
                    List.of(QUERY.replace("@", runs.folder().toString()).split(" ")));
            twice.addAll(List.of("--tokens", "output", "--tokens", "input"));
            assertEquals(run(QUERY + " --tokens output,input").printed(),
                    CommandLineRun.of(twice.toArray(String[]::new)).out());
        });
        entry("query --json", () -> {
            String table = run(QUERY.replace(" --json", "")).succeeded().printed();
            assertTrue(table.contains("raise it most"), table);
            assertTrue(run(QUERY).json().has("positive"));
        });
        entry("query --out", () -> {
            Run run = run(QUERY + " --out #").succeeded();
            assertArrayEquals(raw(""), raw(run.report()));
            assertTrue(run.wrote("ranking.jsonl") && run.wrote("ranking.csv"));
        });
        entry("query --micro-batch", () -> {
            close(raw(""), raw(" --micro-batch 2"));
            refused(QUERY + " --micro-batch 0", "--micro-batch 0 is out of range");
        });
        entry("query --shard", () -> {
            close(raw(""), raw(" --shard 8"));
            refused(QUERY + " --shard 6", "--shard 6 is out of range");
        });
        entry("query --precision", () -> {
            changesScores(" --precision double");
            close(raw(" --precision double"), raw(""));
        });
    }

    /** The page that a run wrote beside its folder. */
    private String page(String line) {
        Run run = run(line).succeeded();
        try {
            return Files.readString(Path.of(run.own() + ".html"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void pages() {
        entry("query --html", () -> {
            String page = page(QUERY + " --html #.html");
            assertTrue(page.contains("by token predicted") && page.contains("<article"));
            refused(QUERY + " --html @/c.jsonl", "no page of Plumbline");
        });
        entry("query --against", () -> {
            String page = page(QUERY + " --html #.html --against sea");
            assertTrue(page.contains("id=\"q2\"") && page.contains("id=\"compare\""));
        });
        entry("report --scores", () -> refused(OptionRuns.REPORT + " --scores @/model", "model"));
        entry("report --out", () -> {
            assertTrue(page(OptionRuns.REPORT).contains("id=\"q3\""));
            refused(OptionRuns.REPORT + " --out @/c.jsonl", "no page of Plumbline");
        });
        entry("report --top", () -> {
            assertEquals(3, page(OptionRuns.REPORT + " --top 1").split("<article class=\"card raises", -1).length - 1);
            refused(OptionRuns.REPORT + " --top 0", "--top 0");
        });
        entry("report --data", () -> {
            assertTrue(page(OptionRuns.REPORT).contains("The text is not part of the scores"));
            String page = page(OptionRuns.REPORT + " --data @/c.jsonl");
            assertFalse(page.contains("The text is not part of the scores"));
            assertTrue(page.contains("<div class=\"text\"") && !page.contains("<div class=\"heat\""));
        });
        entry("report --tokenizer", () -> assertTrue(page(
                OptionRuns.REPORT + " --data @/c.jsonl --tokenizer @/model").contains("<div class=\"heat\"")));
        entry("report --factors", () -> {
            assertFalse(page(OptionRuns.REPORT).contains("<figure class=\"spectra\""));
            assertTrue(page(OptionRuns.REPORT + " --factors @/ekfac").contains("<figure class=\"spectra\""));
        });
    }

    /** What is asked of a server is in {@code ServeCommandTest}. */
    private void serve() {
        entry("serve --model", () -> refused(SERVE + " --model @/other", "model is "));
        entry("serve --adapter", () -> refused(SERVE + " --adapter @/adapter", "model is "));
        entry("serve --factors", () -> refused(SERVE + " --factors @/absent", "absent"));
        entry("serve --precision", () -> refused(SERVE + " --precision half", "--precision 'half' is unknown"));
        entry("serve --micro-batch", () -> refused(SERVE + " --micro-batch 0", "0 is out of range"));
        entry("serve --shard", () -> refused(SERVE + " --shard 0", "0 is out of range"));
        entry("serve --damping", () -> refused(SERVE + " --damping -1", "--damping -1.0 is out of range"));
        entry("serve --damping-absolute", () -> refused(SERVE + " --damping-absolute -1", "is out of range"));
        entry("serve --rank", () -> {
            assertTrue(run(SERVE + " --rank 1").succeeded().printed().contains("rank 1"));
            refused(SERVE + " --rank -1", "--rank -1 is out of range");
        });
        entry("serve --port", () -> refused(SERVE + " --port 70000", "--port 70000 is out of range"));
        entry("serve --queue", () -> refused(SERVE + " --queue 0", "--queue 0"));
        entry("serve --time-limit", () -> refused(SERVE + " --time-limit 0", "--time-limit 0.0"));
        entry("serve --idle", () -> {
            assertTrue(run(SERVE).succeeded().printed().contains("ask at http://127.0.0.1:"));
            refused(SERVE + " --idle -1", "--idle -1.0");
        });
        entry("serve --out", () -> assertTrue(Files.isDirectory(run(SERVE + " --out #").succeeded().own())));
    }

    private double[][] all(String more) {
        return run(SCORES + more).scores();
    }

    private void changesAllScores(String more) {
        double[][] before = all("");
        double[][] after = all(more);
        assertEquals(before.length, after.length);
        for (int q = 0; q < before.length; q++) {
            assertFalse(Arrays.equals(before[q], after[q]), more + " changes no score of query " + q);
        }
    }

    private void scores() {
        entry("scores --adapter", () -> refused(SCORES + " --adapter @/adapter", "model is "));
        entry("scores --model", () -> refused(SCORES + " --model @/other", "model is "));
        entry("scores --factors", () -> {
            changesAllScores(" --factors @/kfac");
            changesAllScores(" --factors @/diagonal");
            changesAllScores(" --factors @/identity");
        });
        entry("scores --damping", () -> {
            changesAllScores(" --damping 2");
            // Damping that dwarfs all curvature scales: twice as much of it halves every score.
            double[][] once = all(" --damping 1e9");
            double[][] twice = all(" --damping 2e9");
            for (int q = 0; q < once.length; q++) {
                close(once[q], Arrays.stream(twice[q]).map(score -> 2 * score).toArray());
            }
        });
        entry("scores --damping-absolute", () -> changesAllScores(" --damping-absolute 2"));
        entry("scores --rank", () -> {
            changesAllScores(" --rank 1");
            Run run = run(SCORES + " --rank 1");
            assertEquals("1", run.identity("rank"));
            assertTrue(run.command().err().contains("rank 1 leaves a relative error"), run.command().err());
        });
        entry("scores --queries", () -> changesAllScores(" --queries @/others.jsonl"));
        entry("scores --self", () -> {
            double[][] self = run(SCORES.replace("--queries @/queries.jsonl", "--self")).scores();
            assertEquals(1, self.length);
            assertTrue(Arrays.stream(self[0]).allMatch(score -> score >= 0));
        });
        entry("scores --aggregate", () -> {
            double[][] each = all(" --aggregate none");
            double[][] sum = all(" --aggregate sum");
            double[][] mean = all(" --aggregate mean");
            assertEquals(1, sum.length);
            assertEquals(1, mean.length);
            double[] expected = IntStream.range(0, each[0].length)
                    .mapToDouble(m -> Arrays.stream(each).mapToDouble(row -> row[m]).sum()).toArray();
            close(expected, sum[0]);
            close(expected, Arrays.stream(mean[0]).map(score -> each.length * score).toArray());
            refused(SCORES + " --aggregate max", "--aggregate 'max' is unknown");
        });
        entry("scores --tokens", () -> {
            Set<String> kinds = new HashSet<>();
            for (String kind : List.of("gradient", "output", "input")) {
                Run run = run(SCORES + " --tokens " + kind);
                assertEquals(kind, run.identity("tokens"));
                assertTrue(kinds.add(Arrays.toString(tokens(run))), kind);
            }
            assertTrue(kinds.contains(Arrays.toString(tokens(run(SCORES + " --tokens")))));
            assertEquals("none", run(SCORES).identity("tokens"));
        });
        entry("scores --query-store", () -> {
            Run run = run(SCORES + " --query-store @/stored").succeeded();
            assertTrue(Files.exists(runs.folder().resolve("stored/manifest.json")));
            assertFalse(run.wrote("queries"));
            assertTrue(run(SCORES).wrote("queries/manifest.json"));
        });
        entry("scores --solver", () -> {
            for (String solver : List.of("cg", "astra", "lissa")) {
                changesAllScores(" --solver " + solver);
                assertEquals(solver, run(SCORES + " --solver " + solver).identity("solver"));
            }
            assertTrue(Arrays.deepEquals(all(""), all(" --solver closed")));
            refused(SCORES + " --solver gauss", "--solver 'gauss' is unknown");
        });
        entry("scores --tolerance", () -> {
            double[][] exact = all(" --solver cg --tolerance 1e-9");
            double[][] rough = all(" --solver cg --tolerance 0.5");
            double[][] other = all(" --solver astra --tolerance 1e-9");
            for (int q = 0; q < exact.length; q++) {
                assertFalse(Arrays.equals(exact[q], rough[q]));
                close(exact[q], other[q]);
            }
            refused(SCORES + " --tolerance 0.1", "--tolerance means nothing with --solver closed");
            refused(SCORES + " --solver cg --tolerance 0", "tolerance 0.0");
        });
        entry("scores --products", () -> {
            assertFalse(Arrays.deepEquals(all(" --solver cg --products 1"), all(" --solver cg")));
            refused(SCORES + " --products 9", "--products means nothing");
            refused(SCORES + " --solver cg --products 0", "0 products at most");
        });
        entry("scores --normalize", () -> {
            double[][] raw = all("");
            for (String kind : List.of("cosine", "relatif-loss", "relatif-parameter")) {
                Run run = run(SCORES + " --normalize " + kind);
                assertArrayEquals(raw, run.scores());
                double[] normalized = Npy.read(run.own().resolve("normalized/" + kind + ".npy")).values();
                assertEquals(raw.length * raw[0].length, normalized.length);
                for (int i = 0; i < normalized.length; i++) {
                    double score = raw[i / raw[0].length][i % raw[0].length];
                    assertEquals(Math.signum(score), Math.signum(normalized[i]));
                    assertTrue(!kind.equals("cosine") || Math.abs(normalized[i]) <= 1 + 1e-5);
                }
            }
            assertFalse(run(SCORES + " --normalize none").wrote("normalized"));
            refused(SCORES + " --normalize max", "--normalize 'max' is unknown");
        });
        entry("scores --sample", () -> {
            assertFalse(run(SCORES + " --solver cg").wrote("sampling.json"));
            Run sampled = run(SCORES + " --solver cg --sample 8");
            assertTrue(sampled.wrote("sampling.json"));
            assertFalse(Arrays.deepEquals(sampled.scores(), all(" --solver cg")));
            assertTrue(sampled.printed().contains("query 0: exact products over 8 of "), sampled.printed());
        });
        entry("scores --training", () -> {
            String others = SCORES.replace("@/c.jsonl", "@/d.jsonl") + " --solver cg";
            refused(others, "found other data than the curvature was fitted on");
            double[][] some = run(others + " --training @/c.jsonl").scores();
            double[][] all = all(" --solver cg");
            for (int q = 0; q < some.length; q++) {
                // The other data are the first of the training data.
                close(Arrays.copyOf(all[q], some[q].length), some[q]);
            }
        });
        entry("scores --units", () -> {
            Run run = run(SCORES + " --units document");
            double[] sums = Npy.read(run.own().resolve("units/document.npy")).values();
            double[][] raw = run.scores();
            for (int q = 0; q < raw.length; q++) {
                int count = sums.length / raw.length;
                assertEquals(Arrays.stream(raw[q]).sum(),
                        Arrays.stream(sums, q * count, (q + 1) * count).sum(), 1e-9 * Arrays.stream(raw[q])
                                .map(Math::abs).sum());
            }
            refused(SCORES + " --units nowhere", "found no document with that field");
        });
        entry("scores --certify", () -> {
            double[][] exact = all(" --solver cg --tolerance 1e-9");
            Run run = run(SCORES + " --certify 0.01");
            double[][] certified = run.scores();
            JsonNode queries = Json.read(run.own().resolve("certificate/certificate.json")).get("queries");
            for (int q = 0; q < exact.length; q++) {
                double norm = Math.sqrt(Arrays.stream(exact[q]).map(score -> score * score).average().orElseThrow());
                assertTrue(queries.get(q).get("fraction").doubleValue() <= 0.01);
                for (int m = 0; m < exact[q].length; m++) {
                    assertEquals(exact[q][m], certified[q][m], 0.011 * norm);
                }
            }
            assertTrue(run.printed().contains("query 0: no score off by more than"), run.printed());
            refused(SCORES + " --certify 2", "certify 2.0");
        });
        entry("scores --out", () -> assertTrue(run(SCORES).wrote("scores.npy")));
        entry("scores --micro-batch", () -> scoresBatches("--micro-batch", "2"));
        entry("scores --shard", () -> scoresBatches("--shard", "8"));
        entry("scores --precision", () -> {
            changesAllScores(" --precision double");
            assertEquals("DOUBLE", run(SCORES + " --precision double").identity("scan precision"));
            for (int q = 0; q < 3; q++) {
                close(all(" --precision double")[q], all("")[q]);
            }
        });
    }

    private double[] tokens(Run run) {
        try (SafetensorsFile file = SafetensorsFile.open(run.succeeded().own().resolve("scores-000000.safetensors"))) {
            return file.doubles("tokens");
        }
    }

    private void scoresBatches(String option, String value) {
        Run other = run(SCORES + " " + option + " " + value);
        assertEquals(value, other.identity("scan " + option.substring(2)));
        for (int q = 0; q < 3; q++) {
            close(all("")[q], other.scores()[q]);
        }
        refused(SCORES + " " + option + " 0", "0 is out of range");
    }
}
