package org.plumbline.tornado;

import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.plumbline.engine.Engine;

/** The engine on TornadoVM's default device, for tests that need one. */
final class DeviceEngine {
    private static final String SDK = "TORNADOVM_HOME";

    private DeviceEngine() {}

    /** Skips the test, and says so, where no SDK is named. */
    static void require() {
        Assumptions.assumeTrue(System.getenv(SDK) != null,
                "skipped: no TornadoVM SDK; name one in TORNADOVM_HOME to run this on its default device");
    }

    /** What {@code tests} makes for the engine; without an SDK one test that is skipped and says so. */
    static Stream<DynamicTest> tests(GroupPolicy policy, Function<Engine, Stream<DynamicTest>> tests) {
        return tests(policy, GraphSegment.CODE, tests);
    }

    /** The same for graphs in parts of at most {@code code} bytes. */
    static Stream<DynamicTest> tests(GroupPolicy policy, int code, Function<Engine, Stream<DynamicTest>> tests) {
        return System.getenv(SDK) == null
                ? Stream.of(DynamicTest.dynamicTest("on TornadoVM's default device", DeviceEngine::require))
                : tests.apply(create(policy, code));
    }

    private static Engine create(GroupPolicy policy, int code) {
        TornadoSettings.apply();
        return new TornadoEngine("tornado", TornadoRunner.on(TornadoDevices.find(""), code), policy);
    }
}
