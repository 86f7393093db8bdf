package org.plumbline.tornado;

import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.plumbline.engine.Engine;
import org.plumbline.engine.Precision;

/**
 * The programs of the main job as task graphs: on every machine in Java, under the checks of {@link CheckedRunner}, and with an
 * SDK on TornadoVM's default device, where each graph takes seconds to compile.
 */
class MainJobTest {

    @TestFactory
    Stream<DynamicTest> inJava() {
        Engine recorded = new TornadoEngine("recorded", new CheckedRunner.Factory(), GroupPolicy.NEVER);
        return seeds(8).flatMap(seed -> tests(recorded, seed));
    }

    @TestFactory
    Stream<DynamicTest> onTheDevice() {
        return DeviceEngine.tests(GroupPolicy.WHERE_FASTER, device -> seeds(2).flatMap(seed -> tests(device, seed)));
    }

    /** The first seeds whose decoders have layers to fit factors to. */
    private static Stream<Long> seeds(int count) {
        return LongStream.iterate(0, seed -> seed + 1).boxed().filter(seed -> new MainJob(seed).hasLayers()).limit(count);
    }

    private static Stream<DynamicTest> tests(Engine engine, long seed) {
        MainJob job = new MainJob(seed);
        Stream<DynamicTest> programs = job.programs().entrySet().stream().flatMap(program ->
                Stream.of(Precision.values()).map(precision -> DynamicTest.dynamicTest(
                        program.getKey() + ", " + precision + ", seed " + seed,
                        () -> job.assertSameNumbers(engine, program.getValue(), precision))));
        return Stream.concat(programs, Stream.of(DynamicTest.dynamicTest(
                "factors, seed " + seed, () -> job.assertSameFactors(engine))));
    }
}
