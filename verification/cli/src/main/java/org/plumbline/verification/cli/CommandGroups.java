package org.plumbline.verification.cli;

import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Help;

/** The list of commands in {@code plumbline --help}, by task. */
final class CommandGroups {

    /** Commands for one task, in the order in which it takes them. */
    private record Group(String heading, List<String> commands) {}

    private static final List<Group> GROUPS = List.of(
            new Group("Find the training data behind a model's output:",
                    List.of("inspect", "loss", "plan", "fit", "query", "scores")),
            new Group("Make a model to try it on:", List.of("train")),
            new Group("Check how accurate it is:", List.of("verify", "vectors")),
            new Group("Measure speed and find devices:", List.of("bench", "devices")));

    private CommandGroups() {}

    /** The list: a heading for each group, and a line for each command. */
    static String list(Help help) {
        int width = names().mapToInt(String::length).max().orElseThrow();
        StringBuilder list = new StringBuilder();
        for (Group group : GROUPS) {
            list.append(String.format("%n%s%n", group.heading));
            for (String command : group.commands) {
                list.append(String.format("  %-" + width + "s  %s%n", command,
                        help.subcommands().get(command).commandSpec().usageMessage().header()[0]));
            }
        }
        return list.toString();
    }

    /** All commands that are in a group. */
    static Stream<String> names() {
        return GROUPS.stream().flatMap(group -> group.commands.stream());
    }
}
