// Derived from DirectMatmul64.java by FloatTwin, which tells how: change that file.
package org.plumbline.engine.vector;

/**
 * Product of small or slender matrices without packing, one block of rows and columns at a time.
 *
 * <p>Columns are taken up to four vectors at a time. What is left over at the end is not masked: the last group begins early
 * enough to fit and computes the columns that it shares with its neighbour once more, to the same bits. Only a product
 * narrower than one vector is computed in a wider scratch tile.
 *
 * <p>A transposed right operand is copied group by group, to have its columns side by side. The contraction is cut so that
 * the part of the right operand which a group reads stays in the first-level cache.
 */
final class DirectMatmul32 {

    /** Contraction length of a piece: 32 KiB of four 512-bit vectors side by side. */
    private static final int DEPTH = 128;

    private static final int LANES = DirectTile32.LANES;

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
        int rows = rowTo - rowFrom;
        int columns = columnTo - columnFrom;
        int atA = startA + rowFrom * rowStrideA;
        int atC = startC + rowFrom * n + columnFrom;
        int stepB = transposeB ? 1 : n;
        int columnStrideB = transposeB ? k : 1;
        int atB = startB + columnFrom * columnStrideB;
        if (columns < LANES) {
            narrow(a, atA, rowStrideA, stepA, b, atB, stepB, columnStrideB, k, c, atC, n, rows, columns);
            return;
        }
        for (int done = 0; done < columns; ) {
            int vectors = vectors(columns - done, columns);
            int width = vectors * LANES;
            int j = Math.min(done, columns - width);
            group(vectors, a, atA, rowStrideA, stepA, b, atB + j * columnStrideB, stepB, columnStrideB, k, c, atC + j, n, rows);
            done += width;
        }
    }

    /** Returns how many vectors the next group has, given the columns that are left and those there are in all. */
    private static int vectors(int left, int columns) {
        if (left > 2 * LANES && columns >= 4 * LANES) {
            return 4;
        }
        return left > LANES && columns >= 2 * LANES ? 2 : 1;
    }

    private static void group(int vectors, float[] a, int startA, int rowStrideA, int stepA, float[] b, int startB,
            int stepB, int columnStrideB, int k, float[] c, int startC, int strideC, int rows) {
        int width = vectors * LANES;
        for (int from = 0; from < k; from += DEPTH) {
            int depth = Math.min(DEPTH, k - from);
            int atA = startA + from * stepA;
            int atB = startB + from * stepB;
            if (columnStrideB == 1) {
                DirectTile32.multiply(vectors, a, atA, rowStrideA, stepA, b, atB, stepB, depth, c, startC, strideC, rows,
                        from > 0);
            } else {
                float[] right = Scratch32.get().b(depth * width);
                gather(b, atB, stepB, columnStrideB, depth, width, right, width);
                DirectTile32.multiply(vectors, a, atA, rowStrideA, stepA, right, 0, width, depth, c, startC, strideC, rows,
                        from > 0);
            }
        }
    }

    private static void narrow(float[] a, int startA, int rowStrideA, int stepA, float[] b, int startB, int stepB,
            int columnStrideB, int k, float[] c, int startC, int strideC, int rows, int columns) {
        Scratch32 scratch = Scratch32.get();
        float[] right = scratch.b(k * LANES);
        gather(b, startB, stepB, columnStrideB, k, columns, right, LANES);
        float[] tile = scratch.tile();
        for (int i = 0; i < rows; i += DirectTile32.MOST_ROWS) {
            int height = Math.min(DirectTile32.MOST_ROWS, rows - i);
            DirectTile32.multiply(1, a, startA + i * rowStrideA, rowStrideA, stepA, right, 0, LANES, k, tile, 0, LANES, height,
                    false);
            for (int row = 0; row < height; row++) {
                for (int j = 0; j < columns; j++) {
                    c[startC + (i + row) * strideC + j] = tile[row * LANES + j];
                }
            }
        }
    }

    /** Copies {@code columns} columns of {@code depth} elements side by side, zeros up to {@code width}. */
    private static void gather(float[] source, int start, int step, int columnStride, int depth, int columns,
            float[] target, int width) {
        for (int j = 0; j < columns; j++) {
            int from = start + j * columnStride;
            for (int p = 0; p < depth; p++) {
                target[p * width + j] = source[from + p * step];
            }
        }
        for (int j = columns; j < width; j++) {
            for (int p = 0; p < depth; p++) {
                target[p * width + j] = 0.0f;
            }
        }
    }
}
