package org.plumbline.influence.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@link KillTest} does at random moments, at every moment that the file system can tell from its neighbors: a
 * fit and a scan that end before any one of their changes go on to the bytes of a run that nothing disturbed, and
 * nothing else lies beside them. Some are killed several times. The profile {@code slow} has scores in several files.
 */
class EveryKillTest {
    private static final String SEQUENCES = System.getProperty("plumbline.kills.sequences", "12");

    @TempDir
    private Path temporary;

    @Test
    void killedBeforeAnyChangeOfTheFilesARunEndsBitIdentical() throws IOException, InterruptedException {
        Path log = temporary.resolve("log");
        // Hundreds of runs that each collect garbage after every stage would take minutes.
        Process process = StoreProcess.start(EveryKill.class, List.of("-XX:+DisableExplicitGC"), log,
                temporary.resolve("runs").toString(), SEQUENCES);
        assertEquals(0, StoreProcess.finish(process), () -> StoreProcess.text(log));
        assertTrue(StoreProcess.text(log).contains("killed at "), () -> StoreProcess.text(log));
    }
}
