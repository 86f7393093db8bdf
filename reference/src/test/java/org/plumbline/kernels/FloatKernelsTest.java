package org.plumbline.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every {@code *32.java} of the kernel packages is what {@link FloatTwin} derives from its {@code *64.java}.
 *
 * <p>With {@code -Dplumbline.regenerate=true} the test writes the files instead.
 */
class FloatKernelsTest {

    private static final Path MODULE = Path.of("");

    @TestFactory
    Stream<DynamicTest> everyFloatClassIsDerivedFromItsDoubleClass() throws IOException {
        List<Path> originals = FloatTwin.sources(MODULE, "64.java");
        assertFalse(originals.isEmpty(), "no *64.java below " + MODULE.toAbsolutePath());
        return originals.stream().map(original -> DynamicTest.dynamicTest(original.getFileName().toString(), () -> {
            String expected = FloatTwin.of(original);
            Path twin = FloatTwin.twin(original);
            if (Boolean.getBoolean("plumbline.regenerate")) {
                Files.writeString(twin, expected);
            }
            assertEquals(expected, Files.exists(twin) ? Files.readString(twin) : "", twin + " is out of date");
        }));
    }

    @Test
    void noFloatClassIsWithoutItsDoubleClass() throws IOException {
        List<Path> derived = FloatTwin.sources(MODULE, "64.java").stream().map(FloatTwin::twin).toList();
        assertEquals(derived, FloatTwin.sources(MODULE, "32.java"));
    }

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
}
