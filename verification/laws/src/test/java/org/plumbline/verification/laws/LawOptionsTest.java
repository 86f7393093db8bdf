package org.plumbline.verification.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.plumbline.engine.EngineUnavailableException;
import org.plumbline.engine.UnknownEngineException;

/** What laws run on, in a JVM that was started without TornadoVM. */
class LawOptionsTest {

    @Test
    void theScalarEngineAndRandomSettingsUnlessToldOtherwise() {
        assertEquals(new LawOptions("scalar", List.of()), LawOptions.of(null, null));
        assertEquals(new LawOptions("vector", List.of()), LawOptions.of("vector", null));
        assertEquals("scalar", LawOptions.of(null, null).engine().name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tornado", "tornado:opencl:0"})
    void aDeviceHasASeedOfItsOwnAndIsNeverReplaced(String engine) {
        LawOptions options = LawOptions.of(engine, null);
        assertEquals(LawOptions.of("scalar", LawOptions.ON_A_DEVICE).seeds(), options.seeds());
        assertThrows(EngineUnavailableException.class, options::engine);
    }

    @Test
    void anUnknownEngineIsAnError() {
        assertThrows(UnknownEngineException.class, LawOptions.of("abacus", null)::engine);
    }

    @Test
    void seedsThatAreNamedAreTriedOnceEach() {
        List<Long> seeds = LawOptions.of("tornado", "1,-7,3").seeds();
        assertEquals(List.of(1L, -7L, 3L), seeds);
        assertEquals(seeds, Seeds.of(seeds).allValues().orElseThrow().toList());
        assertTrue(Seeds.of(List.of()).allValues().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "one", "1;2", "1,", "1.5"})
    void seedsThatAreNoNumbersAreAnError(String seeds) {
        IllegalArgumentException error =
                assertThrows(IllegalArgumentException.class, () -> LawOptions.of(null, seeds));
        assertEquals("-Dplumbline.laws.seeds=" + seeds + ": expected whole numbers such as 1,7", error.getMessage());
    }
}
