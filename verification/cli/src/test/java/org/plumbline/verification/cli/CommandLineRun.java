package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import picocli.CommandLine;

/** One run of the command line inside this process: its status and what it printed. */
record CommandLineRun(int status, String out, String err) {

    static CommandLineRun of(String... arguments) {
        return of(Main.commandLine(), arguments);
    }

    /** A run with files on another file system: what paths on the command line name. */
    static CommandLineRun on(UnaryOperator<Path> files, String... arguments) {
        return of(Main.commandLine().registerConverter(Path.class, path -> files.apply(Path.of(path))), arguments);
    }

    private static CommandLineRun of(CommandLine line, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = line
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new CommandLineRun(status, out.toString(), err.toString());
    }
}
