package org.plumbline.tornado;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What {@code ptxas} says about kernels: registers a thread, bytes spilled, bytes of shared memory a group. */
final class KernelRegisters {
    private static final String ARCHITECTURE = "sm_90";
    private static final Pattern SPILLS = Pattern.compile("(\\d+) bytes spill stores, (\\d+) bytes spill loads");
    private static final Pattern REGISTERS = Pattern.compile("Used (\\d+) registers(?:.*?(\\d+) bytes smem)?");

    private KernelRegisters() {}

    /** The worst of the functions of one file. */
    private record Use(int functions, int registers, int spilled, int shared) {
        @Override
        public String toString() {
            return functions + " | " + registers + " | " + spilled + " | " + shared;
        }
    }

    /** Compiles {@code sources} and writes a table, if there is a compiler. */
    static void write(List<Path> sources, Path table) throws IOException {
        try {
            new ProcessBuilder("nvcc", "--version").redirectErrorStream(true).start().onExit().join();
        } catch (IOException absent) {
            Files.writeString(table, "nvcc is not on the path: nothing was compiled\n");
            return;
        }
        SequencedMap<String, Map<String, Use>> rows = new LinkedHashMap<>();
        for (Path source : sources) {
            String name = source.getFileName().toString().replace(".cu", "");
            int last = name.lastIndexOf('-');
            rows.computeIfAbsent(name.substring(0, last), _ -> new LinkedHashMap<>())
                    .put(name.substring(last + 1), use(source));
        }
        StringBuilder text = new StringBuilder("""
                | kernel | double | registers | spilled | shared | single | registers | spilled | shared |
                |---|--:|--:|--:|--:|--:|--:|--:|--:|
                """);
        rows.forEach((kernel, uses) -> text.append("| ").append(kernel.replaceFirst("-", ": ")).append(" | ")
                .append(uses.getOrDefault("double", none())).append(" | ")
                .append(uses.getOrDefault("single", none())).append(" |\n"));
        Files.writeString(table, text);
    }

    private static Use none() {
        return new Use(0, 0, 0, 0);
    }

    private static Use use(Path source) {
        try {
            Process process = new ProcessBuilder("nvcc", "-arch=" + ARCHITECTURE, "-Xptxas", "-v", "-cubin",
                    "-o", source + ".bin", source.toString()).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.onExit().join().exitValue() != 0) {
                throw new AssertionError(source + " does not compile:\n" + output);
            }
            Files.delete(Path.of(source + ".bin"));
            int[] spills = SPILLS.matcher(output).results()
                    .mapToInt(match -> Integer.parseInt(match.group(1)) + Integer.parseInt(match.group(2))).toArray();
            List<Matcher> used = Stream.of(output.split("\n")).map(REGISTERS::matcher).filter(Matcher::find).toList();
            return new Use(used.size(),
                    used.stream().mapToInt(match -> Integer.parseInt(match.group(1))).max().orElseThrow(),
                    Arrays.stream(spills).max().orElse(0),
                    used.stream().mapToInt(match -> match.group(2) == null ? 0 : Integer.parseInt(match.group(2))).max()
                            .orElseThrow());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
