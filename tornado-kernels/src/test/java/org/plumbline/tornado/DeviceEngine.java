package org.plumbline.tornado;

import org.junit.jupiter.api.Assumptions;
import org.plumbline.engine.Engine;

/** The engine on TornadoVM's default device, for tests that need one. */
final class DeviceEngine {
    private DeviceEngine() {}

    /** Skips the test, and says so, where no SDK is named. */
    static void require() {
        Assumptions.assumeTrue(System.getenv("TORNADOVM_HOME") != null,
                "skipped: no TornadoVM SDK; name one in TORNADOVM_HOME to run this on its default device");
    }

    static Engine create(GroupPolicy policy) {
        require();
        TornadoSettings.apply();
        return new TornadoEngine("tornado", TornadoRunner.on(TornadoDevices.find("")), policy);
    }
}
