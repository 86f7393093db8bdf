package org.plumbline.influence.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stores name their engine and no vector length, since the bytes do not depend on it: a run that one
 * processor began may go on on another. Vectors of 128 bits to whatever this processor has; a shorter one
 * than asked for changes nothing.
 */
class VectorLengthTest {
    private static final int WIDE = 40;
    private static final int FEW = 12;

    @TempDir
    private Path temporary;

    @Test
    void noByteDependsOnTheVectorLength() throws IOException, InterruptedException {
        List<Map<String, String>> digests = new ArrayList<>();
        for (int bytes : new int[] {16, 32, 64}) {
            Path folder = temporary.resolve("vectors" + bytes);
            Path log = temporary.resolve("log");
            Process process = StoreProcess.startOfSize(WIDE, FEW, folder, log,
                    "--add-modules=jdk.incubator.vector", "-XX:MaxVectorSize=" + bytes);
            assertEquals(0, StoreProcess.finish(process), () -> StoreProcess.text(log));
            digests.add(StoreProcess.digests(folder));
        }
        assertEquals(digests.get(0), digests.get(1));
        assertEquals(digests.get(0), digests.get(2));
    }
}
