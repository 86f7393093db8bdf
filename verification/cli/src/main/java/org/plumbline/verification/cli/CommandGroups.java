package org.plumbline.verification.cli;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Help;

/** The list of commands in {@code plumbline --help}, by task. */
final class CommandGroups {

    /** Commands for one task, in the order in which it takes them. */
    private record Group(String heading, List<String> commands) {}

    private static final List<Group> GROUPS = List.of(
            new Group("Find the training data behind a model's output:",
                    List.of("inspect", "loss", "plan", "fit", "query", "scores", "report", "serve")),
            new Group("Make a model to try it on, and see what it writes:", List.of("train", "generate")),
            new Group("Check how accurate it is, or another program:", List.of("verify", "vectors", "audit")),
            new Group("Measure speed and find devices:", List.of("bench", "devices")));

    private static final int MOST_TYPOS = 2;

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

    /** The command that is meant, if one differs from a name in two letters or fewer. */
    static Optional<String> similar(String name) {
        return names().filter(known -> distance(known, name) <= MOST_TYPOS)
                .min(Comparator.comparingInt(known -> distance(known, name)));
    }

    /** Letters to insert, remove or replace. */
    private static int distance(String a, String b) {
        int[] above = IntStream.rangeClosed(0, b.length()).toArray();
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[b.length()];
    }

    /** All commands that are in a group. */
    static Stream<String> names() {
        return GROUPS.stream().flatMap(group -> group.commands.stream());
    }
}
