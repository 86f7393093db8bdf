package org.plumbline.tornado;

import java.util.function.Function;
import java.util.stream.Stream;
import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.SkipExecutionHook;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.plumbline.engine.Engine;
import uk.ac.manchester.tornado.api.common.TornadoDevice;

/** The engine on TornadoVM's default device, for tests that need one. */
final class DeviceEngine {
    private static final String SDK = "TORNADOVM_HOME";
    private static final String SKIPPED =
            "skipped: no TornadoVM SDK; name one in TORNADOVM_HOME to run this on its default device";

    private DeviceEngine() {}

    /** Skips the test, and says so, where no SDK is named. */
    static void require() {
        Assumptions.assumeTrue(System.getenv(SDK) != null, SKIPPED);
    }

    /** Skips a property, and says so, where no SDK is named. */
    static final class Required implements SkipExecutionHook {
        @Override
        public SkipResult shouldBeSkipped(LifecycleContext context) {
            return System.getenv(SDK) == null ? SkipResult.skip(SKIPPED) : SkipResult.doNotSkip();
        }
    }

    /** The engine, where an SDK is named. */
    static Engine with(GroupPolicy policy) {
        return create(policy, GraphSegment.CODE);
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
        TornadoDevice device = TornadoDevices.find("");
        GraphCache graphs = TornadoDevices.graphs(device);
        graphs.collectWith(System::gc);
        return new TornadoEngine("tornado", new TornadoRunner.Factory(device, code), policy, graphs);
    }
}
