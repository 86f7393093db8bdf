package org.plumbline.verification.ladder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.io.Hashes;

/**
 * A process that runs a suite ({@link SmallSuite}) is killed with no warning, twice, and started again: it ends with
 * the report, to the byte, of a process that nothing disturbed, and leaves what had been stored as it was.
 */
class KilledSuiteTest {
    private static final long LONGEST_SECONDS = 300;

    /** Stored steps after which it is killed. */
    private static final List<Integer> KILLS = List.of(3, 9);

    @TempDir
    private Path temporary;

    @Test
    void aSuiteThatWasKilledEndsWithTheSameReport() throws IOException, InterruptedException {
        Path whole = temporary.resolve("whole");
        finish(start(whole));
        Path folder = temporary.resolve("killed");
        for (int steps : KILLS) {
            Process process = start(folder);
            while (process.isAlive() && stored(folder).size() < steps) {
                Thread.sleep(1);
            }
            // On Linux and macOS this is SIGKILL.
            process.destroyForcibly().waitFor();
            assertFalse(Files.exists(folder.resolve("report.txt")), "it ended before it could be killed: " + text());
            assertTrue(stored(folder).size() < stored(whole).size(), "it had stored every step");
        }
        Map<String, String> before = stored(folder);
        finish(start(folder));
        Map<String, String> after = stored(folder);
        before.forEach((name, digest) -> assertEquals(digest, after.get(name), name));
        assertEquals(stored(whole).keySet(), after.keySet());
        assertArrayEquals(Files.readAllBytes(whole.resolve("report.txt")),
                Files.readAllBytes(folder.resolve("report.txt")));
    }

    private Process start(Path folder) throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
                SmallSuite.class.getName(), folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(temporary.resolve("log").toFile())
                .start();
    }

    private void finish(Process process) throws IOException, InterruptedException {
        assertTrue(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS), "the process hangs");
        assertEquals(0, process.exitValue(), text());
    }

    private String text() throws IOException {
        return Files.readString(temporary.resolve("log"));
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
