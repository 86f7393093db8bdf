package org.plumbline.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

class NpyColumnsTest {
    private static Path folder;

    @BeforeContainer
    static void make() throws IOException {
        folder = Files.createTempDirectory("npy-columns-");
    }

    @AfterContainer
    static void delete() throws IOException {
        for (String name : new String[] {"whole.npy", "blocks.npy"}) {
            Files.deleteIfExists(folder.resolve(name));
        }
        Files.delete(folder);
    }

    /** Whatever the blocks, the file has the bytes of one that is written from the whole matrix. */
    @Property(tries = 50)
    void blocksMakeTheWhole(
            @ForAll @IntRange(min = 1, max = 5) int rows, @ForAll @IntRange(min = 1, max = 40) int columns,
            @ForAll long seed) throws IOException {
        Random random = new Random(seed);
        double[] matrix = random.doubles((long) rows * columns).toArray();
        Path whole = folder.resolve("whole.npy");
        Path blocks = folder.resolve("blocks.npy");
        Npy.write(whole, matrix, rows, columns);
        NpyColumns.write(blocks, rows, columns, out -> {
            for (int from = 0; from < columns; ) {
                int to = Math.min(columns, from + 1 + random.nextInt(columns));
                double[] block = new double[(to - from) * rows];
                for (int i = 0; i < block.length; i++) {
                    block[i] = matrix[i % rows * columns + from + i / rows];
                }
                out.add(block);
                from = to;
            }
        });
        assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(blocks));
    }

    @Property(tries = 5)
    void blocksThatDoNotFillItAreRefused(@ForAll @IntRange(min = 1, max = 5) int rows) {
        Path path = folder.resolve("refused.npy");
        for (int found : new int[] {0, 2, 4}) {
            double[] block = new double[found * rows];
            assertThrows(IllegalArgumentException.class,
                    () -> NpyColumns.write(path, rows, 3, out -> out.add(Arrays.copyOf(block, block.length))));
        }
        assertFalse(Files.exists(path));
    }
}
