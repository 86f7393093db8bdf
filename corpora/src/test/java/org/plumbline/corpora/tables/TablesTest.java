package org.plumbline.corpora.tables;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What the data sheets say of the tables. */
class TablesTest {
    private static final int ROWS = 4000;
    private static final long SEED = 1;

    private static String sheet(String name) throws IOException {
        return Files.readString(Path.of("datasheets", name + ".md"));
    }

    @Test
    void aLongerTableBeginsWithTheShorterOne() {
        assertArrayEquals(Clusters.generate(20, SEED).features()[19], Clusters.generate(40, SEED).features()[19]);
        assertArrayEquals(Friedman.generate(20, SEED).features()[19], Friedman.generate(40, SEED).features()[19]);
    }

    @Test
    void theDataSheetCountsTheClasses() throws IOException {
        ClassTable table = Clusters.generate(ROWS, SEED);
        long[] counts = new long[Clusters.CLASSES];
        int relabeled = 0;
        for (int i = 0; i < ROWS; i++) {
            counts[table.labels()[i]]++;
            relabeled += table.relabeled()[i] ? 1 : 0;
        }
        String counted = "| rows of each class | " + Arrays.toString(counts) + " |\n| rows with a random label | "
                + relabeled + " |";
        assertTrue(sheet(Clusters.NAME).contains(counted), "the data sheet should contain\n" + counted);
    }

    @Test
    void theDataSheetTellsMeanAndDeviation() throws IOException {
        TargetTable table = Friedman.generate(ROWS, SEED);
        double mean = Arrays.stream(table.targets()).average().orElseThrow();
        double variance = Arrays.stream(table.targets()).map(y -> (y - mean) * (y - mean)).average().orElseThrow();
        String told = String.format(
                Locale.ROOT, "| targets: mean / deviation | %.3f / %.2f |", mean, Math.sqrt(variance));
        assertTrue(sheet(Friedman.NAME).contains(told), "the data sheet should contain\n" + told);
    }

    /**
     * Features have variance 1: of {@code n} uniform numbers its estimate errs by {@code √(0.8/n)},
     * here 0.5 % a column.
     */
    @Test
    void featuresAreScaled() {
        double[][] features = Friedman.generate(ROWS, SEED).features();
        double squares = Arrays.stream(features).flatMapToDouble(Arrays::stream).map(x -> x * x).sum();
        assertEquals(1, squares / (ROWS * Friedman.COLUMNS), 5 * Math.sqrt(0.8 / (ROWS * Friedman.COLUMNS)));
    }
}
