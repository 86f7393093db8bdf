package org.plumbline.verification.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.io.ScratchFolder;

/**
 * How time and memory grow with the number of sequences, their length, the number of queries and the model's width, one
 * after the other, from a common base. Each point is a process of its own ({@link ScalingPoint}).
 */
public final class ScalingBench {

    /** What a curve varies. */
    public enum Curve {
        /** {@code N}. */
        SEQUENCES(n -> new ScalingPoint.Size(n, 16, 16, 32), 2_000, 20_000, 200_000),
        /** Bytes of a sequence. */
        TOKENS(n -> new ScalingPoint.Size(4_000, n, 16, 32), 16, 64, 256),
        /** Queries of the scan. */
        QUERIES(n -> new ScalingPoint.Size(4_000, 64, n, 32), 1, 16, 256),
        /** Width of the model. */
        WIDTH(n -> new ScalingPoint.Size(2_000, 64, 16, n), 32, 128, 512);

        private final IntFunction<ScalingPoint.Size> size;
        private final int[] values;

        Curve(IntFunction<ScalingPoint.Size> size, int... values) {
            this.size = size;
            this.values = values;
        }
    }

    private ScalingBench() {}

    /**
     * Measures a curve and prints a row for each point.
     *
     * @param text whose bytes the sequences are taken from
     * @param scratch folder for the stores, each point's deleted after it
     * @throws InputException if the text is missing or a point fails
     */
    public static void run(Curve curve, Path text, Path scratch, int threads, PrintStream out) {
        out.println("sequences  length  queries  width      fit s    scan s  scan s / 1000    peak MB");
        for (int value : curve.values) {
            ScalingPoint.Size size = curve.size.apply(value);
            ScalingPoint.Result result = measured(size, text, scratch, threads);
            out.printf(Locale.ROOT, "%,9d %7d %8d %6d %10.2f %9.2f %14.3f %10.0f%n", size.sequences(), size.length(),
                    size.queries(), size.width(), result.fitSeconds(), result.scanSeconds(),
                    1000 * result.scanSeconds() / size.sequences(), result.peakBytes() * 1e-6);
            out.flush();
        }
    }

    private static ScalingPoint.Result measured(ScalingPoint.Size size, Path text, Path scratch, int threads) {
        try (ScratchFolder own = ScratchFolder.make(scratch, "scaling")) {
            Path folder = own.path();
            Process process = new ProcessBuilder(command(size, text, folder, threads))
                    .redirectError(ProcessBuilder.Redirect.INHERIT).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new InputException(
                        text + ": the process of " + size + " ended with status " + process.exitValue());
            }
            Path result = folder.resolve("result.json");
            Files.writeString(result, output);
            return Json.read(result, ScalingPoint.Result.class);
        } catch (IOException e) {
            throw new InputException(scratch + ": a point cannot be measured there: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a point was measured", e);
        }
    }

    /** With the options of this JVM, lest memory be that of another collector. */
    private static List<String> command(ScalingPoint.Size size, Path text, Path folder, int threads) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ScalingPoint.class.getName(),
                text.toString(), folder.toString()));
        Stream.of(threads, size.sequences(), size.length(), size.queries(), size.width())
                .map(number -> Integer.toString(number)).forEach(command::add);
        return command;
    }
}
