package org.plumbline.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.plumbline.program.Constant;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;

/** What is bound, what is read, and what is refused. */
class ExecutableTest {

    @Test
    void outputsMayBeInputsViewsConstantsOrTheSameValueTwice() {
        ProgramBuilder b = new ProgramBuilder();
        Value x = b.real("x", 2, 3);
        Value y = b.scale(x, 2);
        SequencedMap<String, Value> outputs = new LinkedHashMap<>();
        outputs.put("input", x);
        outputs.put("view", b.reshape(x, 6));
        outputs.put("constant", b.fill(7, Shape.of(2)));
        outputs.put("literal", b.literal(Constant.of(8.0, 9.0), 2));
        outputs.put("indices", b.literal(Constant.of(1, 2), 2));
        outputs.put("once", y);
        outputs.put("twice", y);
        outputs.put("viewOfOnce", b.stopGradient(b.reshape(y, 3, 2)));
        Executable executable = LoweredEngine.scalar().compile(b.build(outputs), Precision.DOUBLE);
        for (double first : new double[] {1, 10}) {
            double[] numbers = {first, 2, 3, 4, 5, 6};
            double[] doubled = {2 * first, 4, 6, 8, 10, 12};
            executable.bind("x", Storage.of(numbers));
            executable.run();
            assertSame(numbers, executable.doubles("input"));
            assertSame(numbers, executable.doubles("view"));
            assertArrayEquals(new double[] {7, 7}, executable.doubles("constant"));
            assertArrayEquals(new double[] {8, 9}, executable.doubles("literal"));
            assertArrayEquals(new int[] {1, 2}, ((Storage.Indices) executable.output("indices")).array());
            assertArrayEquals(doubled, executable.doubles("once"));
            assertArrayEquals(doubled, executable.doubles("twice"));
            assertArrayEquals(doubled, executable.doubles("viewOfOnce"));
        }
    }

    @Test
    void inputsAreReadAtEveryRun() {
        ProgramBuilder b = new ProgramBuilder();
        double[] numbers = {1};
        Executable executable = compile(b.build("y", b.scale(b.real("x", 1), 3)));
        executable.bind("x", Storage.of(numbers));
        executable.run();
        assertEquals(3, executable.scalar("y"));
        numbers[0] = 2;
        executable.run();
        assertEquals(6, executable.scalar("y"));
    }

    /** A chain of ten operations needs two buffers beside that of its output. */
    @Test
    void buffersAreUsedAgain() {
        ProgramBuilder b = new ProgramBuilder();
        Value x = b.real("x", 1000);
        for (int i = 0; i < 10; i++) {
            x = b.tanh(x);
        }
        assertEquals(3 * 1000 * 8, compile(b.build("y", x)).bufferBytes());
    }

    /** Sums overwrite the one before, all but the output: one buffer beside that. */
    @Test
    void arithmeticOverwritesAnOperandThatDies() {
        ProgramBuilder b = new ProgramBuilder();
        Value x = b.real("x", 1000);
        Value sum = x;
        for (int i = 0; i < 10; i++) {
            sum = b.add(sum, x);
        }
        assertEquals(2 * 1000 * 8, compile(b.build("y", sum)).bufferBytes());
    }

    /** Neither what is used again, nor a constant, nor an operand that repeats: a second run gives the same. */
    @Test
    void arithmeticOverwritesNothingThatIsNeeded() {
        ProgramBuilder b = new ProgramBuilder();
        Value x = b.real("x", 2);
        Value twice = b.add(x, x);
        Value square = b.multiply(twice, twice);
        Value shifted = b.add(b.literal(Constant.of(1.0, 2.0), 2), b.multiply(square, twice));
        Value rows = b.multiply(b.broadcast(shifted, 0, Shape.of(3)), square);
        Executable executable = compile(b.build("y", b.subtract(rows, shifted)));
        executable.bind("x", Storage.of(new double[] {1, 2}));
        for (int run = 0; run < 2; run++) {
            executable.run();
            // With t = 2x: (c + t³) t² − (c + t³).
            assertArrayEquals(new double[] {27, 990, 27, 990, 27, 990}, executable.doubles("y"));
        }
    }

    @Test
    void bindPresentSkipsWhatThePrunedProgramDoesNotNeed() {
        ProgramBuilder b = new ProgramBuilder();
        Executable executable = compile(b.build("y", b.scale(b.real("x", 1), 3)));
        executable.bindPresent(Map.of("x", Storage.of(new double[] {5}), "z", Storage.of(new double[] {1})));
        executable.run();
        assertEquals(15, executable.scalar("y"));
    }

    @Test
    void whatDoesNotFitIsNamed() {
        ProgramBuilder b = new ProgramBuilder();
        Executable executable = compile(b.build("y", b.gather(b.real("x", 3, 2), b.index("i", 2))));
        assertMessage("input 'x' [3×2] is not bound", executable::run);
        assertMessage("no input named 'z'; there are [x, i]",
                () -> executable.bind("z", Storage.of(new double[1])));
        assertMessage("input 'x' is REAL [3×2] in DOUBLE precision, found Doubles[5]",
                () -> executable.bind("x", Storage.of(new double[5])));
        assertMessage("input 'x' is REAL [3×2] in DOUBLE precision, found Floats[6]",
                () -> executable.bind("x", Storage.of(new float[6])));
        assertMessage("input 'i' is INDEX [2] in DOUBLE precision, found Doubles[2]",
                () -> executable.bind("i", Storage.of(new double[2])));
        executable.bind("x", Storage.of(new double[6]));
        executable.bind("i", Storage.of(new int[] {2, 3}));
        assertMessage("input 'i' holds index 3 at position 1; expected 0 to 2", executable::run);
        executable.bind("i", Storage.of(new int[] {-1, 0}));
        assertMessage("input 'i' holds index -1 at position 0; expected 0 to 2", executable::run);
        assertMessage("no output named 'z'; there are [y]", () -> executable.output("z"));
    }

    @Test
    void indicesAreBoundedThroughViewsAndCopies() {
        ProgramBuilder b = new ProgramBuilder();
        Value indices = b.broadcast(b.reshape(b.index("i", 2), 2, 1), 0, Shape.of(3));
        Executable executable = compile(b.build("y", b.pick(b.real("x", 5), indices)));
        executable.bind("x", Storage.of(new double[5]));
        executable.bind("i", Storage.of(new int[] {4, 5}));
        assertMessage("input 'i' holds index 5 at position 1; expected 0 to 4", executable::run);
    }

    @Test
    void constantIndicesAreBoundedWhenCompiled() {
        ProgramBuilder b = new ProgramBuilder();
        Program program = b.build("y", b.pick(b.real("x", 3), b.literal(Constant.of(0, 3), 2)));
        assertMessage("constant %1[2] holds index 3 at position 1; expected 0 to 2", () -> compile(program));
    }

    @Test
    void anOutputThatIsAnInputNeedsTheInput() {
        ProgramBuilder b = new ProgramBuilder();
        Executable executable = compile(b.build("y", b.real("x", 3)));
        assertMessage("input 'x' [3] is not bound", () -> executable.output("y"));
    }

    private static Executable compile(Program program) {
        return LoweredEngine.scalar().compile(program, Precision.DOUBLE);
    }

    private static void assertMessage(String message, Runnable action) {
        assertEquals(message, assertThrows(EngineException.class, action::run).getMessage());
    }
}
