package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.plumbline.PlumblineException;
import org.plumbline.io.InputException;
import org.plumbline.text.VisibleText;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command {@code plumbline}.
 *
 * <p>Exit status: 0 if all went well, 1 for input that cannot be used or does not fit into memory, 2 for a command line
 * that cannot be understood; in both cases one line on standard error says what was found and what was expected. A
 * defect of Plumbline exits with 1 as well, and a stack trace follows its line.
 */
@Command(
        name = "plumbline",
        description = "Compute influence functions and measure how accurate they are.",
        mixinStandardHelpOptions = true,
        commandListHeading = "",
        versionProvider = Main.Version.class,
        subcommands = {
            VerifyCommand.class, TrainCommand.class, GenerateCommand.class, FitCommand.class, QueryCommand.class,
            ScoresCommand.class, ReportCommand.class, ServeCommand.class, AuditCommand.class, PlanCommand.class,
            VectorsCommand.class, InspectCommand.class, LossCommand.class, BenchCommand.class, DevicesCommand.class
        })
public final class Main implements Runnable {
    private static final int LONGEST = 80;

    private Main() {}

    /** Runs one command and exits with its status. */
    public static void main(String[] arguments) {
        StandardOutput out = StandardOutput.take();
        useOneLocale();
        int status;
        try {
            status = commandLine().execute(arguments);
        } catch (Throwable beyondPicocli) {
            status = Failures.report(beyondPicocli, new PrintWriter(System.err, true, System.err.charset()));
        }
        System.exit(out.end(status));
    }

    /** Picocli sorts the options of a help text by the letters of the default locale, and Turkish has its own i. */
    static void useOneLocale() {
        Locale.setDefault(Locale.ROOT);
    }

    /** The command line with its handling of errors. */
    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        RenamedOptions.addTo(line);
        line.getSubcommands().values().forEach(command -> command.getCommandSpec().versionProvider(new Version()));
        line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, CommandGroups::list);
        return line
                .setExpandAtFiles(false)
                .setOut(new PrintWriter(System.out, true, System.out.charset()))
                .setErr(new PrintWriter(System.err, true, System.err.charset()))
                .setParameterExceptionHandler(Main::misunderstood)
                .setExecutionStrategy(Main::run)
                .setExecutionExceptionHandler((failure, command, _) -> Failures.report(failure, command.getErr()));
    }

    private static int misunderstood(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        command.getErr().println("plumbline: " + message(failure) + "; see '"
                + command.getCommandSpec().qualifiedName() + " --help'");
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private static String message(ParameterException failure) {
        if (failure instanceof UnmatchedArgumentException unmatched) {
            String name = unmatched.getUnmatched().getFirst();
            boolean option = name.startsWith("-");
            boolean command = !option && failure.getCommandLine().getParent() == null;
            Optional<String> similar = command
                    ? CommandGroups.similar(name)
                    : unmatched.getSuggestions().stream().filter(one -> option && one.startsWith("-")).findFirst();
            return "unknown " + (option ? "option" : command ? "command" : "argument") + " '"
                    + VisibleText.escape(VisibleText.shortened(name, LONGEST)) + "'"
                    + similar.map(known -> "; did you mean '" + known + "'?").orElse("");
        }
        return oneLine(String.valueOf(failure.getMessage())).replaceFirst("^Error: ", "");
    }

    /** Picocli handles the exceptions of commands only, and lets errors and what comes before a command pass. */
    private static int run(ParseResult parsed) {
        try {
            requireDecoded(parsed.originalArgs());
            for (CommandLine command : parsed.asCommandLineList()) {
                // Passed over by picocli beside --help and --version.
                if (!command.getParseResult().unmatched().isEmpty()) {
                    throw new UnmatchedArgumentException(command, command.getParseResult().unmatched());
                }
            }
            if (parsed.hasSubcommand()) {
                RenamedOptions.apply(parsed.subcommand());
            }
            return new CommandLine.RunLast().execute(parsed);
        } catch (PlumblineException | Error failure) {
            return Failures.report(failure, parsed.commandSpec().commandLine().getErr());
        }
    }

    /** The JVM puts this character where an argument is not of the encoding that it expects. */
    private static void requireDecoded(List<String> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            if (arguments.get(i).indexOf('\ufffd') >= 0) {
                throw new InputException("argument " + (i + 1) + " cannot be read in the encoding "
                        + System.getProperty("sun.jnu.encoding") + ": found '"
                        + VisibleText.shortened(arguments.get(i), LONGEST)
                        + "'; expected UTF-8, as ./plumbline passes it on, or a file (--prompt-file)");
            }
        }
    }

    private static String oneLine(String message) {
        return message.lines().findFirst().orElse("the command line cannot be understood");
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }

    /** The version, from the manifest of the jar, where the build puts it. */
    static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(not from a jar)" : version;
    }

    /** Says the version on the command line. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"plumbline " + version()};
        }
    }
}
