package org.plumbline.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.classfile.ClassModel;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.plumbline.KernelBytecode;
import org.plumbline.tornado.kernels.AttentionTiles32;
import org.plumbline.tornado.kernels.AttentionTiles64;
import org.plumbline.tornado.kernels.MatmulTiles32;
import org.plumbline.tornado.kernels.MatmulTiles64;
import org.plumbline.tornado.kernels.RowGroups32;
import org.plumbline.tornado.kernels.RowGroups64;
import uk.ac.manchester.tornado.api.KernelContext;

/**
 * Every kernel that works in groups runs without race, stays in its arrays, and holds nothing that a device gets wrong.
 */
class GroupKernelRacesTest {
    private static final int ROWS = 3;
    private static final List<Class<?>> KERNELS =
            List.of(AttentionTiles64.class, AttentionTiles32.class, MatmulTiles64.class, MatmulTiles32.class,
                    RowGroups64.class, RowGroups32.class);

    @Test
    void kernelsKeepToTheSubsetThatCompilesOnADevice() throws Exception {
        KernelBytecode scan = KernelBytecode.inGroups(MatmulTiles64.class.getPackageName(), KernelContext.class);
        List<ClassModel> classes = KernelBytecode.classesBeside(MatmulTiles64.class).stream()
                .filter(model -> !model.thisClass().name().stringValue().endsWith("package-info"))
                .toList();
        assertEquals(KERNELS.size(), classes.size());
        assertEquals(List.of(), classes.stream().flatMap(model -> scan.violations(model).stream()).toList());
    }

    @TestFactory
    Stream<DynamicTest> noKernelRacesOrLeavesItsArrays() {
        return KERNELS.stream().flatMap(owner -> kernels(owner).stream().map(kernel ->
                DynamicTest.dynamicTest(owner.getSimpleName() + "." + kernel, () -> {
                    boolean single = owner.getSimpleName().endsWith("32");
                    for (int n : new int[] {1, 130}) {
                        run(owner, kernel, n, single);
                    }
                })));
    }

    /** A kernel that is added has its arguments here. */
    @Test
    void everyKernelIsRun() {
        Set<String> known = new TreeSet<>(Set.of("weights", "matmul", "sum", "maximum", "softmax", "softmaxProjection",
                "logSumExp", "crossEntropy", "crossEntropyGradient", "standardize", "inverseDeviation",
                "standardizeProjection"));
        assertEquals(known, KERNELS.stream().flatMap(owner -> kernels(owner).stream())
                .collect(Collectors.toCollection(TreeSet::new)));
        assertTrue(known.size() > 0);
    }

    private static List<String> kernels(Class<?> owner) {
        return Arrays.stream(owner.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .map(Method::getName)
                .toList();
    }

    private static void run(Class<?> owner, String kernel, int n, boolean single) {
        Grid rows = new Grid(ROWS, 1, RowGroups64.GROUP, 1);
        int[] labels = new int[ROWS];
        Object x = reals(ROWS * n, single);
        Object u = reals(ROWS * n, single);
        Object full = reals(ROWS * n, single);
        Object narrow = reals(ROWS, single);
        switch (kernel) {
            case "matmul" -> runMatmul(owner, n / 2, single);
            case "weights" -> runAttention(owner, Math.ceilDiv(n, 2), single);
            case "sum", "maximum", "logSumExp" -> run(owner, kernel, rows, x, narrow, n);
            case "softmax" -> run(owner, kernel, rows, x, full, n);
            case "softmaxProjection" -> run(owner, kernel, rows, x, 1, u, ROWS, full, n);
            case "crossEntropy" -> run(owner, kernel, rows, x, ROWS, labels, 1, narrow, n);
            case "crossEntropyGradient" -> run(owner, kernel, rows, x, labels, ROWS, reals(1, single), 1, full, n);
            case "standardize" -> run(owner, kernel, rows, x, full, n, number(1e-5, single), 1);
            case "inverseDeviation" -> run(owner, kernel, rows, x, narrow, n, number(1e-5, single), 1);
            case "standardizeProjection" -> run(owner, kernel, rows, x, narrow, ROWS, u, 1, full, n, 1);
            default -> throw new AssertionError("no arguments for " + kernel);
        }
    }

    private static void runMatmul(Class<?> owner, int size, boolean single) {
        int batch = 2;
        int m = 1 + size;
        int k = 19;
        int n = 3 + size;
        int tile = MatmulTiles64.TILE;
        Grid grid = new Grid(
                batch * Math.ceilDiv(m, tile), Math.ceilDiv(n, tile), MatmulTiles64.SIDE, MatmulTiles64.SIDE);
        for (int flags = 0; flags < 4; flags++) {
            run(owner, "matmul", grid, reals(batch * m * k, single), reals(k * n, single), reals(batch * m * n, single),
                    new int[] {batch, 1, m, k, n, flags & 1, flags >> 1, 0});
        }
        int tilesDown = Math.ceilDiv(m, tile);
        Grid triangle = new Grid(
                batch * (tilesDown * (tilesDown + 1) / 2), 1, MatmulTiles64.SIDE, MatmulTiles64.SIDE);
        Object rows = reals(batch * m * k, single);
        for (int transposeA = 0; transposeA < 2; transposeA++) {
            run(owner, "matmul", triangle, rows, rows, reals(batch * m * m, single),
                    new int[] {batch, batch, m, k, m, transposeA, 1 - transposeA, 1});
        }
    }

    private static void runAttention(Class<?> owner, int length, boolean single) {
        int batch = 2;
        int depth = 19;
        int tiles = batch * Math.ceilDiv(length, AttentionTiles64.TILE);
        Grid grid = new Grid(tiles, 1, AttentionTiles64.SIDE, AttentionTiles64.SIDE);
        run(owner, "weights", grid, reals(batch * length * depth, single), reals(length * depth, single),
                reals(length * length, single), reals(batch * length * length, single),
                new int[] {batch, 1, length, depth, length, length, AttentionTiles64.SWEEPS}, number(0.5, single));
    }

    private static void run(Class<?> owner, String kernel, Grid grid, Object... arguments) {
        GroupSimulator.run(grid, new WatchedKernels(owner).kernel(kernel, arguments), new LocalWatch());
    }

    private static Object reals(int size, boolean single) {
        return single ? new float[size] : new double[size];
    }

    private static Object number(double value, boolean single) {
        if (single) {
            return (float) value;
        }
        return value;
    }
}
