package org.plumbline.engine.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import org.junit.jupiter.api.Test;
import org.plumbline.engine.Workers;

/**
 * The order of summation is a contract: each result is compared to the last bit with that order written out plainly.
 */
class VectorReductionsTest {

    private static final List<Workers> WORKERS = List.of(Workers.serial(), Workers.of(2), Workers.of(3));

    @AfterContainer
    static void close() {
        WORKERS.forEach(Workers::close);
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void rowSumsFollowTheirOrder(@ForAll @IntRange(min = 1, max = 200) int rows,
            @ForAll @IntRange(max = 700) int columns, @ForAll long seed) {
        double[] x = numbers(seed, rows * columns);
        double[] expected = new double[rows];
        float[] expectedFloats = new float[rows];
        for (int row = 0; row < rows; row++) {
            double[] partial = new double[8];
            float[] floatPartial = new float[16];
            for (int j = 0; j < columns / 8 * 8; j++) {
                partial[j % 8] += x[row * columns + j];
            }
            for (int j = 0; j < columns / 16 * 16; j++) {
                floatPartial[j % 16] += (float) x[row * columns + j];
            }
            for (int half = 8; half > 0; half /= 2) {
                for (int i = 0; i < half; i++) {
                    partial[i] += half < 8 ? partial[i + half] : 0;
                    floatPartial[i] += floatPartial[i + half];
                }
            }
            for (int j = columns / 8 * 8; j < columns; j++) {
                partial[0] += x[row * columns + j];
            }
            for (int j = columns / 16 * 16; j < columns; j++) {
                floatPartial[0] += (float) x[row * columns + j];
            }
            expected[row] = partial[0];
            expectedFloats[row] = floatPartial[0];
        }
        for (Workers workers : WORKERS) {
            double[] y = new double[rows];
            VectorReductions64.sumMiddle(x, y, rows, columns, 1, workers);
            assertArrayEquals(expected, y);
            float[] floatY = new float[rows];
            VectorReductions32.sumMiddle(floats(x), floatY, rows, columns, 1, workers);
            assertArrayEquals(expectedFloats, floatY);
        }
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void columnSumsRunInIndexOrder(@ForAll @IntRange(min = 1, max = 5) int outer, @ForAll @IntRange(max = 200) int mid,
            @ForAll @IntRange(min = 2, max = 150) int inner, @ForAll long seed) {
        double[] x = numbers(seed, outer * mid * inner);
        double[] expected = new double[outer * inner];
        float[] expectedFloats = new float[outer * inner];
        for (int o = 0; o < outer; o++) {
            for (int m = 0; m < mid; m++) {
                for (int i = 0; i < inner; i++) {
                    expected[o * inner + i] += x[(o * mid + m) * inner + i];
                    expectedFloats[o * inner + i] += (float) x[(o * mid + m) * inner + i];
                }
            }
        }
        for (Workers workers : WORKERS) {
            double[] y = numbers(seed, outer * inner);
            VectorReductions64.sumMiddle(x, y, outer, mid, inner, workers);
            assertArrayEquals(expected, y);
            float[] floatY = floats(numbers(seed, outer * inner));
            VectorReductions32.sumMiddle(floats(x), floatY, outer, mid, inner, workers);
            assertArrayEquals(expectedFloats, floatY);
        }
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void maximumIsTheGreatestOfTheRow(@ForAll @IntRange(min = 1, max = 50) int rows,
            @ForAll @IntRange(max = 300) int columns, @ForAll long seed) {
        double[] x = numbers(seed, rows * columns);
        double[] expected = new double[rows];
        for (int row = 0; row < rows; row++) {
            expected[row] = Double.NEGATIVE_INFINITY;
            for (int j = 0; j < columns; j++) {
                expected[row] = Math.max(expected[row], x[row * columns + j]);
            }
        }
        for (Workers workers : WORKERS) {
            double[] y = new double[rows];
            VectorReductions64.maxLast(x, y, rows, columns, workers);
            assertArrayEquals(expected, y);
            float[] floatY = new float[rows];
            VectorReductions32.maxLast(floats(x), floatY, rows, columns, workers);
            assertArrayEquals(floats(expected), floatY); // rounding is monotonic
        }
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void aNanAnywhereIsTheMaximum(@ForAll @IntRange(min = 1, max = 200) int columns, @ForAll long seed) {
        double[] x = numbers(seed, columns);
        x[new SplittableRandom(seed).nextInt(columns)] = Double.NaN;
        double[] y = new double[1];
        VectorReductions64.maxLast(x, y, 1, columns, WORKERS.getFirst());
        assertEquals(Double.NaN, y[0]);
    }

    @Test
    void whatIsTooShortIsNamed() {
        assertEquals("x has length 5, expected at least 6", assertThrows(
                        IllegalArgumentException.class,
                        () -> VectorReductions64.sumMiddle(new double[5], new double[6], 1, 2, 3, WORKERS.getFirst()))
                .getMessage());
    }

    private static double[] numbers(long seed, int length) {
        return new SplittableRandom(seed).doubles(length, -1, 1).toArray();
    }

    private static float[] floats(double[] x) {
        float[] y = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = (float) x[i];
        }
        return y;
    }
}
