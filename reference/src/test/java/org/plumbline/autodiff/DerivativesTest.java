package org.plumbline.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.program.RandomPrograms.realInputs;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
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
import org.plumbline.program.BoundedEvaluation;
import org.plumbline.program.FusedOp;
import org.plumbline.program.PrimitiveForm;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.ProgramException;
import org.plumbline.program.RandomPrograms;
import org.plumbline.program.Variant;

/**
 * Forward and reverse mode against each other, against finite differences, and on fused operations against their
 * definitions: for each operation alone and for random programs.
 *
 * <p>Where two programs must compute equal numbers, they may differ by the sum of their bounds of the rounding error
 * ({@link BoundedEvaluation}).
 */
class DerivativesTest {

    @TestFactory
    Stream<DynamicTest> forwardAndReverseModeAreAdjoint() {
        return alone(_ -> true, program -> assertAdjoint(program, 3));
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void forwardAndReverseModeAreAdjointOnRandomPrograms(
            @ForAll long seed, @ForAll @IntRange(min = 3, max = 20) int operations) {
        assertAdjoint(RandomPrograms.program(seed, operations, false), seed);
    }

    /** The derivatives are programs, so their own derivatives are adjoint too. */
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void derivativesOfDerivativesAreAdjoint(
            @ForAll long seed, @ForAll @IntRange(min = 3, max = 12) int operations) {
        Program program = RandomPrograms.program(seed, operations, false);
        List<String> wrt = realInputs(program);
        assertAdjoint(Jvp.of(program, wrt), seed);
        assertAdjoint(Vjp.of(program, wrt), seed);
        assertAdjoint(Vmap.of(program, 2, wrt), seed);
    }

    private static void assertAdjoint(Program program, long seed) {
        Program adjoints = Derived.adjoints(program, realInputs(program));
        Runs.assertSameValue(adjoints, "vJu", adjoints, "uJv", Arguments.random(adjoints, seed));
    }

    @TestFactory
    Stream<DynamicTest> hessiansAreSymmetric() {
        return alone(Variant::smooth, program -> assertSymmetric(program, 4));
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void hessiansOfRandomProgramsAreSymmetric(
            @ForAll long seed, @ForAll @IntRange(min = 3, max = 20) int operations) {
        assertSymmetric(RandomPrograms.program(seed, operations, true), seed);
    }

    private static void assertSymmetric(Program program, long seed) {
        Program loss = Derived.loss(program, seed);
        Program forms = Derived.hessianForms(loss, realInputs(loss));
        Runs.assertSameValue(forms, "uHv", forms, "vHu", Arguments.random(forms, seed));
    }

    /** {@code D³f[u, u, u]}: forward mode three times, and forward mode twice over reverse mode. */
    @TestFactory
    Stream<DynamicTest> thirdDerivativesAreTheSameInBothModes() {
        return alone(Variant::smooth, program -> {
            Program loss = Derived.loss(program, 5);
            List<String> wrt = realInputs(loss);
            Program forward = Derived.forward(loss, wrt);
            Program reverse = Derived.reverse(loss, wrt);
            for (int order = 1; order <= 3; order++) {
                Runs.assertSameValue(forward, "f", reverse, "f", arguments(forward, reverse));
                forward = Derived.forward(forward, wrt);
                reverse = Derived.forward(reverse, wrt);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> derivativesAreLimitsOfDifferences() {
        return alone(Variant::smooth, program -> assertLimitOfDifferences(program, 6));
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void derivativesOfRandomProgramsAreLimitsOfDifferences(
            @ForAll long seed, @ForAll @IntRange(min = 3, max = 15) int operations) {
        assertLimitOfDifferences(RandomPrograms.program(seed, operations, true), seed);
    }

    /**
     * With {@code φ(t) = f(x + tu)} the central difference is {@code D(h) = φ' + h²/6 φ''' + O(h⁴)}. What is left of it
     * after the first two terms, which forward mode gives, falls by 16 when {@code h} is halved, but for the rounding
     * errors; a wrong {@code φ'} leaves something that does not fall, a wrong {@code φ'''} something that falls by 4.
     * So it must fall by 8: between the two, by a factor of 2 from either, which the terms of higher order do not
     * reach at {@code h = 2⁻⁷}.
     */
    private static void assertLimitOfDifferences(Program program, long seed) {
        Program loss = Derived.loss(program, seed);
        List<String> wrt = realInputs(loss);
        Program first = Derived.forward(loss, wrt);
        Program third = Derived.forward(Derived.forward(first, wrt), wrt);
        Arguments arguments = arguments(loss, first, third);
        Approximate slope = Approximate.of(first, arguments);
        Approximate curvature = Approximate.of(third, arguments);
        double h = 0x1p-7;
        Approximate coarse = remainder(loss, wrt, arguments, h, slope, curvature);
        Approximate fine = remainder(loss, wrt, arguments, h / 2, slope, curvature);
        assertTrue(Math.abs(fine.value) <= Math.abs(coarse.value) / 8 + coarse.error + fine.error,
                () -> "remainders " + coarse + " and " + fine + " of slope " + slope + " of\n" + loss);
    }

    private static Approximate remainder(Program loss, List<String> wrt, Arguments arguments, double h,
            Approximate slope, Approximate curvature) {
        Approximate after = Approximate.of(loss, moved(arguments, wrt, h));
        Approximate before = Approximate.of(loss, moved(arguments, wrt, -h));
        return new Approximate(
                (after.value - before.value) / (2 * h) - slope.value - h * h / 6 * curvature.value,
                (after.error + before.error) / (2 * h) + slope.error + h * h / 6 * curvature.error);
    }

    private static Arguments moved(Arguments arguments, List<String> wrt, double h) {
        Arguments moved = arguments;
        for (String name : wrt) {
            double[] x = arguments.reals().get(name).clone();
            double[] u = arguments.reals().get("u." + name);
            for (int i = 0; i < x.length && u != null; i++) {
                x[i] += h * u[i];
            }
            moved = moved.with(name, x);
        }
        return moved;
    }

    /** The scalar output {@code f} with a bound of its rounding error. */
    private record Approximate(double value, double error) {
        static Approximate of(Program program, Arguments arguments) {
            return new Approximate(Runs.run(program, arguments).get("f")[0],
                    BoundedEvaluation.of(program, arguments, 0x1p-53).get("f").errors()[0]);
        }
    }

    @TestFactory
    Stream<DynamicTest> fusedOperationsDifferentiateLikeTheirDefinitions() {
        return alone(variant -> FusedOp.class.isAssignableFrom(variant.operation()), program -> {
            Program fused = Derived.loss(program, 7);
            Program defined = PrimitiveForm.of(fused);
            List<String> wrt = realInputs(fused);
            Program reverse = Vjp.gradient(fused, wrt);
            Program reverseDefined = Vjp.gradient(defined, wrt);
            for (String output : reverse.outputs().keySet()) {
                Runs.assertSameValue(reverse, output, reverseDefined, output, Arguments.random(reverse, 7));
            }
            for (int order = 0; order <= 3; order++) {
                Runs.assertSameValue(fused, "f", defined, "f", arguments(fused, defined));
                fused = Derived.forward(fused, wrt);
                defined = Derived.forward(defined, wrt);
            }
        });
    }

    /** One set of arguments for programs that share inputs, some of which may be pruned from some. */
    private static Arguments arguments(Program... programs) {
        Arguments all = new Arguments(Map.of(), Map.of());
        for (Program program : programs) {
            all = all.or(Arguments.random(program, 8));
        }
        return all;
    }

    private static Stream<DynamicTest> alone(Predicate<Variant> which, Consumer<Program> law) {
        return Variant.all().stream().filter(which).map(variant -> DynamicTest.dynamicTest(variant.name(), () -> {
            for (int seed = 0; seed < 4; seed++) {
                law.accept(RandomPrograms.single(variant, seed));
            }
        }));
    }

    @Test
    void anOutputThatIsAnInputHasTheIdentityAsDerivative() {
        ProgramBuilder b = new ProgramBuilder();
        Program identity = b.build("y", b.real("x", 2));
        Arguments arguments = new Arguments(
                Map.of("x", new double[] {1, 2}, "tangent.x", new double[] {3, 4}, "cotangent.y", new double[] {5, 6}),
                Map.of());
        assertEquals(List.of(3.0, 4.0), list(Runs.run(Jvp.of(identity, List.of("x")), arguments).get("tangent.y")));
        assertEquals(List.of(5.0, 6.0), list(Runs.run(Vjp.of(identity, List.of("x")), arguments).get("gradient.x")));
    }

    private static List<Double> list(double[] numbers) {
        return Arrays.stream(numbers).boxed().toList();
    }

    @Test
    void aMaximumHasADerivativeOnlyUnderAStoppedGradient() {
        ProgramBuilder b = new ProgramBuilder();
        Program bare = b.build("y", b.max(b.real("x", 3)));
        assertMessage("max has no derivative; use it under a StopGradient", () -> Jvp.of(bare, List.of("x")));
        assertMessage("max has no derivative; use it under a StopGradient", () -> Vjp.of(bare, List.of("x")));
    }

    @Test
    void whatCannotBeDifferentiatedIsNamed() {
        ProgramBuilder b = new ProgramBuilder();
        Program program = b.build("y", b.gather(b.real("x", 3, 2), b.index("i", 4)));
        assertMessage("no input named 'z'; there are [x, i]", () -> Jvp.of(program, List.of("z")));
        assertMessage("no input named 'z'; there are [x, i]", () -> Vjp.of(program, List.of("z")));
        assertMessage("input 'i' holds indices, which have no derivative", () -> Jvp.of(program, List.of("i")));
        assertMessage("input 'i' holds indices, which have no derivative", () -> Vjp.of(program, List.of("i")));
        assertMessage("a gradient needs one scalar output, found {y=%2[4×2]}",
                () -> Vjp.gradient(program, List.of("x")));
        Program forward = Jvp.of(program, List.of("x"));
        assertMessage("the program has 'tangent.x' already, which the transformation would add",
                () -> Jvp.of(forward, List.of("x")));
    }

    private static void assertMessage(String message, Runnable action) {
        assertEquals(message, assertThrows(ProgramException.class, action::run).getMessage());
    }
}
