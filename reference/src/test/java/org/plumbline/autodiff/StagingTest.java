package org.plumbline.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.program.RandomPrograms.realInputs;

import java.util.List;
import java.util.Map;
import net.jqwik.api.Assume;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.plumbline.engine.Runs;
import org.plumbline.program.Arguments;
import org.plumbline.program.Op;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.ProgramException;
import org.plumbline.program.RandomPrograms;

class StagingTest {

    /**
     * The same operations on the same numbers: equal to the last bit. The loss is one output that needs every input.
     */
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void secondAfterFirstIsTheWhole(
            @ForAll long seed, @ForAll @IntRange(min = 3, max = 20) int operations, @ForAll int subset) {
        Program program = Derived.loss(RandomPrograms.program(seed, operations, false), seed);
        List<String> inputs = realInputs(program);
        List<String> early = inputs.stream().filter(name -> (subset >> inputs.indexOf(name) & 1) == 1).toList();
        Assume.that(!early.isEmpty() && early.size() < inputs.size());

        Staging staging = Staging.split(program, early::contains);

        assertTrue(early.containsAll(staging.first().inputs().keySet()));
        assertTrue(staging.second().inputs().keySet().stream().noneMatch(early::contains));
        Arguments arguments = Arguments.random(program, seed);
        Arguments later = arguments.or(new Arguments(Runs.run(staging.first(), arguments), Map.of()));
        Runs.assertIdentical(
                Runs.run(program, arguments), Runs.run(staging.second(), later), program::toString);
    }

    /** A second stage may be split again, and keeps the inputs that the first stage feeds. */
    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void asManyStagesAsInputs(@ForAll long seed, @ForAll @IntRange(min = 3, max = 12) int operations) {
        Program program = Derived.loss(RandomPrograms.program(seed, operations, false), seed);
        List<String> inputs = realInputs(program);
        Assume.that(!inputs.isEmpty());
        Arguments arguments = Arguments.random(program, seed);
        Arguments known = arguments;
        Program rest = program;
        for (String next : inputs.subList(1, inputs.size())) {
            Staging staging = Staging.split(rest, next::equals);
            known = known.or(new Arguments(Runs.run(staging.first(), known), Map.of()));
            rest = staging.second();
        }
        Runs.assertIdentical(Runs.run(program, arguments), Runs.run(rest, known), program::toString);
    }

    @Test
    void aHessianVectorProductComputesThePrimalOnce() {
        ProgramBuilder b = new ProgramBuilder();
        Program loss = b.build("f", b.sumAll(b.exp(b.tanh(b.real("x", 5)))));
        Program product = Jvp.of(Vjp.gradient(loss, List.of("x")), List.of("x"))
                .select(List.of("tangent.gradient.x"));
        Staging staging = Staging.split(product, "x"::equals);
        assertTrue(staging.first().nodes().stream().anyMatch(node -> node.op() instanceof Op.Unary));
        assertFalse(staging.second().nodes().stream().anyMatch(node -> node.op() instanceof Op.Unary));
    }

    @Test
    void aSplitWithNothingOnOneSideIsRefused() {
        ProgramBuilder b = new ProgramBuilder();
        Program program = b.build("y", b.exp(b.real("x", 5)));
        assertEquals("output 'y' does not depend on any late input",
                assertThrows(ProgramException.class, () -> Staging.split(program, _ -> true)).getMessage());
        assertEquals("nothing depends on the early inputs alone",
                assertThrows(ProgramException.class, () -> Staging.split(program, _ -> false)).getMessage());
    }
}
