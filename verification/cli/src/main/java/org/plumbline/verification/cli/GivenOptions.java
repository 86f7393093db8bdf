package org.plumbline.verification.cli;

import org.plumbline.io.InputException;
import picocli.CommandLine.Model.CommandSpec;

/** Which options stand on the command line, in contrast to those that have their default. */
final class GivenOptions {
    private GivenOptions() {}

    /** Whether an option was given, by this name or an older one. */
    static boolean has(CommandSpec command, String option) {
        return command.commandLine().getParseResult().matchedOptions().stream()
                .anyMatch(given -> RenamedOptions.today(command, given).equals(option));
    }

    /**
     * Refuses options that have no effect beside another.
     *
     * @param beside what makes them idle, such as {@code with --filter none: all sequences are scanned}
     * @throws InputException if one of them was given
     */
    static void refuse(CommandSpec command, String beside, String... options) {
        for (String option : options) {
            if (has(command, option)) {
                throw new InputException(option + " means nothing " + beside);
            }
        }
    }
}
