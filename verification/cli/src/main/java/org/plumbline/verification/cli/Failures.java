package org.plumbline.verification.cli;

import java.io.IOError;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import org.plumbline.PlumblineException;

/** What the command line prints about a failure: one line, and a stack trace only if Plumbline itself is at fault. */
final class Failures {
    private Failures() {}

    /** Prints the failure and returns the exit status. */
    static int report(Throwable failure, PrintWriter err) {
        switch (failure) {
            case PlumblineException refused -> line(err, refused.getMessage());
            case OutOfMemoryError full -> line(err, "out of memory (" + full.getMessage() + "): set a larger heap with "
                    + "PLUMBLINE_JAVA_OPTS=-Xmx8g, or choose a smaller model or batch");
            case StackOverflowError _ -> line(err, "the stack overflowed: the input is nested too deeply; "
                    + "set a larger stack with PLUMBLINE_JAVA_OPTS=-Xss16m");
            case NoClassDefFoundError absent -> line(err, "a class cannot be loaded (" + absent.getMessage() + "): the "
                    + "installation is incomplete, the JVM lacks an option (start Plumbline with ./plumbline), or it "
                    + "may open too few files (ulimit -n)");
            case ExceptionInInitializerError absent -> line(err, "a class cannot be initialized ("
                    + absent.getException() + "): the JVM lacks memory, an option or files that it may open");
            case VirtualMachineError broken -> line(err, "the JVM gave up: " + broken);
            case IOError unreadable -> line(err, "the system refused: " + unreadable.getCause());
            default -> {
                line(err, "this is a defect of Plumbline, version " + Main.version() + "; please report it with the "
                        + "command and the lines below");
                failure.printStackTrace(err);
            }
        }
        return 1;
    }

    private static void line(PrintWriter err, @Nullable String message) {
        err.println("plumbline: " + message);
    }
}
