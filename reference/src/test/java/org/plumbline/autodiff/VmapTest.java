package org.plumbline.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.plumbline.program.RandomPrograms.realInputs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.plumbline.engine.Runs;
import org.plumbline.program.Arguments;
import org.plumbline.program.Op;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.ProgramException;
import org.plumbline.program.RandomPrograms;
import org.plumbline.program.Variant;

/**
 * A batch is a loop over its elements, to the last bit: batching neither reorders a sum nor adds a rounding on the
 * scalar engine.
 */
class VmapTest {

    @TestFactory
    Stream<DynamicTest> everyOperationAloneAndEverySubsetOfItsInputs() {
        return Variant.all().stream().map(variant -> DynamicTest.dynamicTest(variant.name(), () -> {
            for (int seed = 0; seed < 4; seed++) {
                Program program = RandomPrograms.single(variant, seed);
                List<String> inputs = List.copyOf(program.inputs().keySet());
                for (int subset = 0; subset < 1 << inputs.size(); subset++) {
                    assertIsLoop(program, 1 + seed % 3, subset(inputs, subset), seed);
                }
            }
        }));
    }

    @TestFactory
    Stream<DynamicTest> derivativesOfEveryOperationAlone() {
        return Variant.all().stream().map(variant -> DynamicTest.dynamicTest(variant.name(), () -> {
            SplittableRandom random = new SplittableRandom(11);
            for (int seed = 0; seed < 3; seed++) {
                Program program = RandomPrograms.single(variant, seed);
                for (Program form : derivatives(program)) {
                    List<String> inputs = List.copyOf(form.inputs().keySet());
                    for (int draw = 0; draw < 4; draw++) {
                        assertIsLoop(form, 2, subset(inputs, random.nextInt()), seed);
                    }
                }
            }
        }));
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void randomProgramsAndTheirDerivatives(@ForAll long seed, @ForAll @IntRange(min = 3, max = 15) int operations,
            @ForAll int subset, @ForAll @IntRange(min = 1, max = 3) int size) {
        Program program = RandomPrograms.program(seed, operations, false);
        assertIsLoop(program, size, subset(List.copyOf(program.inputs().keySet()), subset), seed);
        for (Program form : derivatives(program)) {
            assertIsLoop(form, size, subset(List.copyOf(form.inputs().keySet()), subset), seed);
        }
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void aBatchOfBatchesIsALoopInALoop(@ForAll long seed, @ForAll @IntRange(min = 3, max = 15) int operations,
            @ForAll int inner, @ForAll int outer) {
        Program program = RandomPrograms.program(seed, operations, false);
        List<String> inputs = List.copyOf(program.inputs().keySet());
        List<String> innerBatched = subset(inputs, inner);
        List<String> outerBatched = subset(inputs, outer);
        Program batched = Vmap.of(Vmap.of(program, 2, innerBatched), 3, outerBatched);
        Arguments arguments = Arguments.random(batched, seed);
        Map<String, double[]> loop = loop(3, outerBatched, arguments,
                element -> loop(2, innerBatched, element, each -> Runs.run(program, each)));
        Runs.assertIdentical(loop, Runs.run(batched, arguments), program::toString);
    }

    private static List<Program> derivatives(Program program) {
        List<String> wrt = realInputs(program);
        Program reverse = Vjp.of(program, wrt);
        return List.of(Jvp.of(program, wrt), reverse, Jvp.of(reverse, wrt));
    }

    private static void assertIsLoop(Program program, int size, List<String> batched, long seed) {
        Program lifted = Vmap.of(program, size, batched);
        Arguments arguments = Arguments.random(lifted, seed);
        Map<String, double[]> loop = loop(size, batched, arguments, element -> Runs.run(program, element));
        Runs.assertIdentical(loop, Runs.run(lifted, arguments), () -> batched + " of\n" + program);
    }

    private static Map<String, double[]> loop(
            int size, List<String> batched, Arguments arguments, Function<Arguments, Map<String, double[]>> body) {
        Map<String, double[]> stacked = new LinkedHashMap<>();
        for (int element = 0; element < size; element++) {
            body.apply(arguments.element(element, size, batched)).forEach((name, values) -> stacked.merge(
                    name, values, (before, next) -> DoubleStream.concat(DoubleStream.of(before), DoubleStream.of(next))
                            .toArray()));
        }
        return stacked;
    }

    private static List<String> subset(List<String> names, int bits) {
        List<String> chosen = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if ((bits >> i & 1) == 1) {
                chosen.add(names.get(i));
            }
        }
        return chosen;
    }

    /** Batched over directions alone, a Hessian–vector product does not repeat what they share. */
    @Test
    void whatDoesNotDependOnTheBatchIsComputedOnce() {
        ProgramBuilder b = new ProgramBuilder();
        Program program = b.build("y", b.multiply(b.exp(b.real("x", 5)), b.real("u", 5)));
        Program batched = Vmap.of(program, 7, List.of("u"));
        assertEquals(5, batched.nodes().stream()
                .filter(node -> node.op() instanceof Op.Unary)
                .mapToInt(node -> node.value().shape().size())
                .sum());
    }

    @Test
    void anUnknownInputIsNamed() {
        ProgramBuilder b = new ProgramBuilder();
        Program program = b.build("y", b.exp(b.real("x", 5)));
        assertEquals("no input named 'z'; there are [x]",
                assertThrows(ProgramException.class, () -> Vmap.of(program, 2, List.of("z"))).getMessage());
    }
}
