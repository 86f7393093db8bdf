package org.plumbline.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.plumbline.program.Arguments;
import org.plumbline.program.BoundedEvaluation;
import org.plumbline.program.BoundedEvaluation.Bounded;
import org.plumbline.program.ElementType;
import org.plumbline.program.Program;

/** Runs programs on engines and holds the results against each other. */
public final class Runs {
    private Runs() {}

    /** The real outputs of {@code program}, by name, from a fresh executable. */
    public static Map<String, double[]> run(Engine engine, Precision precision, Program program, Arguments arguments) {
        return run(engine.compile(program, precision), arguments);
    }

    /** The real outputs in double precision on the scalar engine. */
    public static Map<String, double[]> run(Program program, Arguments arguments) {
        return run(LoweredEngine.scalar(), Precision.DOUBLE, program, arguments);
    }

    /** Copies of the real outputs, by name, after one more run. */
    public static Map<String, double[]> run(Executable executable, Arguments arguments) {
        arguments.reals().forEach((name, values) -> {
            if (executable.program().inputs().containsKey(name)) {
                executable.bind(name, Storage.of(executable.precision(), values));
            }
        });
        arguments.indices().forEach((name, values) -> {
            if (executable.program().inputs().containsKey(name)) {
                executable.bind(name, Storage.of(values));
            }
        });
        executable.run();
        Map<String, double[]> outputs = new LinkedHashMap<>();
        executable.program().outputs().forEach((name, value) -> {
            if (value.type() == ElementType.REAL) {
                outputs.put(name, executable.doubles(name).clone());
            }
        });
        return outputs;
    }

    /** The unit roundoff. */
    public static double unitRoundoff(Precision precision) {
        return precision == Precision.SINGLE ? 0x1p-24 : 0x1p-53;
    }

    /** Holds each output of {@code engine} against {@link BoundedEvaluation}, within its bound of the error. */
    public static void assertComputes(Engine engine, Precision precision, Program program, Arguments arguments) {
        Map<String, Bounded> expected = BoundedEvaluation.of(program, arguments, unitRoundoff(precision));
        Map<String, double[]> found = run(engine, precision, program, arguments);
        assertEquals(expected.keySet(), found.keySet());
        expected.forEach((name, bounded) -> assertWithin(bounded, found.get(name),
                () -> engine.name() + " " + precision + ", output " + name + " of\n" + program));
    }

    private static void assertWithin(Bounded expected, double[] found, Supplier<String> context) {
        assertEquals(expected.values().length, found.length, context);
        for (int i = 0; i < found.length; i++) {
            int at = i;
            double tolerance = expected.errors()[i];
            assertTrue(Math.abs(found[i] - expected.values()[i]) <= tolerance, () -> "element " + at + ": expected "
                    + expected.values()[at] + " ± " + tolerance + ", found " + found[at] + "\n" + context.get());
        }
    }

    /**
     * Holds two programs to compute equal numbers: the scalar engine's results in double precision differ by no more
     * than the sum of both bounds of the rounding error.
     */
    public static void assertSameValue(
            Program first, String firstOutput, Program second, String secondOutput, Arguments arguments) {
        Bounded a = bounded(first, firstOutput, arguments);
        Bounded b = bounded(second, secondOutput, arguments);
        double[] x = run(first, arguments).get(firstOutput);
        double[] y = run(second, arguments).get(secondOutput);
        assertEquals(x.length, y.length);
        for (int i = 0; i < x.length; i++) {
            int at = i;
            double tolerance = a.errors()[i] + b.errors()[i];
            assertTrue(Math.abs(x[i] - y[i]) <= tolerance, () -> "element " + at + ": " + x[at] + " and " + y[at]
                    + " differ by more than " + tolerance + "\n" + first + "\n\n" + second);
        }
    }

    private static Bounded bounded(Program program, String output, Arguments arguments) {
        return BoundedEvaluation.of(program.select(List.of(output)), arguments, 0x1p-53).get(output);
    }

    /** Holds two results to be equal to the last bit. */
    public static void assertIdentical(
            Map<String, double[]> expected, Map<String, double[]> found, Supplier<String> context) {
        assertEquals(expected.keySet(), found.keySet(), context);
        expected.forEach((name, values) -> assertTrue(Arrays.equals(values, found.get(name)), () -> "output " + name
                + ": expected " + Arrays.toString(values) + ", found " + Arrays.toString(found.get(name)) + "\n"
                + context.get()));
    }
}
