package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.verification.cli.OptionRuns.FIT;
import static org.plumbline.verification.cli.OptionRuns.GENERATE;
import static org.plumbline.verification.cli.OptionRuns.LOSS;
import static org.plumbline.verification.cli.OptionRuns.PLAN;
import static org.plumbline.verification.cli.OptionRuns.QUERY;
import static org.plumbline.verification.cli.OptionRuns.SCORES;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.curvature.Strategy;
import org.plumbline.verification.cli.OptionRuns.Run;
import picocli.CommandLine.Model.CommandSpec;

/** Options that can have no effect beside others are refused, and values that no model takes, before any pass. */
class IdleOptionsTest {
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

    /**
     * All pairs of options of the commands that have idle ones, but pairs of options that every command has. The model
     * is missing, and looked for after the options: a pair that goes together is refused for that alone.
     */
    @Test
    void optionsThatMeanNothingAreRefusedInPairs() {
        assertEquals(Set.of(
                "--strategy identity | --damping", "--strategy identity | --draws", "--strategy identity | --labels",
                "--strategy identity | --partitions", "--strategy identity | --seed",
                "--strategy diagonal | --partitions",
                "--labels expectation | --draws", "--labels expectation | --seed",
                "--labels training | --draws", "--labels training | --seed",
                "--strategy identity | --labels expectation", "--strategy identity | --labels training",
                "--strategy lanczos | --draws", "--strategy lanczos | --labels", "--strategy lanczos | --partitions",
                "--strategy lanczos | --labels expectation", "--strategy lanczos | --labels training",
                "--strategy exact | --draws", "--strategy exact | --labels", "--strategy exact | --partitions",
                "--strategy exact | --seed",
                "--strategy exact | --labels expectation", "--strategy exact | --labels training",
                "--strategy identity | --damping-absolute", "--damping-absolute 1 | --damping"),
                refusedPairs(FIT));
        for (Strategy strategy : Strategy.values()) {
            Run run = run(FIT + " --model @/absent --size 1 --strategy " + strategy.title());
            assertEquals(strategy.defaultSize() == 0, run.error().contains("--size means nothing with"), run.error());
        }
        assertEquals(Set.of(
                "--filter none | --candidates", "--filter none | --recall",
                "--solver cg | --rank", "--tolerance 0.1 --solver cg | --rank", "--products 9 --solver cg | --rank",
                "--certify 0.5 | --rank", "--sample 4 --solver cg | --rank",
                "--training @/d.jsonl --solver cg | --rank",
                "--factors @/identity | --sample", "--factors @/identity | --training",
                "--factors @/identity | --solver", "--factors @/identity | --tolerance",
                "--factors @/identity | --products", "--factors @/identity | --certify",
                "--factors @/identity | --damping",
                "--factors @/identity | --damping-absolute", "--damping-absolute 1 | --damping"),
                refusedPairs(QUERY.replace(" --json", "")));
        assertEquals(Set.of(
                "--self | --aggregate", "--self | --rank", "--self | --tokens", "--self | --query-store",
                "--self | --solver", "--self | --tolerance", "--self | --products", "--self | --certify",
                "--self | --sample", "--self | --training", "--self | --units",
                "--self | --normalize", "--aggregate sum | --normalize", "--solver cg | --normalize",
                "--tolerance 0.1 --solver cg | --normalize", "--products 9 --solver cg | --normalize",
                "--certify 0.5 | --normalize",
                "--solver cg | --aggregate", "--solver cg | --query-store", "--solver cg | --rank",
                "--tolerance 0.1 --solver cg | --aggregate", "--tolerance 0.1 --solver cg | --query-store",
                "--tolerance 0.1 --solver cg | --rank",
                "--products 9 --solver cg | --aggregate", "--products 9 --solver cg | --query-store",
                "--products 9 --solver cg | --rank",
                "--certify 0.5 | --aggregate", "--certify 0.5 | --query-store", "--certify 0.5 | --rank",
                "--sample 4 --solver cg | --normalize", "--training @/d.jsonl --solver cg | --normalize",
                "--sample 4 --solver cg | --aggregate", "--training @/d.jsonl --solver cg | --aggregate",
                "--sample 4 --solver cg | --query-store", "--training @/d.jsonl --solver cg | --query-store",
                "--sample 4 --solver cg | --rank", "--training @/d.jsonl --solver cg | --rank",
                "--factors @/identity | --sample", "--factors @/identity | --training",
                "--factors @/identity | --solver", "--factors @/identity | --tolerance",
                "--factors @/identity | --products", "--factors @/identity | --certify",
                "--factors @/identity | --damping",
                "--factors @/identity | --damping-absolute", "--damping-absolute 1 | --damping"),
                refusedPairs(SCORES));
        assertEquals(Set.of("--temperature 0 | --seed", "--temperature 0 | --top-p"),
                refusedPairs(GENERATE + " --temperature 0.5"));
        refused(GENERATE + " --seed 2", "--seed means nothing without --temperature or --top-p");
    }

    /** Of data, too: all pairs of options about it, in a command that has no others. */
    @Test
    void optionsAboutDataThatMeanNothingAreRefusedInPairs() {
        Set<String> fields = Set.of("--text-field", "--prompt-field", "--completion-field", "--id-field");
        Set<String> expected = new TreeSet<>();
        Stream.of("text", "uint16", "uint32").forEach(format ->
                fields.forEach(field -> expected.add("--format " + format + " | " + field)));
        Stream.of("csv", "tsv", "text", "uint16", "uint32").forEach(format ->
                Stream.of("--chat-template", "--chat-loss").forEach(chat ->
                        expected.add("--format " + format + " | " + chat)));
        Stream.of("jsonl", "json", "parquet", "csv", "tsv")
                .forEach(format -> expected.add("--format " + format + " | --separator"));
        CommandSpec spec = Main.commandLine().getSubcommands().get("loss").getCommandSpec();
        List<String> formats = List.of("jsonl", "json", "parquet", "csv", "tsv", "text", "uint16", "uint32");
        Set<String> refused = new TreeSet<>();
        for (String format : formats) {
            spec.options().stream().filter(option -> !option.hidden() && option.arity().max() == 1)
                    .map(option -> option.longestName())
                    // The line asks for JSON, beside which nothing is shown.
                    .filter(option -> !Set.of("--format", "--model", "--show").contains(option))
                    .forEach(option -> {
                        Run run = runs.fresh(LOSS + " --model @/absent --format " + format + " " + option + " "
                                + VALUES.getOrDefault(option, "1"));
                        assertEquals(1, run.command().status());
                        if (!run.error().contains("absent")) {
                            assertTrue(run.error().contains("means nothing with --format " + format), run.error());
                            refused.add("--format " + format + " | " + option);
                        }
                    });
        }
        assertEquals(expected, refused);
        // Fields of a file of queries are those of the corpus.
        assertTrue(run(SCORES + " --model @/absent --format text --prompt-field ask").error().contains("absent"));
    }

    /** Values that make other options idle; the first that is tried for an option is its usual one. */
    private static final List<String> SPECIAL = List.of("--strategy identity", "--strategy diagonal",
            "--strategy lanczos", "--strategy exact",
            "--labels expectation", "--labels training", "--filter none", "--factors @/identity", "--self",
            "--temperature 0");

    private static final Map<String, String> VALUES = Map.ofEntries(
            Map.entry("--limit", "line=1M"), Map.entry("--chat-loss", "last"), Map.entry("--special-tokens", "parse"),
            Map.entry("--format", "jsonl"), Map.entry("--tokenizer", "bytes"), Map.entry("--packing", "split"),
            Map.entry("--strategy", "ekfac"), Map.entry("--labels", "signs"), Map.entry("--precision", "double"),
            Map.entry("--engine", "scalar"), Map.entry("--filter", "bm25"), Map.entry("--tokens", "output"),
            Map.entry("--aggregate", "sum"), Map.entry("--layers", "*.c_fc"), Map.entry("--micro-batch", "2"),
            Map.entry("--shard", "4"), Map.entry("--out", "#"), Map.entry("--factors", "@/ekfac"),
            Map.entry("--solver", "cg"), Map.entry("--tolerance", "0.1 --solver cg"),
            Map.entry("--products", "9 --solver cg"), Map.entry("--certify", "0.5"),
            Map.entry("--sample", "4 --solver cg"), Map.entry("--training", "@/d.jsonl --solver cg"),
            Map.entry("--normalize", "cosine"), Map.entry("--units", "document"), Map.entry("--html", "@/page.html"),
            Map.entry("--against", "sea --html @/page.html"));

    private Set<String> refusedPairs(String line) {
        CommandSpec spec = Main.commandLine().getSubcommands().get(line.split(" ")[0]).getCommandSpec();
        List<String> options = new ArrayList<>(spec.options().stream()
                .filter(option -> !option.hidden() && !Set.of("--help", "--version", "--self", "--queries", "--model",
                        "--size", "--prompt-file", "--completion-file", "--conversation")
                        .contains(option.longestName()))
                .map(option -> option.longestName() + (option.arity().max() == 0 ? ""
                        : " " + VALUES.getOrDefault(option.longestName(), "1")))
                .toList());
        SPECIAL.stream().filter(special -> spec.findOption(special.split(" ")[0]) != null).forEach(options::add);
        Set<String> shared = Main.commandLine().getSubcommands().get("loss").getCommandSpec().optionsMap().keySet();
        Pattern nothing = Pattern.compile(
                "(--[a-z-]+) (means nothing with|needs --queries)");
        Set<String> refused = new TreeSet<>();
        for (int i = 0; i < options.size(); i++) {
            for (int j = i + 1; j < options.size(); j++) {
                String first = options.get(i);
                String second = options.get(j);
                boolean one = first.split(" ")[0].equals(second.split(" ")[0]);
                // Options about data, model and engine go with all others of their kind: every command has them.
                if (one || shared.contains(first.split(" ")[0]) && shared.contains(second.split(" ")[0])) {
                    continue;
                }
                boolean self = second.equals("--self");
                String base = self ? line.replace(" --queries @/queries.jsonl", "") : line;
                Run run = runs.fresh(base + " --model @/absent " + first + " " + second);
                assertEquals(1, run.command().status());
                assertEquals(1, run.command().err().lines().count(), run.command().err());
                if (run.error().contains("absent")) {
                    continue;
                }
                assertTrue(nothing.matcher(run.error()).find(), first + " " + second + ": " + run.error());
                String named = run.error().split(" ")[1];
                boolean firstNamed = named.equals(first.split(" ")[0]);
                String idle = firstNamed ? first : second;
                String other = firstNamed ? second : first;
                refused.add(other + " | " + (SPECIAL.contains(idle) ? idle : idle.split(" ")[0]));
            }
        }
        return refused;
    }

    @Test
    void pagesNeedWhatTheyAreMadeOf() {
        refused(QUERY + " --against sea", "--against means nothing without --html");
        refused(OptionRuns.REPORT + " --tokenizer @/model", "--tokenizer means nothing without --data");
    }

    @Test
    void aTextIsGivenOnce() {
        refused(QUERY + " --prompt-file @/prompt.txt", "only one");
        refused(QUERY + " --completion-file @/completion.txt", "only one");
    }

    @Test
    void partitionsAreHeldToTheFactorsBeforeAnyPass() {
        refused(FIT + " --partitions 1000",
                "--partitions 1000 is out of range: a factor of this model has 8 rows");
        assertFalse(run(FIT + " --partitions 1000").wrote(""));
        refused(PLAN + " --strategy ekfac --partitions 9", "--partitions 9 is out of range");
        run(FIT + " --partitions 8").succeeded();
    }
}
