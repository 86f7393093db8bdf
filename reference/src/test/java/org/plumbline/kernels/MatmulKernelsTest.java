package org.plumbline.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

/**
 * The definition itself, by numbers worked out by hand: A = [1 2 3; 4 5 6], B = [1 0; 2 1; 0 3], so AB = [5 11; 14 23].
 */
class MatmulKernelsTest {

    private static final double[] A = {1, 2, 3, 4, 5, 6};
    private static final double[] A_TRANSPOSED = {1, 4, 2, 5, 3, 6};
    private static final double[] B = {1, 0, 2, 1, 0, 3};
    private static final double[] B_TRANSPOSED = {1, 2, 0, 0, 1, 3};
    private static final double[] AB = {5, 11, 14, 23};

    @Test
    void everyTranspositionGivesTheSameProduct() {
        for (int transposeA = 0; transposeA < 2; transposeA++) {
            for (int transposeB = 0; transposeB < 2; transposeB++) {
                double[] c = {9, 9, 9, 9};
                MatmulKernels64.matmul(transposeA == 1 ? A_TRANSPOSED : A, transposeB == 1 ? B_TRANSPOSED : B,
                        c, 1, 1, 1, 2, 3, 2, transposeA, transposeB);
                assertArrayEquals(AB, c);
            }
        }
    }

    @Test
    void anOperandWithFewerMatricesRepeats() {
        double[] a = {1, 2, 3, 4};
        double[] b = {10, 100};
        double[] c = new double[4];
        MatmulKernels64.matmul(a, b, c, 4, 4, 2, 1, 1, 1, 0, 0);
        assertArrayEquals(new double[] {10, 200, 30, 400}, c);
    }

    @Test
    void anEmptyContractionIsZero() {
        float[] c = {7, 7};
        MatmulKernels32.matmul(new float[0], new float[0], c, 1, 1, 1, 1, 0, 2, 0, 0);
        assertArrayEquals(new float[] {0, 0}, c);
    }
}
