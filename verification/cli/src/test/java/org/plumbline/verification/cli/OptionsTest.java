package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.plumbline.verification.cli.OptionRuns.FIT;
import static org.plumbline.verification.cli.OptionRuns.GENERATE;
import static org.plumbline.verification.cli.OptionRuns.LOSS;
import static org.plumbline.verification.cli.OptionRuns.PLAN;
import static org.plumbline.verification.cli.OptionRuns.QUERY;
import static org.plumbline.verification.cli.OptionRuns.SCORES;
import static org.plumbline.verification.cli.OptionRuns.SERVE;
import static org.plumbline.verification.cli.OptionRuns.TRAIN;
import static org.plumbline.verification.cli.OptionRuns.VECTORS;
import static org.plumbline.verification.cli.OptionRuns.VERIFY;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.io.Json;
import org.plumbline.verification.cli.OptionRuns.Run;
import picocli.CommandLine.Model.OptionSpec;
import tools.jackson.databind.JsonNode;

/**
 * Every option of every command has an effect, and is refused where it can have none. The options are those that the
 * commands declare: an option without an entry here is a failure.
 */
class OptionsTest {
    @TempDir
    private static Path folder;

    private static OptionRuns runs;

    @BeforeAll
    static void writeModelsAndData() throws IOException {
        runs = new OptionRuns(folder);
    }

    private static Run run(String line) {
        return runs.run(line);
    }

    private static void refused(String line, String message) {
        runs.refused(line, message);
    }

    private final Map<String, Executable> entries = new LinkedHashMap<>();

    private void entry(String option, Executable proof) {
        assertEquals(null, entries.put(option, proof), "two entries for " + option);
    }

    @TestFactory
    Stream<DynamicTest> everyOptionHasAnEffect() {
        data();
        engine("fit", FIT);
        engine("query", QUERY);
        engine("scores", SCORES);
        engine("serve", SERVE);
        entries.putAll(InfluenceOptions.entries(runs));
        entries.putAll(AuditOptions.entries(runs));
        plan();
        loss();
        generate();
        train();
        verify();
        vectors();
        bench();
        inspectAndDevices();
        renamed();
        Set<String> left = new TreeSet<>(entries.keySet());
        List<DynamicTest> tests = new ArrayList<>();
        Main.commandLine().getSubcommands().forEach((command, line) -> {
            for (OptionSpec option : line.getCommandSpec().options()) {
                String name = command + " " + option.longestName();
                left.remove(name);
                tests.add(DynamicTest.dynamicTest(name, switch (option.longestName()) {
                    case "--help" -> () -> assertTrue(run(command + " --help").succeeded().printed()
                            .contains("Usage: plumbline " + command));
                    case "--version" -> () -> assertTrue(run(command + " --version").succeeded().printed()
                            .startsWith("plumbline "));
                    default -> entries.getOrDefault(name, () -> fail("no entry shows that it has an effect"));
                }));
            }
        });
        tests.add(DynamicTest.dynamicTest("every entry is of an option", () -> assertEquals(Set.of(), left)));
        return tests.stream();
    }

    /** What a command makes of its data, or why it does not take it. */
    private String seen(String line) {
        Run run = run(line);
        if (run.command().status() != 0) {
            return run.error();
        }
        return switch (line.split(" ")[0]) {
            case "fit" -> run.manifest().get("identity").toString();
            case "scores" -> Arrays.deepToString(run.scores());
            case "train" -> run.hash("model.safetensors") + run.hash("tokenizer.json");
            case "query" -> run.json().get("origin").toString();
            case "plan" -> planned(run);
            case "serve" -> withoutAddress(run);
            default -> run.printed();
        };
    }

    /** The port and the token are others in each run. */
    private static String withoutAddress(Run run) {
        return run.printed().replaceAll("http://.*", "");
    }

    /** Options about data, with what they are compared with: the same for all commands that read some. */
    private void data() {
        Map<String, String[]> options = new LinkedHashMap<>();
        options.put("--data", new String[] {"", " --data @/d.jsonl"});
        options.put("--format", new String[] {"", " --format text"});
        options.put("--separator", new String[] {" --data @/c.txt", " --data @/c.txt --separator \\n\\n"});
        options.put("--text-field", new String[] {"", " --text-field body"});
        options.put("--prompt-field", new String[] {" --data @/p.jsonl", " --data @/p.jsonl --prompt-field ask"});
        options.put("--completion-field",
                new String[] {" --data @/p.jsonl", " --data @/p.jsonl --completion-field answer"});
        options.put("--id-field", new String[] {"", " --id-field meta"});
        options.put("--tokenizer", new String[] {"", " --tokenizer @/bpe.json"});
        options.put("--length", new String[] {"", " --length 12"});
        options.put("--packing", new String[] {"", " --packing truncate", " --packing pack --end-token 9"});
        options.put("--begin-token", new String[] {"", " --begin-token 9"});
        options.put("--end-token", new String[] {"", " --end-token 9"});
        options.put("--limit", new String[] {"", " --limit line=10"});
        options.put("--special-tokens", new String[] {" --data @/s.jsonl --tokenizer @/bpe.json",
            " --data @/s.jsonl --tokenizer @/bpe.json --special-tokens text"});
        options.put("--chat-template", new String[] {" --data @/m.jsonl --chat-template @/chat.jinja",
            " --data @/m.jsonl --chat-template @/long.jinja"});
        options.put("--chat-loss", new String[] {" --data @/m.jsonl --chat-template @/chat.jinja",
            " --data @/m.jsonl --chat-template @/chat.jinja --chat-loss last"});
        Map<String, String> commands = new LinkedHashMap<>();
        commands.put("train", TRAIN);
        commands.put("fit", FIT + " --strategy identity");
        commands.put("query", QUERY);
        commands.put("scores", SCORES);
        commands.put("serve", SERVE);
        commands.put("plan", PLAN);
        commands.put("loss", LOSS);
        commands.forEach((command, line) -> {
            options.forEach((option, variants) -> entry(command + " " + option, () -> {
                Set<String> all = new HashSet<>();
                for (String variant : variants) {
                    assertTrue(all.add(seen(line + variant)), variant + " changes nothing: " + all);
                }
            }));
            if (!command.equals("loss")) {
                entry(command + " --scratch", () -> refused(line + " --scratch @/nowhere", "nowhere"));
            }
        });
    }

    /** A value that is not taken shows that an option is read; an equal result, that it changes nothing else. */
    private void engine(String command, String line) {
        entry(command + " --threads", () -> {
            refused(line + " --threads 0", "--threads 0 is out of range");
            assertEquals(result(line + " --threads 1"), result(line + " --threads 3"));
        });
        entry(command + " --engine", () -> {
            refused(line + " --engine abacus", "--engine 'abacus' is unknown");
            run(line + " --engine scalar").succeeded();
        });
    }

    /** All that a run left but times. */
    private String result(String line) {
        Run run = run(line).succeeded();
        return switch (line.split(" ")[0]) {
            case "fit", "scores" -> run.manifest().toString();
            case "train" -> seen(line);
            case "plan" -> planned(run);
            case "serve" -> withoutAddress(run);
            case "verify" -> {
                JsonNode report = run.report();
                yield report.get("estimators").toString() + report.get("queries");
            }
            default -> run.printed();
        };
    }

    /** The line of a plan that says what is planned: its memory depends on what this JVM has taken. */
    private static String planned(Run run) {
        return run.succeeded().printed().lines().findFirst().orElseThrow().replaceAll(", \\d+ threads", "");
    }

    /** MiB that a stage takes beyond the fit; that of the identity holds parameters alone. */
    private double memory(String stage, String more) {
        List<String> rows = run(PLAN + more).succeeded().printed().lines().toList();
        return memory(rows, stage) - memory(rows, "fit");
    }

    private static double memory(List<String> rows, String stage) {
        String row = rows.stream().filter(one -> one.matches(stage + " +\\d+ MiB.*")).findFirst().orElseThrow();
        return Double.parseDouble(row.substring(stage.length()).trim().split(" ")[0]);
    }

    private void plan() {
        engine("plan", PLAN);
        for (String[] option : new String[][] {
            {"--strategy", "", " --strategy diagonal", " --strategy kfac", " --strategy ekfac"},
            {"--layers", "", " --layers *.c_fc"},
            {"--partitions", " --strategy kfac", " --strategy kfac --partitions 2"},
            {"--size", " --strategy lanczos", " --strategy lanczos --size 3"},
            {"--draws", " --strategy ekfac", " --strategy ekfac --draws 2"},
            {"--queries", "", " --queries 3"},
            {"--rank", "", " --rank 1"},
            {"--aggregate", "", " --aggregate mean"},
        }) {
            entry("plan " + option[0], () -> {
                Set<String> plans = new HashSet<>();
                for (String variant : Arrays.asList(option).subList(1, option.length)) {
                    assertTrue(plans.add(planned(run(PLAN + variant))), variant + " changes nothing: " + plans);
                }
            });
        }
        entry("plan --labels", () -> {
            String fit = " --strategy ekfac --micro-batch 64 --shard 64";
            Set<String> plans = new HashSet<>();
            for (String labels : List.of("sampled", "signs", "training", "expectation")) {
                assertTrue(plans.add(planned(run(PLAN + fit + " --labels " + labels))), labels);
            }
            // Of the exact expectation a pass holds a gradient for each class, not one.
            assertTrue(memory("scan", fit + " --labels expectation") < memory("scan", fit) - 7);
        });
        entry("plan --paper", () ->
                assertTrue(run(PLAN + " --paper").succeeded().printed().contains("22B")));
        entry("plan --adapter", () -> {
            assertEquals(result(PLAN), result(PLAN + " --adapter @/adapter"));
            refused(PLAN + " --adapter @/model", "found no adapter_config.json");
        });
        entry("plan --model", () -> refused(PLAN + " --model @/nowhere", "nowhere"));
        // A batch of 256 sequences of 24 positions and 300 logits is 7 MiB in single precision; rows are whole MiB.
        String large = " --micro-batch 256 --shard 256";
        entry("plan --micro-batch", () -> assertTrue(memory("scan", large) > memory("scan", "") + 7));
        entry("plan --precision", () ->
                assertEquals(2 * memory("scan", large), memory("scan", large + " --precision double"), 4));
        entry("plan --tokens", () -> {
            double output = memory("scan with tokens", large + " --tokens output");
            assertTrue(output > memory("scan with tokens", large + " --tokens gradient") + 7);
            assertTrue(memory("scan with tokens", large + " --tokens input") > output + 7);
            refused(PLAN + " --tokens loss", "--tokens 'loss' is unknown");
        });
        // Results are summed by shards, in memory that does not depend on how many there are.
        entry("plan --shard", () -> refused(PLAN + " --shard 6", "--shard 6 is out of range"));
    }

    private void loss() {
        engine("loss", LOSS);
        entry("loss --adapter", () -> assertNotEquals(seen(LOSS), seen(LOSS + " --adapter @/adapter")));
        entry("loss --model", () -> assertNotEquals(seen(LOSS), seen(LOSS + " --model @/other")));
        entry("loss --precision", () -> assertNotEquals(seen(LOSS), seen(LOSS + " --precision double")));
        entry("loss --sequences", () ->
                assertEquals(2, run(LOSS + " --sequences 2").json().get("sequences").intValue()));
        entry("loss --show", () -> {
            String printed = run(LOSS.replace(" --json", "") + " --show 1").succeeded().printed();
            assertTrue(printed.startsWith("sequence 0  d0  23 of 24 tokens are predicted\n"
                    + "  t⟦he sky is blue and wide⟧\ndocuments "), printed);
            refused(LOSS + " --show 1", "--show means nothing with --json");
            refused(LOSS.replace(" --json", "") + " --show 0", "--show 0 is out of range");
        });
        entry("loss --json", () -> assertTrue(run(LOSS.replace(" --json", "")).succeeded().printed()
                .startsWith("documents ")));
    }

    private void generate() {
        engine("generate", GENERATE);
        for (String option : List.of("--model @/other", "--tokenizer @/bpe.json", "--prompt stone", "--begin-token 9",
                "--max-tokens 5", "--temperature 2 --seed 7", "--top-p 0.5", "--precision double",
                "--adapter @/adapter")) {
            entry("generate " + option.split(" ")[0],
                    () -> assertNotEquals(run(GENERATE).succeeded().printed(),
                            run(GENERATE + " " + option).succeeded().printed()));
        }
        entry("generate --prompt-file", () -> {
            Files.writeString(runs.folder().resolve("stone.txt"), "stone");
            assertEquals(run(GENERATE + " --prompt stone").printed(),
                    run(GENERATE.replace("--prompt the", "--prompt-file @/stone.txt")).succeeded().printed());
        });
        entry("generate --seed", () -> assertNotEquals(run(GENERATE + " --temperature 3 --seed 2").printed(),
                run(GENERATE + " --temperature 3").printed()));
        entry("generate --end-token", () -> {
            JsonNode whole = run(GENERATE).json();
            assertEquals("length", whole.get("stop").asString());
            String first = whole.get("tokens").get(0).get("id").asString();
            JsonNode ended = run(GENERATE + " --end-token " + first).json();
            assertEquals("end token", ended.get("stop").asString());
            assertEquals(1, ended.get("tokens").size());
            assertEquals(run(GENERATE).printed(), run(GENERATE + " --end-token none").printed());
        });
        entry("generate --json", () -> {
            String table = run(GENERATE.replace(" --json", "")).succeeded().printed();
            assertTrue(table.contains("completion  \""), table);
            // The prompt and its completion, asked as a query, are the same tokens with the same log-probability.
            JsonNode written = run(GENERATE + " --precision double").json();
            String completion = written.get("completion").asString();
            if (completion.chars().allMatch(letter -> letter > ' ' && letter < 127)) {
                JsonNode asked = run(QUERY + " --precision double --completion " + completion).json();
                assertEquals(asked.get("logProbability").doubleValue(),
                        written.get("logProbability").doubleValue(), 1e-9);
            }
        });
    }

    private void train() {
        engine("train", TRAIN);
        entry("train --config", () -> assertNotEquals(seen(TRAIN), seen(TRAIN + " --config @/longer.json")));
        entry("train --out", () -> assertTrue(run(TRAIN).wrote("config.json")));
        // A rate beyond all bounds ends the second step; what the first one made was saved if that was asked for.
        entry("train --checkpoint", () -> {
            String line = TRAIN + " --config @/diverging.json";
            refused(line, "step 2");
            refused(line + " --checkpoint 1", "step 2");
            assertFalse(run(line).wrote("checkpoint-1.safetensors"));
            assertTrue(run(line + " --checkpoint 1").wrote("checkpoint-1.safetensors"));
        });
        entry("train --validation", () -> {
            Run run = run(TRAIN + " --validation @/d.jsonl --checkpoint 2").succeeded();
            JsonNode points = Json.read(run.own().resolve("validation.json")).get("points");
            assertEquals(List.of(0, 2, 3), points.valueStream().map(point -> point.get("step").intValue()).toList());
            assertEquals(seen(TRAIN), seen(TRAIN + " --validation @/d.jsonl --checkpoint 2"), "it changes no training");
            assertFalse(run(TRAIN).wrote("validation.json"));
            // The last loss is that of the model that was written, by the command that computes losses.
            Run loss = run("loss --model " + run.own() + " --data @/d.jsonl --json");
            double last = points.get(2).get("loss").doubleValue();
            assertEquals(loss.json().get("meanLoss").doubleValue(), last, 1e-5 * last);
            assertTrue(run.printed().contains(String.format(Locale.ROOT, "held-out loss %.4f", last)), run.printed());
            assertTrue(run.command().err().contains("step 0, held-out loss"), run.command().err());
        });
    }

    private void verify() {
        engine("verify", VERIFY);
        for (String[] option : new String[][] {
            {"--width", "4"}, {"--heads", "2"}, {"--hidden", "3"}, {"--sequences", "17"}, {"--queries", "9"},
            {"--steps", "3"}, {"--context", "5"}, {"--vocabulary", "30"}, {"--batch", "3"}, {"--text", "@/u.txt"},
            {"--depth", "2"}, {"--rate", "0.5"}, {"--damping", "3"}, {"--seed", "2"}
        }) {
            entry("verify " + option[0], () -> {
                String base = option[0].equals("--heads") ? VERIFY + " --width 4" : VERIFY;
                assertNotEquals(result(base), result(base + " " + option[0] + " " + option[1]));
            });
        }
        entry("verify --html", () -> {
            Run run = run(VERIFY + " --html #.html").succeeded();
            String page = Files.readString(Path.of(run.own() + ".html"));
            assertTrue(page.contains("<th scope=\"row\">EK-FAC</th>") && !page.contains("<script"), page);
            refused(VERIFY + " --html @/c.jsonl", "no page of Plumbline");
        });
        entry("verify --quick", () -> {
            // The sizes that are not given are those of a quick run.
            String line = VERIFY.replace(" --steps 2", "");
            assertNotEquals(run(VERIFY).report().get("configuration"), run(line).report().get("configuration"));
            assertEquals(1, run(VERIFY).report().get("configuration").get("layers").intValue());
            assertEquals(2, run(VERIFY.replace(" --quick", "")).report().get("configuration").get("layers").intValue());
        });
        entry("verify --corpus", () -> {
            refused("verify --quick --corpus nowhere", "nowhere");
            refused(VERIFY + " --corpus harbor", "--corpus means nothing with --text");
        });
        entry("verify --certify", () -> assertNotEquals(bounds(VERIFY), bounds(VERIFY + " --certify")));
        entry("verify --export", () -> {
            refused(VERIFY + " --export @/exported", "--export means nothing with --text");
            Run run = run("verify --quick --steps 2 --sequences 32 --queries 8 --width 2 --heads 1 --hidden 2"
                    + " --export #");
            assertTrue(run.succeeded().wrote("damping.json"));
        });
        entry("verify --out", () -> assertTrue(run(VERIFY).report().has("estimators")));
        // The smallest suite takes most of a minute: that its name is read, and its own sizes are kept.
        entry("verify --suite", () -> {
            refused("verify --suite tiny", "tiny");
            refused("verify --suite quick --steps 2", "--steps does not go with --suite");
        });
    }

    private String bounds(String line) {
        return run(line).report().get("estimators").valueStream()
                .map(one -> one.toString()).collect(Collectors.joining());
    }

    private void vectors() {
        entry("vectors --out", () -> assertTrue(
                run(VECTORS).wrote("one-position/conformance.json")));
        entry("vectors --seed", () -> assertNotEquals(
                run(VECTORS).hash("one-position/data.safetensors"),
                run(VECTORS + " --seed 2 --json").hash("one-position/data.safetensors")));
        entry("vectors --json", () -> assertTrue(run(VECTORS + " --seed 2 --json").json().isArray()));
        String check = "vectors --check ";
        entry("vectors --check", () -> {
            Path one = run(VECTORS).succeeded().own().resolve("one-position");
            assertTrue(run(check + one).succeeded().printed().contains(" ok"));
            assertTrue(run(check + one + " --json").json().get(0).has("distance"));
            refused(check + "@/nowhere", "nowhere");
            refused(check + one + " --seed 2", "--seed means nothing with --check");
        });
        entry("vectors --engine", () -> refused(check + "@/x --engine abacus", "--engine 'abacus' is unknown"));
        entry("vectors --threads", () -> refused(check + "@/x --threads 0", "--threads 0 is out of range"));
    }

    /** A measurement takes a minute or more; what is measured is not run, but each option is read. */
    private void bench() {
        entry("bench --engine", () -> refused("bench --engine scalar", "found --engine 'scalar'"));
        entry("bench --threads", () -> refused("bench --threads 0", "--threads 0 is out of range"));
        entry("bench --scale", () -> {
            refused("bench --scale huge", "--scale 'huge' is unknown");
            refused("bench --scale small", "--scale needs --text");
        });
        entry("bench --scaling", () -> {
            refused("bench --scaling height", "--scaling 'height' is unknown");
            refused("bench --scaling width", "--scaling needs --text");
            refused("bench --scaling width --scale small", "found --scale and --scaling, expected one of them");
        });
        entry("bench --text", () -> refused("bench --scale small --text @/t.txt", "t.txt: found "));
        entry("bench --sequences", () -> refused("bench --gpt2 --sequences 0", "--sequences 0 is out of range"));
        entry("bench --gpt2", () -> refused("bench --gpt2 --engine abacus", "--engine 'abacus' is unknown"));
        for (String option : List.of("--layers *.c_fc", "--partitions 4", "--length 64")) {
            String name = option.split(" ")[0];
            entry("bench " + name, () -> {
                refused("bench " + option, name + " means nothing without --scale, --scaling or --gpt2");
                assertTrue(Gpt2Bench.fit(Path.of("x"), 8, "*.c_fc", 4).containsAll(
                        List.of("--layers", "*.c_fc", "--partitions", "4")));
                assertTrue(Gpt2Bench.common(Path.of("x"), "vector", 1, 64).containsAll(List.of("--length", "64")));
            });
        }
    }

    private void inspectAndDevices() {
        entry("inspect --json", () -> {
            String line = "inspect " + runs.folder().resolve("model");
            CommandLineRun table = CommandLineRun.of(line.split(" "));
            CommandLineRun json = CommandLineRun.of((line + " --json").split(" "));
            assertTrue(table.out().contains("GPT-2") && !table.out().startsWith("{"), table.out());
            assertTrue(json.out().startsWith("{"), json.out());
            String factors = "inspect " + runs.folder().resolve("ekfac");
            assertTrue(CommandLineRun.of(factors.split(" ")).out().contains("effective directions"));
            assertTrue(CommandLineRun.of((factors + " --json").split(" ")).out().startsWith("{"));
        });
        entry("inspect --damping-absolute", () -> {
            String line = "inspect " + runs.folder().resolve("ekfac");
            assertNotEquals(CommandLineRun.of(line.split(" ")).out(),
                    CommandLineRun.of((line + " --damping-absolute 0.5").split(" ")).out());
        });
        entry("inspect --damping", () -> {
            Set<String> seen = new HashSet<>();
            for (String strategy : List.of("ekfac", "kfac", "diagonal")) {
                for (String damping : List.of("", " --damping 2")) {
                    String line = "inspect " + runs.folder().resolve(strategy) + damping;
                    CommandLineRun run = CommandLineRun.of(line.split(" "));
                    assertEquals(0, run.status(), run.err());
                    assertTrue(seen.add(run.out()), line + " changes nothing");
                    assertTrue(run.out().lines().allMatch(row -> row.length() <= 80), run.out());
                }
            }
            for (String[] idle : new String[][] {{"identity", "has no damping"}, {"model", "with a model"}}) {
                CommandLineRun run = CommandLineRun.of(
                        "inspect", runs.folder().resolve(idle[0]).toString(), "--damping", "2");
                assertEquals(1, run.status());
                assertTrue(run.err().contains("--damping means nothing") && run.err().contains(idle[1]), run.err());
            }
        });
        // The list is empty without a TornadoVM SDK, and then no list but an error.
        entry("devices --json", () -> refused("devices --json", "needs a TornadoVM SDK"));
    }

    /** Old names have the effect of the new ones, with a warning that tells them. */
    private void renamed() {
        entry("fit --blocks", () -> {
            Run old = run(FIT + " --blocks 2");
            assertEquals(run(FIT + " --partitions 2").manifest().toString(), old.manifest().toString());
            warned(old, "warning: --blocks of fit will go: use --partitions");
            refused(FIT + " --blocks 2 --partitions 2", "--blocks is the old name of --partitions");
            refused(FIT + " --blocks 2 --strategy diagonal", "--partitions means nothing with --strategy diagonal");
        });
        entry("plan --blocks", () -> {
            String kfac = PLAN.replace("identity", "kfac");
            Run old = run(kfac + " --blocks 2");
            assertEquals(planned(run(kfac + " --partitions 2")), planned(old));
            warned(old, "warning: --blocks of plan will go: use --partitions");
        });
        entry("bench --blocks", () -> refused("bench --blocks 2", "--partitions means nothing without"));
        entry("verify --layers", () -> {
            Run old = run(VERIFY + " --layers 2");
            assertEquals(result(VERIFY + " --depth 2"), result(VERIFY + " --layers 2"));
            warned(old, "warning: --layers of verify will go: use --depth");
        });
        for (String kind : List.of("output", "input")) {
            String other = kind.equals("input") ? "output" : "input";
            entry("query --" + kind + "-tokens", () -> {
                Run old = run(QUERY + " --" + kind + "-tokens");
                assertEquals(run(QUERY + " --tokens " + kind).printed(), old.printed());
                warned(old, "warning: --" + kind + "-tokens of query will go: use --tokens " + kind);
                assertEquals(run(QUERY + " --tokens output,input").printed(),
                        run(QUERY + " --output-tokens --input-tokens").printed());
                assertEquals(run(QUERY + " --tokens output,input").printed(),
                        run(QUERY + " --" + kind + "-tokens --tokens " + other).printed());
            });
        }
        entry("loss --scratch", () -> {
            Run old = run(LOSS + " --scratch @/nowhere");
            assertEquals(run(LOSS).printed(), old.succeeded().printed());
            warned(old, "warning: --scratch of loss will go: it has no effect");
        });
    }

    private void warned(Run run, String warning) {
        assertEquals(List.of(warning),
                run.command().err().lines().filter(line -> line.startsWith("warning: ")).toList(), run.command().err());
    }
}
