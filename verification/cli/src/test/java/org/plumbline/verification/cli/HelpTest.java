package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What {@code --help} prints fits a terminal and is whole. */
class HelpTest {
    private static final int COLUMNS = 80;

    static Set<String> commands() {
        return Main.commandLine().getSubcommands().keySet();
    }

    private static CommandSpec spec(String command) {
        return Main.commandLine().getSubcommands().get(command).getCommandSpec();
    }

    private static String help(String... command) {
        CommandLineRun run = CommandLineRun.of(Stream.concat(Stream.of(command), Stream.of("--help"))
                .toArray(String[]::new));
        assertEquals(0, run.status(), run.err());
        return run.out();
    }

    private static void assertFits(Stream<String> lines) {
        lines.forEach(line -> assertTrue(line.length() <= COLUMNS, line));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void linesFitATerminal(String command) {
        assertFits(help(command).lines());
        // A line of an example that is wrapped cannot be pasted: it has to fit as it was written.
        assertFits(Stream.of(spec(command).usageMessage().footer()));
        assertTrue(Stream.of(spec(command).usageMessage().footer()).anyMatch(line -> line.startsWith("Example")));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void eachOptionIsDescribedInOneText(String command) {
        CommandSpec spec = spec(command);
        assertEquals(1, spec.usageMessage().header().length, "a list of commands shows the first element alone");
        assertEquals(1, spec.usageMessage().description().length);
        String help = words(help(command));
        assertTrue(help.contains(words(spec.usageMessage().description()[0])), help);
        for (OptionSpec option : spec.options()) {
            if (!option.hidden() && !Set.of("--help", "--version").contains(option.longestName())) {
                assertEquals(1, option.description().length, option.longestName());
                assertTrue(help.contains(option.longestName()), option.longestName());
                assertTrue(option.description()[0].matches("(?s)[A-Za-z].*\\."), option.description()[0]);
            }
        }
    }

    @Test
    void allCommandsAreListedByTaskAndWhole() {
        String help = help();
        assertFits(help.lines());
        for (String command : commands()) {
            String line = help.lines().filter(row -> row.startsWith("  " + command + " ")).findFirst().orElseThrow();
            assertTrue(line.endsWith(" " + spec(command).usageMessage().header()[0]), line);
        }
        List<String> grouped = CommandGroups.names().toList();
        assertEquals(commands(), grouped.stream().collect(Collectors.toSet()));
        assertEquals(commands().size(), grouped.size(), "a command is in two groups");
    }

    @Test
    void oldNamesAreNotShown() {
        for (String command : commands()) {
            spec(command).options().stream().filter(OptionSpec::hidden).forEach(option ->
                    assertFalse(help(command).contains(option.longestName() + "="), command));
        }
    }

    /** A script that asks whether there is such a command is told no. */
    @Test
    void anUnknownCommandHasNoHelp() {
        assertEquals("plumbline: unknown command 'fitt'; did you mean 'fit'?; see 'plumbline --help'", refused("fitt"));
        assertEquals(refused("fitt"), refused("fitt", "--help"));
        assertEquals(refused("fitt"), refused("fitt", "--version"));
        assertTrue(refused("frobnicate", "--help").startsWith("plumbline: unknown command 'frobnicate'"));
        assertEquals("plumbline: unknown argument 'model'; see 'plumbline loss --help'",
                refused("loss", "model", "--help"));
        assertTrue(refused("loss", "--model", "x", "--data", "y", "--modle", "z")
                .startsWith("plumbline: unknown option '--modle'; did you mean '--model'?"));
    }

    private static String refused(String... arguments) {
        CommandLineRun run = CommandLineRun.of(arguments);
        assertEquals(2, run.status(), run.err());
        assertEquals("", run.out());
        return run.err().strip();
    }

    private static String words(String text) {
        return text.replaceAll("\\s+", "");
    }
}
