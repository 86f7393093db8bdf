package org.plumbline.tornado;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.plumbline.engine.Engine;
import org.plumbline.engine.EngineException;
import org.plumbline.engine.Executable;
import org.plumbline.engine.InsufficientMemoryException;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;

/** What travels to the device and when, and what is refused before anything does. */
class ExecutableTest {

    private final RunnerLog log = new RunnerLog(constants -> "create " + constants);
    private final Engine engine = TestDevice.engine(log, GroupPolicy.NEVER, 1 << 20);

    private static Program sum(int size) {
        ProgramBuilder b = new ProgramBuilder();
        return b.build("y", b.add(b.real("x", size), b.real("w", size)));
    }

    @Test
    void constantsTravelOnceAndAgainWhenBoundAgain() {
        Executable executable = engine.compile(sum(2), Precision.DOUBLE);
        double[] x = {1, 2};
        executable.bind("x", Storage.of(x));
        executable.bindConstant("w", Storage.of(new double[] {10, 20}));
        executable.run();
        x[0] = 3;
        executable.run();
        assertArrayEquals(new double[] {13, 22}, executable.doubles("y"));
        assertEquals(List.of("create [w]"), log.calls());
        executable.bindConstant("w", Storage.of(new double[] {100, 200}));
        executable.run();
        assertArrayEquals(new double[] {103, 202}, executable.doubles("y"));
        assertEquals(List.of("create [w]", "reload"), log.calls());
        double[] w = {5, 6};
        executable.bind("w", Storage.of(w));
        executable.run();
        w[1] = 7;
        executable.run();
        assertArrayEquals(new double[] {8, 9}, executable.doubles("y"));
        assertEquals(List.of("create [w]", "reload", "close", "create []"), log.calls());
    }

    @Test
    void aProgramThatDoesNotFitTheDeviceIsRefusedWhenItIsCompiled() {
        InsufficientMemoryException tooLarge = assertThrows(
                InsufficientMemoryException.class, () -> engine.compile(sum(1 << 17), Precision.DOUBLE));
        // Three arrays of 2^17 doubles, and what TornadoVM adds to them.
        assertEquals("a program of 3 operations in double precision that gives 'y' needs 4 MiB of memory "
                + "on a small device, which gives 1 MiB; choose a smaller model or batch", tooLarge.getMessage());
    }

    @Test
    void unboundAndUnknownNamesAreErrors() {
        Executable executable = engine.compile(sum(2), Precision.DOUBLE);
        assertThrows(EngineException.class, executable::run);
        assertThrows(EngineException.class, () -> executable.bind("z", Storage.of(new double[2])));
        assertThrows(EngineException.class, () -> executable.bindConstant("x", Storage.of(new float[2])));
        assertThrows(EngineException.class, () -> executable.output("z"));
    }

    @Test
    void outputsThatNoTaskWritesAreThere() {
        ProgramBuilder b = new ProgramBuilder();
        Program program = b.build(new LinkedHashMap<>(Map.of(
                "view", b.reshape(b.real("x", 2, 1), Shape.of(2)),
                "ones", b.fill(1, Shape.of(3)))));
        Executable executable = engine.compile(program, Precision.SINGLE);
        executable.bind("x", Storage.of(new float[] {4, 5}));
        executable.run();
        assertArrayEquals(new double[] {4, 5}, executable.doubles("view"));
        assertArrayEquals(new double[] {1, 1, 1}, executable.doubles("ones"));
    }
}
