package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOError;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.plumbline.PlumblineException;
import org.plumbline.curvature.SolveException;
import org.plumbline.engine.EngineException;
import org.plumbline.engine.EngineUnavailableException;
import org.plumbline.io.InputException;
import org.plumbline.linalg.MatrixException;
import org.plumbline.model.ModelException;
import org.plumbline.program.ProgramException;
import picocli.CommandLine.Command;

/** A command that fails: one line for what Plumbline refuses, a stack trace for a defect alone. */
class FailuresTest {

    static List<PlumblineException> refusals() {
        return List.of(new InputException("found 3"), new ModelException("found 3"), new ProgramException("found 3"),
                new EngineException("found 3"), new EngineUnavailableException("found 3"),
                new MatrixException("found 3"), new SolveException("found 3"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aRefusalIsOneLine(PlumblineException refusal) {
        assertEquals(List.of("plumbline: found 3"), printed(refusal));
    }

    @Test
    void aNameFromAFileCannotForgeALine() {
        assertEquals(List.of("plumbline: found 'a\\u000aplumbline: done'"),
                printed(new ModelException("found 'a\nplumbline: done'")));
    }

    @ParameterizedTest
    @MethodSource
    void aFailureOfTheMachineIsOneLine(Error failure) {
        List<String> lines = printed(failure);
        assertEquals(1, lines.size(), () -> String.join("\n", lines));
        assertTrue(lines.getFirst().startsWith("plumbline: "), lines.getFirst());
    }

    static List<Error> aFailureOfTheMachineIsOneLine() {
        return List.of(new OutOfMemoryError("Java heap space"), new StackOverflowError(),
                new NoClassDefFoundError("jdk/incubator/vector/Vector"),
                new ExceptionInInitializerError(new IllegalStateException("no memory")), new InternalError("map"),
                new IOError(new IOException("the working folder is gone")));
    }

    @ParameterizedTest
    @MethodSource
    void aDefectSaysThatItIsOneAndShowsWhere(Throwable defect) {
        List<String> lines = printed(defect);
        assertAll(
                () -> assertTrue(lines.getFirst().startsWith("plumbline: this is a defect of Plumbline"), lines.get(0)),
                () -> assertTrue(lines.getFirst().contains("please report it"), lines.get(0)),
                () -> assertEquals(defect.toString(), lines.get(1)),
                () -> assertTrue(lines.get(2).startsWith("\tat "), lines.get(2)));
    }

    static List<Throwable> aDefectSaysThatItIsOneAndShowsWhere() {
        return List.of(new IllegalArgumentException("n"), new NullPointerException(),
                new ArithmeticException("/ by zero"), new AssertionError("unreachable"), new IOException("checked"));
    }

    /** The lines on standard error of a command that throws; its status is 1. */
    private static List<String> printed(Throwable failure) {
        StringWriter err = new StringWriter();
        int status = Main.commandLine()
                .addSubcommand("fail", new Failing(failure))
                .setErr(new PrintWriter(err, true))
                .execute("fail");
        assertEquals(1, status);
        return err.toString().lines().toList();
    }

    @Command
    private record Failing(Throwable failure) implements Callable<Integer> {
        @Override
        public Integer call() throws Exception {
            switch (failure) {
                case Error error -> throw error;
                case Exception exception -> throw exception;
                case Throwable other -> throw new IllegalStateException(other);
            }
        }
    }
}
