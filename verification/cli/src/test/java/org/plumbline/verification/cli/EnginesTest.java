package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Engines by name, in a JVM that was started without TornadoVM's argument file: the engine is on the class path
 * and says what it lacks.
 */
class EnginesTest {

    @ParameterizedTest
    @ValueSource(strings = {"tornado", "tornado:opencl:0"})
    void anEngineWhoseDeviceIsAbsentSaysWhatItNeeds(String engine) {
        CommandLineRun run = CommandLineRun.of("verify", "--quick", "--engine", engine);
        assertEquals(1, run.status());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().startsWith("plumbline: the engine tornado needs a TornadoVM SDK"), run.err());
    }

    @Test
    void devicesSayTheSame() {
        CommandLineRun run = CommandLineRun.of("devices");
        assertEquals(1, run.status());
        assertTrue(run.err().startsWith("plumbline: the engine tornado needs a TornadoVM SDK"), run.err());
        assertEquals("", run.out());
    }

    /** The class path of the tests is what the command line is packaged with; the stub is for compiling alone. */
    @Test
    void theStubOfTornadoVmIsNotPackaged() {
        ClassLoader loader = EnginesTest.class.getClassLoader();
        assertNotNull(loader.getResource("org/plumbline/tornado/TornadoProvider.class"));
        assertNull(loader.getResource("uk/ac/manchester/tornado/api/TaskGraph.class"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"abacus", "scalar:1", "vector:"})
    void anUnknownEngineIsAnErrorThatNamesTheOthers(String engine) {
        CommandLineRun run = CommandLineRun.of("verify", "--quick", "--engine", engine);
        assertEquals(1, run.status());
        assertEquals(
                "plumbline: --engine '" + engine + "' is unknown: expected vector, scalar, tornado[:backend:device]",
                run.err().strip());
    }
}
