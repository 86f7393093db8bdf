package org.plumbline.io;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskSpaceTest {
    private static final int MIB = 1 << 20;

    @TempDir
    private Path folder;

    /** Of 6 MiB, 3 are there, in the folder and one below; the rest of an interrupted write is removed. */
    @Test
    void whatIsThereNeedsNoRoomAgain() throws IOException {
        Path store = Files.createDirectories(folder.resolve("s/queries")).getParent();
        Files.write(store.resolve("scores.npy"), new byte[2 * MIB]);
        Files.write(store.resolve("queries/q.safetensors"), new byte[MIB]);
        Files.write(store.resolve(".scores.npy.12-1.tmp"), new byte[MIB]);
        assertDoesNotThrow(() -> DiskSpace.require(store, 6 * MIB, "scan", 3 * MIB));
        assertEquals(store + ": scan needs 3,072 KiB on disk, 3,071 KiB are free", assertThrows(
                InputException.class, () -> DiskSpace.require(store, 6 * MIB, "scan", 3 * MIB - 1)).getMessage());
    }

    @Test
    void littleIsToldInKibibytes() {
        Path missing = folder.resolve("missing");
        assertEquals(missing + ": fit needs 1 KiB on disk, 0 KiB are free", assertThrows(
                InputException.class, () -> DiskSpace.require(missing, 1, "fit", 0)).getMessage());
        assertEquals(missing + ": fit needs 21 MiB on disk, 19 MiB are free", assertThrows(
                InputException.class, () -> DiskSpace.require(missing, 20L * MIB + 1, "fit", 20L * MIB - 1))
                .getMessage());
    }
}
