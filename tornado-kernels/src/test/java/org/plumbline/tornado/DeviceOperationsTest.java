package org.plumbline.tornado;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.plumbline.program.RandomPrograms.realInputs;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.plumbline.autodiff.Vjp;
import org.plumbline.engine.Engine;
import org.plumbline.engine.Executable;
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
 * Each operation on TornadoVM's default device, against its definition. A graph takes seconds to compile, so there are
 * few programs of each; the lowering itself is tested at length in {@link RecordedEngineTest}.
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

    /** Graphs in parts, arrays passing through parts that do not use them, several runs. */
    @TestFactory
    Stream<DynamicTest> graphsInParts() {
        return DeviceEngine.tests(GroupPolicy.NEVER, 90, engine -> Stream.of(1L, 2L).map(seed ->
                DynamicTest.dynamicTest("seed " + seed, () -> {
                    Program random = RandomPrograms.program(seed, 6, true);
                    Program program = Vjp.of(random, realInputs(random));
                    Executable executable = engine.compile(program, Precision.DOUBLE);
                    for (long run = 0; run < 3; run++) {
                        Arguments arguments = Arguments.random(program, run);
                        Map<String, double[]> expected = Runs.run(program, arguments);
                        Map<String, double[]> found = Runs.run(executable, arguments);
                        expected.forEach((name, values) -> assertArrayEquals(values, found.get(name), 1e-10));
                    }
                })));
    }

    /** Outputs that later parts read, over several runs: each is copied back by the part that writes it. */
    @TestFactory
    Stream<DynamicTest> outputsBetweenParts() {
        return DeviceEngine.tests(GroupPolicy.NEVER, 90, engine -> Stream.of(DynamicTest.dynamicTest("powers", () -> {
            ProgramBuilder b = new ProgramBuilder();
            Value x = b.real("x", 5);
            SequencedMap<String, Value> powers = new LinkedHashMap<>();
            Value last = x;
            for (int power = 2; power < 6; power++) {
                last = b.multiply(last, x);
                powers.put("x" + power, last);
            }
            Program program = b.build(powers);
            Executable executable = engine.compile(program, Precision.DOUBLE);
            for (long run = 0; run < 3; run++) {
                Arguments arguments = Arguments.random(program, run);
                Runs.assertIdentical(Runs.run(program, arguments), Runs.run(executable, arguments), program::toString);
            }
        })));
    }

    private static void assertComputes(Engine engine, Program program, long seed) {
        for (Precision precision : Precision.values()) {
            Runs.assertComputes(engine, precision, program, Arguments.random(program, seed));
        }
    }
}
