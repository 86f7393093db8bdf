package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.verification.cli.OptionRuns.FIT;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
                "--strategy identity | --labels expectation", "--strategy identity | --labels training"),
                refusedPairs(FIT));
        assertEquals(Set.of(
                "--filter none | --candidates", "--filter none | --recall", "--factors @/identity | --damping"),
                refusedPairs(QUERY.replace(" --json", "")));
        assertEquals(Set.of(
                "--self | --aggregate", "--self | --rank", "--self | --tokens", "--self | --query-store",
                "--self | --solver", "--self | --tolerance", "--self | --products", "--self | --certify",
                "--solver cg | --aggregate", "--solver cg | --query-store", "--solver cg | --rank",
                "--tolerance 0.1 --solver cg | --aggregate", "--tolerance 0.1 --solver cg | --query-store",
                "--tolerance 0.1 --solver cg | --rank",
                "--products 9 --solver cg | --aggregate", "--products 9 --solver cg | --query-store",
                "--products 9 --solver cg | --rank",
                "--certify 0.5 | --aggregate", "--certify 0.5 | --query-store", "--certify 0.5 | --rank",
                "--factors @/identity | --solver", "--factors @/identity | --tolerance",
                "--factors @/identity | --products", "--factors @/identity | --certify",
                "--factors @/identity | --damping"),
                refusedPairs(SCORES));
    }

    /** Values that make other options idle; the first that is tried for an option is its usual one. */
    private static final List<String> SPECIAL = List.of("--strategy identity", "--strategy diagonal",
            "--labels expectation", "--labels training", "--filter none", "--factors @/identity", "--self");

    private static final Map<String, String> VALUES = Map.ofEntries(
            Map.entry("--format", "jsonl"), Map.entry("--tokenizer", "bytes"), Map.entry("--packing", "split"),
            Map.entry("--strategy", "ekfac"), Map.entry("--labels", "signs"), Map.entry("--precision", "double"),
            Map.entry("--engine", "scalar"), Map.entry("--filter", "bm25"), Map.entry("--tokens", "output"),
            Map.entry("--aggregate", "sum"), Map.entry("--layers", "*.c_fc"), Map.entry("--micro-batch", "2"),
            Map.entry("--shard", "4"), Map.entry("--out", "#"), Map.entry("--factors", "@/ekfac"),
            Map.entry("--solver", "cg"), Map.entry("--tolerance", "0.1 --solver cg"),
            Map.entry("--products", "9 --solver cg"), Map.entry("--certify", "0.5"));

    private Set<String> refusedPairs(String line) {
        CommandSpec spec = Main.commandLine().getSubcommands().get(line.split(" ")[0]).getCommandSpec();
        List<String> options = new ArrayList<>(spec.options().stream()
                .filter(option -> !option.hidden() && !Set.of("--help", "--version", "--self", "--queries", "--model",
                        "--prompt-file", "--completion-file").contains(option.longestName()))
                .map(option -> option.longestName() + (option.arity().max() == 0 ? ""
                        : " " + VALUES.getOrDefault(option.longestName(), "1")))
                .toList());
        SPECIAL.stream().filter(special -> spec.findOption(special.split(" ")[0]) != null).forEach(options::add);
        Set<String> shared = Main.commandLine().getSubcommands().get("loss").getCommandSpec().optionsMap().keySet();
        Pattern nothing = Pattern.compile("(--[a-z-]+) (means nothing with|needs --queries)");
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
    void aTextIsGivenOnce() {
        refused(QUERY + " --prompt-file @/prompt.txt", "expected only one match");
        refused(QUERY + " --completion-file @/completion.txt", "expected only one match");
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
