package org.plumbline.tornado;

import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.plumbline.engine.Engine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Runs;
import org.plumbline.program.Arguments;
import org.plumbline.program.Program;
import org.plumbline.program.RandomPrograms;
import org.plumbline.program.Variant;

/**
 * Each operation on TornadoVM's default device, against its definition. A graph takes seconds to compile, so there are few
 * programs of each; the lowering itself is tested at length in {@link RecordedEngineTest}.
 */
class DeviceOperationsTest {

    @TestFactory
    Stream<DynamicTest> everyOperationAsPlainLoop() {
        Engine engine = DeviceEngine.create(GroupPolicy.NEVER);
        return Variant.all().stream().map(variant -> DynamicTest.dynamicTest(
                variant.name(), () -> assertComputes(engine, RandomPrograms.single(variant, 1), 1)));
    }

    @TestFactory
    Stream<DynamicTest> everyOperationThatWorksInGroups() {
        Engine engine = DeviceEngine.create(GroupPolicy.ALWAYS);
        return GroupPrograms.all().map(named -> DynamicTest.dynamicTest(
                named.name(), () -> assertComputes(engine, named.draw(new SplittableRandom(1)), 1)));
    }

    private static void assertComputes(Engine engine, Program program, long seed) {
        for (Precision precision : Precision.values()) {
            Runs.assertComputes(engine, precision, program, Arguments.random(program, seed));
        }
    }
}
