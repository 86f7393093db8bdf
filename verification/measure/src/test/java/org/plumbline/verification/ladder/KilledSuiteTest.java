package org.plumbline.verification.ladder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.io.Hashes;

/**
 * A process that runs a suite ({@link SmallSuite}) ends with no warning, several times, and is started again: it comes
 * to the report, to the byte, of a process that nothing disturbed, and leaves what had been stored as it was.
 */
class KilledSuiteTest {
    private static final long LONGEST_SECONDS = 300;

    /** Changes of files after which it ends: about four a step, of which there are some twenty. */
    private static final List<Integer> LIFETIMES = List.of(4, 15, 1, 24);

    @TempDir
    private Path temporary;

    @Test
    void aSuiteThatWasKilledEndsWithTheSameReport() throws IOException, InterruptedException {
        Path whole = temporary.resolve("whole");
        assertEquals(0, run(whole), this::text);
        Path folder = temporary.resolve("killed");
        for (int lifetime : LIFETIMES) {
            assertEquals(SmallSuite.KILLED, run(folder, Integer.toString(lifetime)), this::text);
            assertTrue(stored(folder).size() < stored(whole).size(), "it had stored every step");
        }
        Map<String, String> before = stored(folder);
        assertEquals(0, run(folder), this::text);
        Map<String, String> after = stored(folder);
        before.forEach((name, digest) -> assertEquals(digest, after.get(name), name));
        assertEquals(stored(whole).keySet(), after.keySet());
        assertArrayEquals(Files.readAllBytes(whole.resolve("report.txt")),
                Files.readAllBytes(folder.resolve("report.txt")));
    }

    /** The status with which it ended. */
    private int run(Path folder, String... lifetime) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
                SmallSuite.class.getName(), folder.toString()));
        command.addAll(List.of(lifetime));
        Process process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(temporary.resolve("log").toFile()).start();
        assertTrue(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS), "the process hangs");
        return process.exitValue();
    }

    private String text() {
        try {
            return Files.readString(temporary.resolve("log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Digests of stored steps by name; what was being written has another ending. */
    private static Map<String, String> stored(Path folder) throws IOException {
        Map<String, String> digests = new TreeMap<>();
        Path steps = folder.resolve("steps");
        if (Files.isDirectory(steps)) {
            try (Stream<Path> files = Files.list(steps)) {
                files.filter(file -> file.getFileName().toString().endsWith(".json"))
                        .forEach(file -> digests.put(file.getFileName().toString(), Hashes.sha256(file)));
            }
        }
        return digests;
    }
}
