package org.plumbline.influence.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.plumbline.io.Hashes;

/** {@link FitAndScan} in a process of its own, and what it left in its folder. */
final class StoreProcess {
    private static final long LONGEST_SECONDS = 300;

    private StoreProcess() {}

    /** Starts one; what it prints goes to {@code log}. */
    static Process start(Path folder, Path log) throws IOException {
        return start(command(folder), log);
    }

    /** Starts one that cannot make a file longer than {@code blocks} of 512 bytes. */
    static Process startWithin(int blocks, Path folder, Path log) throws IOException {
        List<String> limited =
                new ArrayList<>(List.of("/bin/sh", "-c", "ulimit -f " + blocks + " && exec \"$@\"", "sh"));
        limited.addAll(command(folder));
        return start(limited, log);
    }

    /** Starts one of another size, with the whole compiler. */
    static Process startOfSize(int width, int sequences, Path folder, Path log, String... options) throws IOException {
        return start(FitAndScan.class, List.of(options), log,
                folder.toString(), Integer.toString(width), Integer.toString(sequences));
    }

    /** Starts the main method of a class, with the whole compiler. */
    static Process start(Class<?> main, List<String> options, Path log, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(java()));
        command.addAll(options);
        command.addAll(
                List.of("-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return start(command, log);
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static List<String> command(Path folder) {
        // Without its own file of counters, which a limit on files would meet first.
        return List.of(java(), "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "-XX:-UsePerfData", "-cp", System.getProperty("java.class.path"),
                FitAndScan.class.getName(), folder.toString());
    }

    private static Process start(List<String> command, Path log) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    /** Waits for the end, and gives the exit status. */
    static int finish(Process process) throws InterruptedException {
        if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the process hangs");
        }
        return process.exitValue();
    }

    /** What a process has printed. */
    static String text(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Digests of all files below a folder but locks, by path. */
    static Map<String, String> digests(Path folder) throws IOException {
        Map<String, String> digests = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file -> Files.isRegularFile(file) && !file.endsWith(".plumbline.lock"))
                    .forEach(file -> digests.put(folder.relativize(file).toString(), Hashes.sha256(file)));
        }
        return digests;
    }

    /** Files that a write left half-way. */
    static List<Path> temporaries(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".tmp")).toList();
        }
    }
}
