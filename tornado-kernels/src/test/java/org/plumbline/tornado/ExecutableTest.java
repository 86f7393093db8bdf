package org.plumbline.tornado;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
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

    private static RunnerLog smallDevice() {
        return new RunnerLog(constants -> "create " + constants, 1 << 20);
    }

    private static Program sum(int size) {
        ProgramBuilder b = new ProgramBuilder();
        return b.build("y", b.add(b.real("x", size), b.real("w", size)));
    }

    @Test
    void constantsTravelOnceAndAgainWhenBoundAgain() {
        RunnerLog log = smallDevice();
        Executable executable = new TornadoEngine("test", log, GroupPolicy.NEVER).compile(sum(2), Precision.DOUBLE);
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
        TornadoEngine engine = new TornadoEngine("test", smallDevice(), GroupPolicy.NEVER);
        InsufficientMemoryException tooLarge = assertThrows(
                InsufficientMemoryException.class, () -> engine.compile(sum(1 << 17), Precision.DOUBLE));
        // Three arrays of 2^17 doubles.
        assertTrue(tooLarge.getMessage().contains("needs 3 MiB of memory on a small device, which gives 1 MiB"),
                tooLarge::getMessage);
    }

    @Test
    void unboundAndUnknownNamesAreErrors() {
        Executable executable =
                new TornadoEngine("test", smallDevice(), GroupPolicy.NEVER).compile(sum(2), Precision.DOUBLE);
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
        Executable executable =
                new TornadoEngine("test", smallDevice(), GroupPolicy.NEVER).compile(program, Precision.SINGLE);
        executable.bind("x", Storage.of(new float[] {4, 5}));
        executable.run();
        assertArrayEquals(new double[] {4, 5}, executable.doubles("view"));
        assertArrayEquals(new double[] {1, 1, 1}, executable.doubles("ones"));
    }
}
