package org.plumbline.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules by which the build derives float classes from double classes, and what it does with the files. */
class FloatTwinTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            double x = 1.0 / (1.0 + Math.exp(-x)); | float x = 1.0f / (1.0f + (float) Math.exp(-x));
            x[1] = 1e-5 + .5 * 2. - 10;            | x[1] = 1e-5f + .5f * 2.f - 10;
            Math.max(x, Double.NEGATIVE_INFINITY)  | Math.max(x, Float.NEGATIVE_INFINITY)
            ScalarKernels64.gelu((double) n)       | ScalarKernels32.gelu((float) n)
            DoubleVector.SPECIES_PREFERRED         | FloatVector.SPECIES_PREFERRED
            y = 0.5; // 0.5 in double precision    | y = 0.5f; // 0.5 in single precision
            * law 1.5 of {@code double[]}          | * law 1.5 of {@code float[]}
            long seed = 0x9E37L; int x64 = 64;     | long seed = 0x9E37L; int x64 = 64;
            double s = 0.0; // double in both precisions | double s = 0.0; // double in both precisions
            """)
    void linesAreDerivedByTheRules(String line, String expected) {
        assertEquals(expected, FloatTwin.line(line));
    }

    @Test
    void aTwinLiesInThePackageOfItsOriginal() throws IOException {
        write("a/Sum64.java", "double s;\n");
        write("a/Sum.java", "double s;\n");
        derive();
        assertEquals("// Derived from Sum64.java by FloatTwin, which tells how: change that file.\nfloat s;\n",
                Files.readString(folder.resolve("target/a/Sum32.java")));
        assertFalse(Files.exists(folder.resolve("target/a/Sum.java")));
    }

    @Test
    void aTwinWithoutItsOriginalGoes() throws IOException {
        write("Sum64.java", "double s;\n");
        derive();
        Files.delete(folder.resolve("source/Sum64.java"));
        derive();
        assertFalse(Files.exists(folder.resolve("target/Sum32.java")));
    }

    @Test
    void aTwinIsWrittenWhenItChangesAndOnlyThen() throws IOException {
        write("Sum64.java", "double s;\n");
        derive();
        Path twin = folder.resolve("target/Sum32.java");
        FileTime before = FileTime.fromMillis(1);
        Files.setLastModifiedTime(twin, before);
        derive();
        assertEquals(before, Files.getLastModifiedTime(twin));
        write("Sum64.java", "double sum;\n");
        derive();
        assertTrue(Files.readString(twin).endsWith("\nfloat sum;\n"));
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve("source").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void derive() throws IOException {
        FloatTwin.main(new String[] {folder.resolve("source").toString(), folder.resolve("target").toString()});
    }
}
