package org.plumbline.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.plumbline.engine.EngineProvider;
import org.plumbline.engine.EngineUnavailableException;
import org.plumbline.engine.Workers;

/** The engine is found by name; without TornadoVM asking for it tells what to do. */
class TornadoProviderTest {

    private static EngineProvider provider() {
        List<EngineProvider> found =
                ServiceLoader.load(EngineProvider.class).stream().map(ServiceLoader.Provider::get).toList();
        assertEquals(1, found.size());
        return found.getFirst();
    }

    @Test
    void theProviderIsFoundByName() {
        assertEquals("tornado", provider().name());
    }

    @Test
    void withoutTornadoVmTheErrorSaysWhatToDo() {
        Assumptions.assumeTrue(System.getenv("TORNADOVM_HOME") == null, "skipped: TORNADOVM_HOME names an SDK");
        for (EngineUnavailableException absent : List.of(
                assertThrows(EngineUnavailableException.class, () -> provider().create("", Workers.serial(), () -> {})),
                assertThrows(EngineUnavailableException.class, () -> provider().devices()))) {
            assertTrue(absent.getMessage().contains("set TORNADOVM_HOME"), absent::getMessage);
        }
    }

    @Test
    void anUnknownDeviceIsAnErrorThatNamesTheOthers() {
        DeviceEngine.require();
        for (String name : List.of("opencl:99", "nothing:0", "opencl", "opencl:x")) {
            EngineUnavailableException unknown = assertThrows(
                    EngineUnavailableException.class, () -> provider().create(name, Workers.serial(), () -> {}));
            assertTrue(unknown.getMessage().contains("no device '" + name + "'; there are ["), unknown::getMessage);
        }
    }
}
