package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** One run of the command line inside this process: its status and what it printed. */
record CommandLineRun(int status, String out, String err) {

    static CommandLineRun of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new CommandLineRun(status, out.toString(), err.toString());
    }
}
