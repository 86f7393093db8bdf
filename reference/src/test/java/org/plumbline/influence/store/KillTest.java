package org.plumbline.influence.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.io.Hashes;
import org.plumbline.train.RandomStreams;

/**
 * Kills a process that fits and scans ({@link FitAndScan}) at random moments and starts it again; whatever the moments, it
 * ends with the bytes of a run that nothing disturbed. The profile {@code slow} makes it fifty kills.
 */
class KillTest {
    private static final int KILLS = Integer.getInteger("plumbline.kills", 4);
    private static final long LONGEST_SECONDS = 300;

    @TempDir
    private Path temporary;

    @Test
    void killedAtAnyMomentARunEndsBitIdentical() throws IOException, InterruptedException {
        Path whole = temporary.resolve("whole");
        long begin = System.nanoTime();
        assertEquals(0, finish(start(whole)));
        long lifetime = System.nanoTime() - begin;
        Map<String, String> expected = digests(whole);
        assertTrue(expected.keySet().stream().anyMatch(name -> name.endsWith("scores.npy")), expected::toString);

        RandomGenerator random = RandomStreams.of(1, "kills", 0);
        int kills = 0;
        for (int run = 0; kills < KILLS; run++) {
            Path folder = temporary.resolve("run" + run);
            int killsBefore = kills;
            // At most a few kills a run: each start spends most of its time on getting ready.
            while (kills < KILLS && kills < killsBefore + 5) {
                Process process = start(folder);
                boolean ended = process.waitFor(random.nextLong(lifetime), TimeUnit.NANOSECONDS);
                if (ended) {
                    break;
                }
                process.destroyForcibly().waitFor();
                kills++;
            }
            assertEquals(0, finish(start(folder)));
            assertEquals(expected, digests(folder));
            delete(folder);
        }
    }

    private static Process start(Path folder) throws IOException {
        return new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), FitAndScan.class.getName(),
                folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static int finish(Process process) throws InterruptedException {
        if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the process hangs");
        }
        return process.exitValue();
    }

    private static Map<String, String> digests(Path folder) throws IOException {
        Map<String, String> digests = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file -> Files.isRegularFile(file) && !file.endsWith(".lock"))
                    .forEach(file -> digests.put(folder.relativize(file).toString(), Hashes.sha256(file)));
        }
        return digests;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
