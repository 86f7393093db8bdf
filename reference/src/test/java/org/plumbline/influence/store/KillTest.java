package org.plumbline.influence.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.random.RandomStreams;

/**
 * Kills a process that fits and scans ({@link FitAndScan}) at random moments and starts it again; whatever the moments,
 * it ends with the bytes of a run that nothing disturbed. The profile {@code slow} makes it fifty kills.
 */
class KillTest {
    private static final int KILLS = Integer.getInteger("plumbline.kills", 4);

    @TempDir
    private Path temporary;

    @Test
    void killedAtAnyMomentARunEndsBitIdentical() throws IOException, InterruptedException {
        Path log = temporary.resolve("log");
        Path whole = temporary.resolve("whole");
        long begin = System.nanoTime();
        assertEquals(0, StoreProcess.finish(StoreProcess.start(whole, log)), () -> StoreProcess.text(log));
        long lifetime = System.nanoTime() - begin;
        Map<String, String> expected = StoreProcess.digests(whole);
        assertTrue(expected.keySet().stream().anyMatch(name -> name.endsWith("scores.npy")), expected::toString);

        RandomGenerator random = RandomStreams.of(1, "kills", 0);
        int kills = 0;
        for (int run = 0; kills < KILLS; run++) {
            Path folder = temporary.resolve("run" + run);
            int killsBefore = kills;
            // At most a few kills a run: each start spends most of its time on getting ready.
            while (kills < KILLS && kills < killsBefore + 5) {
                Process process = StoreProcess.start(folder, log);
                boolean ended = process.waitFor(random.nextLong(lifetime), TimeUnit.NANOSECONDS);
                if (ended) {
                    break;
                }
                process.destroyForcibly().waitFor();
                kills++;
            }
            assertEquals(0, StoreProcess.finish(StoreProcess.start(folder, log)), () -> StoreProcess.text(log));
            assertEquals(expected, StoreProcess.digests(folder));
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
