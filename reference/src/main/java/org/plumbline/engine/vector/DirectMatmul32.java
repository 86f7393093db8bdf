// Derived from DirectMatmul64.java by FloatTwin, which tells how: change that file.
package org.plumbline.engine.vector;

/**
 * Product of small or slender matrices without packing, one block of rows and columns at a time.
 *
 * <p>Only a transposed right operand is copied, to have its columns side by side. The contraction is cut so that the part of
 * the right operand which a column of tiles reads stays in the first-level cache.
 */
final class DirectMatmul32 {

    private static final int DEPTH = 128;

    private DirectMatmul32() {}

    /**
     * Computes rows {@code rowFrom … rowTo − 1} and columns {@code columnFrom … columnTo − 1} of one product.
     *
     * @param a left operand {@code [m, k]} from {@code startA}, or {@code [k, m]}
     * @param b right operand {@code [k, n]} from {@code startB}, or {@code [n, k]}
     * @param c product {@code [m, n]} from {@code startC}
     */
    static void block(float[] a, int startA, boolean transposeA, float[] b, int startB, boolean transposeB, float[] c,
            int startC, int m, int k, int n, int rowFrom, int rowTo, int columnFrom, int columnTo) {
        int rowStrideA = transposeA ? 1 : k;
        int stepA = transposeA ? m : 1;
        int columns = columnTo - columnFrom;
        for (int from = 0; from < k; from += DEPTH) {
            int depth = Math.min(DEPTH, k - from);
            float[] right = b;
            int startRight = startB + from * n + columnFrom;
            int strideRight = n;
            if (transposeB) {
                right = PackBuffers32.get().b(depth * columns);
                startRight = 0;
                strideRight = columns;
                transpose(b, startB + columnFrom * k + from, k, columns, depth, right);
            }
            DirectTile32.multiply(a, startA + rowFrom * rowStrideA + from * stepA, rowStrideA, stepA, right, startRight,
                    strideRight, depth, c, startC + rowFrom * n + columnFrom, n, rowTo - rowFrom, columns, from > 0);
        }
    }

    /** Writes {@code rows} rows of {@code columns} elements, {@code stride} apart, as the columns of {@code target}. */
    private static void transpose(float[] source, int start, int stride, int rows, int columns, float[] target) {
        for (int i = 0; i < rows; i++) {
            int from = start + i * stride;
            for (int j = 0; j < columns; j++) {
                target[j * rows + i] = source[from + j];
            }
        }
    }
}
