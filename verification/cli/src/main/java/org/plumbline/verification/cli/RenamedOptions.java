package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.plumbline.io.InputException;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Options that an earlier version had under another name. They keep working for one version, are not shown by
 * {@code --help}, and print a warning that names what to write instead.
 */
final class RenamedOptions {

    /** What takes the place of an old option. */
    private sealed interface Instead {}

    /** The same option under another name. */
    private record Named(String option) implements Instead {}

    /** A value of an option that takes several. */
    private record OneValue(String option, String value) implements Instead {}

    /** Nothing: the option never had an effect. */
    private record Nothing() implements Instead {}

    private record Renamed(String command, String old, Instead instead) {}

    private static final List<Renamed> ALL = List.of(
            new Renamed("fit", "--blocks", new Named("--partitions")),
            new Renamed("plan", "--blocks", new Named("--partitions")),
            new Renamed("bench", "--blocks", new Named("--partitions")),
            new Renamed("verify", "--layers", new Named("--depth")),
            new Renamed("query", "--output-tokens", new OneValue("--tokens", "output")),
            new Renamed("query", "--input-tokens", new OneValue("--tokens", "input")),
            new Renamed("loss", "--scratch", new Nothing()));

    private RenamedOptions() {}

    /** Lets the commands take their old options. */
    static void addTo(CommandLine line) {
        for (Renamed renamed : ALL) {
            CommandSpec spec = line.getSubcommands().get(renamed.command).getCommandSpec();
            OptionSpec.Builder old = OptionSpec.builder(renamed.old).hidden(true);
            spec.addOption(switch (renamed.instead) {
                case Named(String option) -> old.type(spec.findOption(option).type()).arity("1").build();
                case OneValue _ -> old.type(boolean.class).arity("0").build();
                case Nothing _ -> old.type(String.class).arity("1").build();
            });
        }
    }

    /** Passes the values of old options to those that take their place, with a warning for each. */
    static void apply(ParseResult parsed) {
        CommandSpec spec = parsed.commandSpec();
        PrintWriter err = spec.commandLine().getErr();
        for (OptionSpec given : parsed.matchedOptions()) {
            of(spec, given).ifPresent(renamed -> {
                String warning = "warning: " + renamed.old + " of " + renamed.command + " will go: ";
                switch (renamed.instead) {
                    case Named(String option) -> {
                        if (parsed.hasMatchedOption(option)) {
                            throw new InputException(renamed.old + " is the old name of " + option
                                    + ": expected one of them");
                        }
                        err.println(warning + "use " + option);
                        set(spec.findOption(option), given.getValue());
                    }
                    case OneValue(String option, String value) -> {
                        err.println(warning + "use " + option + " " + value);
                        add(spec.findOption(option), value);
                    }
                    case Nothing _ -> err.println(warning + "it has no effect");
                }
            });
        }
        err.flush();
    }

    /** The name that an option which was given has today. */
    static String today(CommandSpec spec, OptionSpec given) {
        return of(spec, given)
                .map(renamed -> switch (renamed.instead) {
                    case Named(String option) -> option;
                    case OneValue(String option, _) -> option;
                    case Nothing _ -> renamed.old;
                })
                .orElse(given.longestName());
    }

    private static Optional<Renamed> of(CommandSpec spec, OptionSpec given) {
        return ALL.stream()
                .filter(renamed -> renamed.command.equals(spec.name()) && renamed.old.equals(given.longestName())
                        && given.hidden())
                .findFirst();
    }

    private static void add(OptionSpec option, String value) {
        List<String> values = new ArrayList<>();
        Collection<String> before = option.getValue();
        if (before != null) {
            values.addAll(before);
        }
        values.add(value);
        set(option, values);
    }

    private static void set(OptionSpec option, Object value) {
        try {
            option.setter().set(value);
        } catch (Exception e) {
            throw new IllegalStateException(option.longestName() + " cannot be set", e);
        }
    }
}
