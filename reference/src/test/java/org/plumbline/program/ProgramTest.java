package org.plumbline.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ProgramTest {

    /** The tests draw their programs from variants; an operation without one would go untested everywhere. */
    @Test
    void everyOperationIsDrawnByTheTests() {
        Set<Class<?>> drawn = Variant.all().stream().map(Variant::operation).collect(Collectors.toSet());
        assertEquals(Set.copyOf(RandomPrograms.operations()), drawn);
    }

    @Property(tries = 100)
    void fewerOutputsNeedFewerOperationsAndKeepTheirNumbers(@ForAll long seed) {
        Program program = RandomPrograms.program(seed, 12, false);
        Arguments arguments = Arguments.random(program, seed);
        var all = BoundedEvaluation.of(program, arguments, 0x1p-53);
        for (String name : program.outputs().keySet()) {
            Program part = program.select(List.of(name));
            assertTrue(part.nodes().size() <= program.nodes().size());
            assertTrue(program.inputs().keySet().containsAll(part.inputs().keySet()));
            var alone = BoundedEvaluation.of(part, arguments, 0x1p-53);
            assertEquals(Set.of(name), alone.keySet());
            assertEquals(boxed(all.get(name).values()), boxed(alone.get(name).values()));
        }
    }

    /** Order changes no number: the same operations run on the same operands, each after what it reads. */
    @Property(tries = 100)
    void theOrderOfDemandKeepsOperationsAndNumbers(@ForAll long seed) {
        Program program = RandomPrograms.program(seed, 12, false);
        Program ordered = program.byDemand();
        assertEquals(program.nodes().size(), ordered.nodes().size());
        assertEquals(program.outputs().keySet(), ordered.outputs().keySet());
        Arguments arguments = Arguments.random(program, seed);
        var expected = BoundedEvaluation.of(program, arguments, 0x1p-53);
        BoundedEvaluation.of(ordered, arguments, 0x1p-53).forEach((name, found) ->
                assertEquals(boxed(expected.get(name).values()), boxed(found.values())));
    }

    /** Two branches computed one after the other where their ends are wanted, and not side by side. */
    @Test
    void theOrderOfDemandPutsAnOperationBeforeItsReader() {
        ProgramBuilder b = new ProgramBuilder();
        Value x = b.real("x", 2);
        Value early = b.scale(x, 2);
        Value late = b.scale(x, 3);
        Value first = b.exp(early);
        Program ordered = b.build("y", b.add(b.tanh(first), late)).byDemand();
        assertEquals(List.of("x", "2.0", "EXP", "TANH", "3.0", "ADD"), ordered.nodes().stream()
                .map(node -> switch (node.op()) {
                    case Op.Input input -> input.name();
                    case Op.Affine affine -> Double.toString(affine.scale());
                    case Op.Unary unary -> unary.function().name();
                    case Op.Binary binary -> binary.function().name();
                    default -> throw new AssertionError(node);
                }).toList());
    }

    private static List<Double> boxed(double[] numbers) {
        return Arrays.stream(numbers).boxed().toList();
    }

    @Test
    void anInputThatNoOutputNeedsIsNoInput() {
        ProgramBuilder b = new ProgramBuilder();
        Value x = b.real("x", 2);
        Program program = b.build(new LinkedHashMap<>(
                Map.of("sum", b.add(x, b.real("y", 2)), "double", b.scale(x, 2))));
        assertEquals(Set.of("x"), program.select(List.of("double")).inputs().keySet());
        assertFalse(program.select(List.of("double")).toString().contains("ADD"));
    }

    /** Every operation on operands that it does not take. */
    @TestFactory
    Stream<DynamicTest> whatDoesNotFitIsNamed() {
        return Stream.of(
                wrong("shapes [2] and [3] do not fit: one must end with the other",
                        b -> b.add(b.real("x", 2), b.real("y", 3))),
                wrong("expected real numbers, found indices %0[2]", b -> b.exp(b.index("i", 2))),
                wrong("expected indices, found real numbers %1[2]",
                        b -> b.gather(b.real("x", 3, 2), b.real("y", 2))),
                wrong("expected rank 1 or more, found []", b -> b.max(b.real("x"))),
                wrong("expected rank 1 or more, found []", b -> b.softmax(b.real("x"))),
                wrong("expected rank 1 or more, found []", b -> b.logSumExp(b.real("x"))),
                wrong("expected rank 1 or more, found []", b -> b.standardize(b.real("x"), 1, true)),
                wrong("expected real numbers, found indices %0[2]", b -> b.softmax(b.index("i", 2))),
                wrong("expected real numbers, found indices %0[2]",
                        b -> b.activation(ActivationFunction.GELU, b.index("i", 2))),
                wrong("expected indices, found real numbers %1[2]",
                        b -> b.crossEntropy(b.real("x", 2, 3), b.real("y", 2))),
                wrong("fused activations have order 0 to 2, found 3",
                        b -> b.emit(new FusedOp.Activation(ActivationFunction.GELU, 3, b.real("x", 2)))),
                wrong("axes [1, 3) do not fit [2×3]", b -> b.sum(b.real("x", 2, 3), 1, 2)),
                wrong("cannot reshape [2×3] to [5]", b -> b.reshape(b.real("x", 2, 3), 5)),
                wrong("permutation [0, 0] does not fit [2×3]", b -> b.transpose(b.real("x", 2, 3), 0, 0)),
                wrong("slice [1, 4) of axis 0 does not fit [3]", b -> b.slice(b.real("x", 3), 0, 1, 3)),
                wrong("padding cannot be negative, found -1 and 0", b -> b.pad(b.real("x", 3), 0, -1, 0)),
                wrong("cannot concatenate [2×3] and [2×4] along axis 0",
                        b -> b.concatenate(b.real("x", 2, 3), b.real("y", 2, 4), 0)),
                wrong("matrix product of [2×3] and [3×4]ᵀ: inner dimensions 3 and 4 differ",
                        b -> b.matmul(b.real("x", 2, 3), false, b.real("y", 3, 4), true)),
                wrong("a table has rank 2 or 3, found [3]", b -> b.gather(b.real("x", 3), b.index("i", 2))),
                wrong("indices of 2 groups are [n] or [2×n], found [3×5]",
                        b -> b.gather(b.real("x", 2, 4, 3), b.index("i", 3, 5))),
                wrong("indices [2] do not fit rows [3×4]",
                        b -> b.scatterAdd(b.index("i", 2), b.real("x", 3, 4), 5, false)),
                wrong("shapes [2×3] and [3×2] do not fit: one must end with the other",
                        b -> b.softmaxProjection(b.real("p", 2, 3), b.real("u", 3, 2))),
                wrong("a literal of shape [3] needs 3 elements, found 2", b -> b.literal(Constant.of(1.0, 2.0), 3)),
                wrong("a shape has dimensions of at least 1, found [2, 0]", b -> b.real("x", 2, 0)),
                wrong("an array holds at most 2^31 - 1 elements, found shape [65536, 65536]",
                        b -> b.real("x", 65536, 65536)),
                wrong("input 'x' is REAL [2] already, asked for as REAL [3]",
                        b -> b.add(b.real("x", 2), b.real("x", 3))),
                wrong("%0[2] is no value of this builder", b -> b.exp(new ProgramBuilder().real("x", 2))));
    }

    private static DynamicTest wrong(String message, Function<ProgramBuilder, Value> expression) {
        return DynamicTest.dynamicTest(message, () -> assertMessage(
                message, () -> expression.apply(new ProgramBuilder())));
    }

    @Test
    void namesThatAreMissingAreToldWithThoseThatAreThere() {
        ProgramBuilder b = new ProgramBuilder();
        Program program = b.build("y", b.exp(b.real("x", 2)));
        assertMessage("no output named 'z'; there are [y]", () -> program.select(List.of("z")));
        assertMessage("no input named 'z'; there are [x]", () -> program.input("z"));
        assertMessage("a program has at least one output", () -> b.build(new LinkedHashMap<>()));
        assertMessage("input 'x' is REAL [2], bound to REAL [3]",
                () -> b.inline(program, Map.of("x", b.real("other", 3))));
    }

    private static void assertMessage(String message, Runnable action) {
        assertEquals(message, assertThrows(ProgramException.class, action::run).getMessage());
    }
}
