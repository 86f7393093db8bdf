package org.plumbline.engine.vector;

import org.plumbline.engine.Workers;

/**
 * Product of large matrices from packed operands, after Goto and van de Geijn, "Anatomy of high-performance matrix
 * multiplication", ACM Transactions on Mathematical Software 34 (2008).
 *
 * <p>The right operand is cut in pieces of {@link #DEPTH} rows and at most {@link #WIDTH} columns, and each piece is copied
 * into panels as wide as a tile, row after row. The left operand is copied in blocks of about {@link #HEIGHT} rows, in
 * panels as high as a tile, column after column. A panel of the right operand then stays in the first-level cache and a
 * block of the left one in the second while tiles run over them, every element read in the order in which it lies.
 *
 * <p>Panels at an edge are filled up with zeros; their tiles go through a scratch tile, of which the part inside the product
 * is kept.
 *
 * <p>A matrix times its own transpose takes half the work: of a symmetric product, only tiles that reach the lower triangle are
 * computed, and the upper one is copied from it. Products of two elements commute exactly, so not a bit differs.
 */
final class PackedMatmul64 {

    private static final int ROWS = PackedTile64.ROWS;
    private static final int COLUMNS = PackedTile64.COLUMNS;

    /**
     * Contraction length of a piece: a right panel takes 48 KiB with 512-bit vectors. The result is read and written once a
     * piece, so longer is better as long as a panel stays close; 256 was slower by 3 to 8 % at 2048.
     */
    private static final int DEPTH = 384;

    /** Rows of a block: about 380 KiB in double precision. */
    private static final int HEIGHT = 126;

    /** Columns of a piece, a multiple of every tile width. */
    private static final int WIDTH = 2048;

    private PackedMatmul64() {}

    /**
     * Computes one product.
     *
     * @param a left operand {@code [m, k]} from {@code startA}, or {@code [k, m]} if {@code transposeA}
     * @param b right operand {@code [k, n]} from {@code startB}, or {@code [n, k]} if {@code transposeB}
     * @param c product {@code [m, n]} from {@code startC}
     * @param symmetric whether the right operand is the left one transposed
     */
    static void multiply(double[] a, int startA, boolean transposeA, double[] b, int startB, boolean transposeB, double[] c,
            int startC, int m, int k, int n, boolean symmetric, Workers workers) {
        int height = roundUp(Math.ceilDiv(m, blocks(m, symmetric, workers.threads())), ROWS);
        int blocks = Math.ceilDiv(m, height);
        for (int columnFrom = 0; columnFrom < n; columnFrom += WIDTH) {
            int left = columnFrom;
            int width = Math.min(WIDTH, n - left);
            int panels = Math.ceilDiv(width, COLUMNS);
            for (int from = 0; from < k; from += DEPTH) {
                int start = from;
                int depth = Math.min(DEPTH, k - start);
                double[] right = Scratch64.get().b(panels * COLUMNS * depth);
                workers.forEach(panels, panel -> {
                    int column = left + panel * COLUMNS;
                    int offset = transposeB ? startB + column * k + start : startB + start * n + column;
                    packColumns(b, offset, transposeB ? k : n, transposeB, depth, Math.min(COLUMNS, n - column), right,
                            panel * COLUMNS * depth);
                });
                workers.forEach(blocks, block -> {
                    // From the bottom up: of a triangle the longest rows come first, which leaves the short ones to even out.
                    int row = (blocks - 1 - block) * height;
                    int rows = Math.min(height, m - row);
                    int columns = symmetric ? Math.min(width, roundUp(row + rows - left, COLUMNS)) : width;
                    if (columns <= 0) {
                        return;
                    }
                    Scratch64 scratch = Scratch64.get();
                    double[] packed = scratch.a(roundUp(rows, ROWS) * depth);
                    for (int i = 0; i < rows; i += ROWS) {
                        int offset = transposeA ? startA + start * m + row + i : startA + (row + i) * k + start;
                        packRows(a, offset, transposeA ? m : k, transposeA, depth, Math.min(ROWS, rows - i), packed, i * depth);
                    }
                    int diagonal = symmetric ? row - left : width;
                    tiles(packed, rows, right, columns, diagonal, depth, c, startC + row * n + left, n, scratch.tile(),
                            start > 0);
                });
            }
        }
        if (symmetric) {
            workers.forEach(blocks, block -> mirror(c, startC, n, block * height, Math.min(n, (block + 1) * height)));
        }
    }

    /** Copies what stands left of the diagonal to its right, for rows {@code from … to − 1} of the result. */
    private static void mirror(double[] c, int startC, int n, int from, int to) {
        for (int i = from; i < to; i++) {
            for (int j = i + 1; j < to; j++) {
                c[startC + i * n + j] = c[startC + j * n + i];
            }
        }
        VectorTranspose64.transpose(c, startC + to * n + from, n, c, startC + from * n + to, n, n - to, to - from);
    }

    /** Computes the tiles of a block, but for those wholly right of its diagonal, at column {@code diagonal} in its first row. */
    private static void tiles(double[] a, int rows, double[] b, int columns, int diagonal, int depth, double[] c, int startC,
            int strideC, double[] scratch, boolean accumulate) {
        for (int j = 0; j < columns; j += COLUMNS) {
            int above = Math.max(0, (j - diagonal) / ROWS * ROWS);
            for (int i = above; i < rows; i += ROWS) {
                int at = startC + i * strideC + j;
                if (i + ROWS <= rows && j + COLUMNS <= columns) {
                    PackedTile64.multiply(a, i * depth, b, j * depth, depth, c, at, strideC, accumulate);
                } else {
                    int height = Math.min(ROWS, rows - i);
                    int width = Math.min(COLUMNS, columns - j);
                    if (accumulate) {
                        copy(c, at, strideC, scratch, 0, COLUMNS, height, width);
                    }
                    PackedTile64.multiply(a, i * depth, b, j * depth, depth, scratch, 0, COLUMNS, accumulate);
                    copy(scratch, 0, COLUMNS, c, at, strideC, height, width);
                }
            }
        }
    }

    private static void copy(double[] source, int from, int sourceStride, double[] target, int to, int targetStride, int rows,
            int columns) {
        for (int i = 0; i < rows; i++) {
            System.arraycopy(source, from + i * sourceStride, target, to + i * targetStride, columns);
        }
    }

    /** Packs {@code rows} rows of {@code depth} elements; the array holds them as columns if {@code transposed}. */
    private static void packRows(double[] source, int start, int stride, boolean transposed, int depth, int rows,
            double[] target, int to) {
        if (transposed) {
            packContiguous(source, start, stride, depth, rows, ROWS, target, to);
        } else {
            packStrided(source, start, stride, depth, rows, ROWS, target, to);
        }
    }

    /** Packs {@code columns} columns of {@code depth} elements; the array holds them as rows if {@code transposed}. */
    private static void packColumns(double[] source, int start, int stride, boolean transposed, int depth, int columns,
            double[] target, int to) {
        if (transposed) {
            packStrided(source, start, stride, depth, columns, COLUMNS, target, to);
        } else {
            packContiguous(source, start, stride, depth, columns, COLUMNS, target, to);
        }
    }

    /** Copies {@code depth} runs of {@code count} elements, each filled up to {@code size}. */
    private static void packContiguous(double[] source, int start, int stride, int depth, int count, int size,
            double[] target, int to) {
        for (int p = 0; p < depth; p++) {
            int at = to + p * size;
            int from = start + p * stride;
            for (int i = 0; i < count; i++) {
                target[at + i] = source[from + i];
            }
            for (int i = count; i < size; i++) {
                target[at + i] = 0.0;
            }
        }
    }

    /** Copies {@code count} runs of {@code depth} elements, interleaved {@code size} apart, zeros where a run is missing. */
    private static void packStrided(double[] source, int start, int stride, int depth, int count, int size, double[] target,
            int to) {
        VectorTranspose64.transpose(source, start, stride, target, to, size, count, depth);
        for (int i = count; i < size; i++) {
            for (int p = 0; p < depth; p++) {
                target[to + p * size + i] = 0.0;
            }
        }
    }

    /**
     * Returns into how many blocks to cut the rows: a multiple of the number of threads, and several for each where some have
     * more to do than others. It moves no result.
     */
    private static int blocks(int rows, boolean symmetric, int threads) {
        int blocks = Math.ceilDiv(rows, HEIGHT);
        return roundUp(symmetric && threads > 1 ? Math.max(blocks, Math.min(4 * threads, rows / (2 * ROWS))) : blocks, threads);
    }

    private static int roundUp(int x, int unit) {
        return Math.ceilDiv(x, unit) * unit;
    }
}
