package org.plumbline.engine.vector;

/**
 * Product of small or slender matrices without packing.
 *
 * <p>Columns are taken up to four vectors at a time. What is left over at the end is not masked: the last group begins early
 * enough to fit and computes the columns that it shares with its neighbour once more, to the same bits. A product narrower than
 * one vector lets each row run over into the next, which is written after it.
 *
 * <p>A transposed right operand is copied group by group, to have its columns side by side. The contraction is cut so that
 * the part of the right operand which a group reads stays in the first-level cache.
 */
final class DirectMatmul64 {

    /** Contraction length of a piece: 32 KiB of four 512-bit vectors side by side. */
    private static final int DEPTH = 128;

    private static final int LANES = DirectTile64.LANES;

    private DirectMatmul64() {}

    /**
     * Computes {@code rows} by {@code columns} elements.
     *
     * @param a holds element (i, p) at {@code startA + i * rowStrideA + p * stepA}
     * @param b holds element (p, j) at {@code startB + p * strideB + j}, or at {@code startB + j * strideB + p} if {@code
     *     transposeB}
     * @param c holds element (i, j) at {@code startC + i * strideC + j}
     */
    static void multiply(double[] a, int startA, int rowStrideA, int stepA, double[] b, int startB, int strideB,
            boolean transposeB, int k, double[] c, int startC, int strideC, int rows, int columns) {
        if (columns < LANES) {
            narrow(a, startA, rowStrideA, stepA, b, startB, strideB, transposeB, k, c, startC, strideC, rows, columns);
            return;
        }
        for (int done = 0; done < columns; ) {
            int vectors = vectors(columns - done, columns);
            int width = vectors * LANES;
            int j = Math.min(done, columns - width);
            group(vectors, a, startA, rowStrideA, stepA, b, startB + (transposeB ? j * strideB : j), strideB, transposeB, k, c,
                    startC + j, strideC, rows);
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

    private static void group(int vectors, double[] a, int startA, int rowStrideA, int stepA, double[] b, int startB,
            int strideB, boolean transposeB, int k, double[] c, int startC, int strideC, int rows) {
        int width = vectors * LANES;
        for (int from = 0; from < k; from += DEPTH) {
            int depth = Math.min(DEPTH, k - from);
            int atA = startA + from * stepA;
            if (transposeB) {
                double[] right = Scratch64.get().b(depth * width);
                VectorTranspose64.transpose(b, startB + from, strideB, right, 0, width, width, depth);
                DirectTile64.multiply(vectors, a, atA, rowStrideA, stepA, right, 0, width, depth, c, startC, strideC, rows,
                        from > 0);
            } else {
                DirectTile64.multiply(vectors, a, atA, rowStrideA, stepA, b, startB + from * strideB, strideB, depth, c, startC,
                        strideC, rows, from > 0);
            }
        }
    }

    /**
     * Fewer columns than a vector has. Whole vectors are read and written all the same: what stands beside the columns of
     * {@code b} comes to stand beside those of {@code c}, where the next row overwrites it. Only where {@code b} ends too early
     * is it copied, and rows that no further one follows go through a scratch tile.
     */
    private static void narrow(double[] a, int startA, int rowStrideA, int stepA, double[] b, int startB, int strideB,
            boolean transposeB, int k, double[] c, int startC, int strideC, int rows, int columns) {
        Scratch64 scratch = Scratch64.get();
        double[] right = b;
        int atB = startB;
        int stepB = strideB;
        if (transposeB || startB + (k - 1) * strideB + LANES > b.length) {
            right = scratch.b(k * LANES);
            atB = 0;
            stepB = LANES;
            if (transposeB) {
                VectorTranspose64.transpose(b, startB, strideB, right, 0, LANES, columns, k);
            } else {
                copyRows(b, startB, strideB, right, 0, LANES, k, columns);
            }
        }
        double[] tile = scratch.tile();
        for (int i = 0; i < rows; i += DirectTile64.MOST_ROWS) {
            int height = Math.min(DirectTile64.MOST_ROWS, rows - i);
            int atA = startA + i * rowStrideA;
            int atC = startC + i * strideC;
            if (strideC == columns && (i + height - 1) * strideC + LANES <= rows * strideC) {
                DirectTile64.multiply(1, a, atA, rowStrideA, stepA, right, atB, stepB, k, c, atC, strideC, height, false);
            } else {
                DirectTile64.multiply(1, a, atA, rowStrideA, stepA, right, atB, stepB, k, tile, 0, LANES, height, false);
                copyRows(tile, 0, LANES, c, atC, strideC, height, columns);
            }
        }
    }

    private static void copyRows(double[] source, int from, int sourceStride, double[] target, int to, int targetStride,
            int rows, int columns) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                target[to + i * targetStride + j] = source[from + i * sourceStride + j];
            }
        }
    }
}
