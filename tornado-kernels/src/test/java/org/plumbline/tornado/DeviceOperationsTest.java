package org.plumbline.tornado;

import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.plumbline.engine.Engine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Runs;
import org.plumbline.program.Arguments;
import org.plumbline.program.Op;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.RandomPrograms;
import org.plumbline.program.Value;
import org.plumbline.program.Variant;

/**
 * Each operation on TornadoVM's default device, against its definition. A graph takes seconds to compile, so there are few
 * programs of each; the lowering itself is tested at length in {@link RecordedEngineTest}.
 */
class DeviceOperationsTest {

    @TestFactory
    Stream<DynamicTest> everyOperationAsPlainLoop() {
        return DeviceEngine.tests(GroupPolicy.NEVER, engine -> Variant.all().stream().map(variant ->
                DynamicTest.dynamicTest(
                        variant.name(), () -> assertComputes(engine, RandomPrograms.single(variant, 1), 1))));
    }

    @TestFactory
    Stream<DynamicTest> everyOperationThatWorksInGroups() {
        return DeviceEngine.tests(GroupPolicy.ALWAYS, engine -> GroupPrograms.all().map(named ->
                DynamicTest.dynamicTest(
                        named.name(), () -> assertComputes(engine, named.draw(new SplittableRandom(1)), 1))));
    }

    /** A contraction of two strips: as constants, such sizes once made TornadoVM fail. */
    @TestFactory
    Stream<DynamicTest> productsOfTwoStrips() {
        return DeviceEngine.tests(GroupPolicy.ALWAYS, engine -> Stream.of(17, 32).map(k ->
                DynamicTest.dynamicTest("k = " + k, () -> {
                    ProgramBuilder b = new ProgramBuilder();
                    Value product = b.emit(new Op.MatMul(b.real("a", k, 31), b.real("b", k, 2), true, false));
                    assertComputes(engine, b.build("y", product), 1);
                })));
    }

    private static void assertComputes(Engine engine, Program program, long seed) {
        for (Precision precision : Precision.values()) {
            Runs.assertComputes(engine, precision, program, Arguments.random(program, seed));
        }
    }
}
