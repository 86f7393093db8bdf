package org.plumbline.verification.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Engine;
import org.plumbline.engine.Executable;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.model.Gpt2Config;
import org.plumbline.program.Program;

/** The rows of the benchmark at scale on a model of no size; their numbers depend on the machine. */
class ScaleBenchTest {
    private static final int SEQUENCES = 3;
    private static final int QUERIES = 2;
    private static final ScaleConfiguration TINY = new ScaleConfiguration("tiny",
            new Gpt2Config(256, ScaleConfiguration.LENGTH, 8, 1, 1, 16, false, 1e-5), SEQUENCES, QUERIES);
    /** Columns of a stage whose operations are counted: seconds, TFLOP, GFLOP/s, peak, share, CPU s, share, memory. */
    private static final String COUNTED = "(\\s+[0-9.]+){4}\\s+[0-9]+%%\\s+[0-9.]+\\s+%s\\s+([0-9]+ MB|unknown)";

    @TempDir
    private Path folder;

    @Test
    void aDeviceHasANoteAndNoShareOfProcessorTime() throws IOException {
        List<String> lines = lines(new Fixed(2, Optional.of("the note"), false));
        assertEquals("the note", lines.get(1));
        assertEquals(8, counted(lines, "-"), () -> String.join("\n", lines));
        assertEquals(0, counted(lines, "[0-9]+%"), () -> String.join("\n", lines));
    }

    @Test
    void processorsHaveAShareOfTheirTimeAndNoNote() throws IOException {
        List<String> lines = lines(new Fixed(2, Optional.empty(), true));
        assertTrue(lines.get(1).startsWith("stage "), lines.get(1));
        assertEquals(8, counted(lines, "[0-9]+%"), () -> String.join("\n", lines));
    }

    @Test
    void productsAreThePeakOfTheEngineThatTheyRunThrough() {
        try (Workers workers = Workers.of(2)) {
            Counting engine = new Counting(LoweredEngine.scalar());
            Peak peak = ProductPeak.of(new Compute(engine, workers));
            assertTrue(engine.compiled.get() >= workers.threads(), "programs compiled: " + engine.compiled.get());
            double first = peak.measure();
            assertTrue(first > 0 && Double.isFinite(first), "GFLOP/s: " + first);
            assertTrue(peak.measure() >= first, "a slower round counted");
            assertFalse(peak.ofProcessors());
            assertTrue(peak.note().orElseThrow().matches("peak: products of ([0-9]+) x \\1 matrices through the engine "
                    + "counting, not its device's own; CPU s has no share of it"), peak.note().orElseThrow());
        }
    }

    private static long counted(List<String> lines, String share) {
        return lines.stream().filter(line -> line.matches(".+" + String.format(COUNTED, share))).count();
    }

    private List<String> lines(Peak peak) throws IOException {
        Path text = Files.writeString(
                folder.resolve("text"), "a".repeat((SEQUENCES + QUERIES) * (ScaleConfiguration.LENGTH + 1)));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Workers workers = Workers.of(2)) {
            ScaleBench.run(TINY, text, new Compute(LoweredEngine.scalar(), workers), peak,
                    new PrintStream(bytes, true, StandardCharsets.UTF_8));
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** A peak that nobody measured. */
    private record Fixed(double measure, Optional<String> note, boolean ofProcessors) implements Peak {}

    /** An engine that counts what it is asked for. */
    private record Counting(Engine engine, AtomicInteger compiled) implements Engine {
        Counting(Engine engine) {
            this(engine, new AtomicInteger());
        }

        @Override
        public String name() {
            return "counting";
        }

        @Override
        public Executable compile(Program program, Precision precision) {
            compiled.incrementAndGet();
            return engine.compile(program, precision);
        }
    }
}
