package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.PlumblineException;

/**
 * Damaged and hostile files of every kind that a command reads, with checksums made right again: each is read, or
 * refused in one line. {@code -Dplumbline.fuzz.inputs} says how many, {@code -Dplumbline.fuzz.first} which is the
 * first; the number of one that failed is in the message, and the input depends on nothing else.
 *
 * <p>What a thread allocates is at most {@value #BASE_BYTES} bytes and {@value #BYTES_PER_BYTE} for each byte of the
 * input. Processor time is bounded in the same way, at a rate that the slowest machine keeps.
 */
class FuzzTest {
    private static final int INPUTS = Integer.getInteger("plumbline.fuzz.inputs", 10_000);
    private static final int FIRST = Integer.getInteger("plumbline.fuzz.first", 0);
    /** Whole commands are slower than what they read, and read the same. */
    private static final int COMMANDS_EVERY = 250;
    private static final long BASE_BYTES = 256L << 20;
    private static final long BYTES_PER_BYTE = 2_000;
    private static final long BASE_NANOS = 20_000_000_000L;
    private static final long NANOS_PER_BYTE = 100_000;
    private static final int LONGEST_LINE = 400;

    @TempDir
    private Path folder;

    @Test
    void everyInputIsReadOrRefusedInOneLine() throws IOException {
        FuzzTargets targets = new FuzzTargets(folder);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int refused = 0;
        for (int i = FIRST; i < FIRST + INPUTS; i++) {
            FuzzTargets.Input input = targets.input(i, new SplittableRandom(0x9e3779b97f4a7c15L * (i + 1)));
            long allocated = threads.getCurrentThreadAllocatedBytes();
            long nanos = threads.getCurrentThreadCpuTime();
            try {
                input.read().run();
            } catch (PlumblineException e) {
                refused++;
                requireOneLine(input, String.valueOf(e.getMessage()));
            } catch (Exception | StackOverflowError | OutOfMemoryError | AssertionError e) {
                throw new AssertionError(input.name() + ": neither read nor refused", e);
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
            nanos = threads.getCurrentThreadCpuTime() - nanos;
            long most = BASE_BYTES + BYTES_PER_BYTE * input.bytes();
            long allocatedNow = allocated;
            assertTrue(allocated <= most, () -> input.name() + ": allocated " + allocatedNow + " bytes for "
                    + input.bytes());
            long nanosNow = nanos;
            assertTrue(nanos <= BASE_NANOS + NANOS_PER_BYTE * input.bytes(), () -> input.name() + ": took " + nanosNow
                    + " ns for " + input.bytes() + " bytes");
            if (i % COMMANDS_EVERY == 0) {
                command(input);
            }
            input.restore().run();
        }
        // Mutations that nothing notices, or nothing but refusals, would test little.
        assertTrue(INPUTS < 1000 || refused > INPUTS / 5 && refused < INPUTS - INPUTS / 100,
                refused + " of " + INPUTS + " inputs were refused");
    }

    private static void requireOneLine(FuzzTargets.Input input, String message) {
        assertTrue(message.length() <= PlumblineException.LONGEST, () -> input.name() + ": " + message);
        assertTrue(message.chars().noneMatch(Character::isISOControl), () -> input.name() + ": " + message);
        for (String foreign : List.of("tools.jackson", "java.lang", "Exception", "Feature")) {
            assertFalse(message.contains(foreign), () -> input.name() + ": " + message);
        }
    }

    /** The same input in the hands of a command. */
    private static void command(FuzzTargets.Input input) {
        CommandLineRun run = CommandLineRun.of(input.command().toArray(String[]::new));
        String all = input.name() + ": " + String.join(" ", input.command()) + "\n" + run.err();
        if (run.status() == 0) {
            assertFalse(run.out().contains("NaN") || run.out().contains("Infinity"), all + run.out());
            return;
        }
        assertEquals(1, run.status(), all);
        List<String> lines = run.err().lines().filter(line -> line.startsWith("plumbline: ")).toList();
        assertEquals(1, lines.size(), all);
        assertTrue(lines.getFirst().length() <= LONGEST_LINE, all);
        assertFalse(run.err().contains("\tat "), all);
    }
}
