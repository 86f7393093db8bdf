package org.plumbline.tornado;

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
import org.plumbline.kernels.FloatTwin;

/** Every {@code *32.java} of this module is what {@link FloatTwin} derives from its {@code *64.java}. */
class FloatTwinsTest {
    private static final Path MODULE = Path.of("");

    @TestFactory
    Stream<DynamicTest> everyFloatClassIsDerivedFromItsDoubleClass() throws IOException {
        List<Path> originals = FloatTwin.sources(MODULE, "64.java");
        assertFalse(originals.isEmpty(), "no *64.java below " + MODULE.toAbsolutePath());
        return originals.stream().map(original -> DynamicTest.dynamicTest(original.getFileName().toString(), () ->
                assertEquals(FloatTwin.of(original), Files.readString(FloatTwin.twin(original)))));
    }

    @Test
    void noFloatClassIsWithoutItsDoubleClass() throws IOException {
        List<Path> derived = FloatTwin.sources(MODULE, "64.java").stream().map(FloatTwin::twin).toList();
        assertEquals(derived, FloatTwin.sources(MODULE, "32.java"));
    }
}
