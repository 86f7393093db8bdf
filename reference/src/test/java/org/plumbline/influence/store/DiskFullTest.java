package org.plumbline.influence.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that fits and scans ({@link FitAndScan}) where the system refuses to write on: under {@code ulimit -f},
 * which bounds each file as a full disk bounds all of them. Whichever file it stops at, the error names it, what was
 * written before is whole, and the run goes on to the same bytes once there is room.
 */
class DiskFullTest {

    /** In units of 512 bytes: too little for the sums of the first pass, for eigenvectors, and for a file of scores. */
    private static final int[] LIMITS = {4, 12, 20};

    @TempDir
    private Path temporary;

    @Test
    void whereverTheDiskEndsTheErrorNamesTheFileAndNothingWrittenIsLost() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs a shell with ulimit");
        Path log = temporary.resolve("log");
        Path whole = temporary.resolve("whole");
        assertEquals(0, StoreProcess.finish(StoreProcess.start(whole, log)), () -> StoreProcess.text(log));
        Map<String, String> expected = StoreProcess.digests(whole);
        Set<String> stoppedAt = new HashSet<>();
        Path folder = temporary.resolve("run");
        for (int limit : LIMITS) {
            assertNotEquals(0, StoreProcess.finish(StoreProcess.startWithin(limit, folder, log)), "limit " + limit);
            String error = StoreProcess.text(log).lines().filter(line -> line.contains("InputException")).findFirst()
                    .orElseThrow(() -> new AssertionError(StoreProcess.text(log)));
            assertTrue(error.contains("cannot be written: File too large"), error);
            stoppedAt.add(error);
            // What counts is as it is in the run that nothing disturbed, or a sum that is replaced later.
            StoreProcess.digests(folder).forEach((name, digest) -> assertTrue(
                    digest.equals(expected.get(name)) || name.endsWith("manifest.json") || name.contains("sums-"),
                    name));
        }
        assertEquals(LIMITS.length, stoppedAt.size(), () -> "some limits stopped it at the same file: " + stoppedAt);
        assertEquals(0, StoreProcess.finish(StoreProcess.start(folder, log)), () -> StoreProcess.text(log));
        assertEquals(expected, StoreProcess.digests(folder));
        assertEquals(List.of(), StoreProcess.temporaries(folder));
    }
}
