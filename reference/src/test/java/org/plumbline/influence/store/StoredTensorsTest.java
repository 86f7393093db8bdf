package org.plumbline.influence.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.io.MalformedFileException;
import org.plumbline.io.SafetensorsFile;
import org.plumbline.io.SafetensorsWriter;

/** What a right checksum does not say of a tensor. */
class StoredTensorsTest {
    @TempDir
    private Path folder;

    private double[] read(double[] values, Function<SafetensorsFile, double[]> read) {
        Path path = folder.resolve("t.safetensors");
        new SafetensorsWriter().add("t", values, 2, 2).write(path);
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            return read.apply(file);
        }
    }

    private void refused(String said, double[] values, Function<SafetensorsFile, double[]> read) {
        String message = assertThrows(MalformedFileException.class, () -> read(values, read)).getMessage();
        assertTrue(message.contains("tensor 't': " + said), message);
    }

    @Test
    void whatMustHoldIsHeld() {
        double[] fine = {1, 0, 0, 1};
        assertArrayEquals(fine, read(fine, file -> StoredTensors.symmetric(file, "t", 2)));
        assertArrayEquals(fine, read(fine, file -> StoredTensors.unitColumns(file, "t", 2)));
        assertArrayEquals(fine, read(fine, file -> StoredTensors.atLeastZero(file, "t", 2, 2)));
        refused("element 3 is NaN", new double[] {1, 0, 0, Double.NaN}, file -> StoredTensors.finite(file, "t", 2, 2));
        refused("element 1 is -Infinity", new double[] {1, Double.NEGATIVE_INFINITY, 0, 1},
                file -> StoredTensors.symmetric(file, "t", 2));
        refused("element 2 is -1.0", new double[] {1, 0, -1, 1}, file -> StoredTensors.atLeastZero(file, "t", 2, 2));
        refused("found 0.5 at (1, 0) and 0.0 at (0, 1)", new double[] {1, 0, 0.5, 1},
                file -> StoredTensors.symmetric(file, "t", 2));
        refused("column 1 has norm 2.0", new double[] {1, 0, 0, 2}, file -> StoredTensors.unitColumns(file, "t", 2));
    }

    /** The sums of two orders of the same products. */
    @Test
    void roundingIsNoDamage() {
        double[] rounded = {1e6, 1, Math.nextUp(1), 1};
        assertArrayEquals(rounded, read(rounded, file -> StoredTensors.symmetric(file, "t", 2)));
    }
}
