package org.plumbline.engine.vector;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Product of two matrices, tile by tile.
 *
 * <p>Columns are taken up to four vectors at a time. What is left over at the end is not masked: the last group begins
 * early enough to fit and computes the columns that it shares with its neighbor once more, to the same bits. A product
 * narrower than one vector lets each row run over into the next, which is written after it.
 *
 * <p>The contraction is cut, and what a group of columns reads of the right operand in a piece is copied side by side,
 * where enough rows use the copy: it stays in the caches nearest to the core, and no stride that is a power of two
 * makes its rows evict each other. This is the right half of the packing of Goto and van de Geijn, "Anatomy of
 * high-performance matrix multiplication", ACM Transactions on Mathematical Software 34 (2008). The left operand is
 * read in place: its elements are broadcast one at a time, for which any order will do.
 *
 * <p>A matrix times its own transpose takes half the work: of a symmetric product, only what stands in rows at or below
 * the first column of a group is computed.
 */
final class TiledMatmul64 {

    /**
     * Contraction length of a piece: with 512-bit vectors a wide group copies 48 KiB of the right operand. The result
     * is read and written once a piece, so longer is better until the copy is too far.
     */
    private static final int DEPTH = 192;

    /** Bytes of the left operand that stay in the second-level cache while all groups of columns run over them. */
    private static final int BLOCK = 640 << 10;

    /** Rows that make a copy of the right operand worth its while. */
    private static final int COPIED = 16;

    private static final int LANES = Tile64.LANES;

    /** Vectors of a wide tile. */
    private static final int WIDE = WideTile64.COLUMNS / LANES;

    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

    private TiledMatmul64() {}

    /**
     * Computes {@code rows} by {@code columns} elements.
     *
     * @param a holds element (i, p) at {@code startA + i * rowStrideA + p * stepA}
     * @param b holds element (p, j) at {@code startB + p * strideB + j}, or at {@code startB + j * strideB + p} if
     *     {@code transposeB}
     * @param c holds element (i, j) at {@code startC + i * strideC + j}
     * @param diagonal of the first row the column at which the diagonal of a symmetric product stands: elements right
     *     of the diagonal may be left as they are; {@code columns} or more for all of any product
     */
    static void multiply(double[] a, int startA, int rowStrideA, int stepA, double[] b, int startB, int strideB,
            boolean transposeB, int k, double[] c, int startC, int strideC, int rows, int columns, int diagonal) {
        if (columns < LANES) {
            narrow(a, startA, rowStrideA, stepA, b, startB, strideB, transposeB, k, c, startC, strideC, rows, columns);
            return;
        }
        int height = BLOCK / (Math.min(k, DEPTH) * Double.BYTES);
        int perBlock = Math.ceilDiv(rows, Math.ceilDiv(rows, height));
        for (int row = 0; row < rows; row += perBlock) {
            int blockRows = Math.min(perBlock, rows - row);
            int atA = startA + row * rowStrideA;
            int atC = startC + row * strideC;
            int widest = vectors(columns, columns, blockRows);
            int whole = columns - columns % (widest * LANES);
            for (int from = 0; from < k; from += DEPTH) {
                for (int j = 0; j < whole; j += widest * LANES) {
                    group(widest, a, atA, rowStrideA, stepA, b, startB, strideB, transposeB, from,
                            Math.min(k, from + DEPTH), c, atC, strideC, blockRows, j, diagonal + row);
                }
            }
            // A group that begins early computes columns once more, for which it runs over all pieces by itself.
            for (int done = whole; done < columns; ) {
                int vectors = vectors(columns - done, columns, blockRows);
                int j = Math.min(done, columns - vectors * LANES);
                for (int from = 0; from < k; from += DEPTH) {
                    group(vectors, a, atA, rowStrideA, stepA, b, startB, strideB, transposeB, from,
                            Math.min(k, from + DEPTH), c, atC, strideC, blockRows, j, diagonal + row);
                }
                done += vectors * LANES;
            }
        }
    }

    /** Returns how many vectors the next group has, given the columns that are left and those there are in all. */
    private static int vectors(int left, int columns, int rows) {
        if (WideTile64.FITS && rows >= COPIED && left > 2 * LANES && columns >= WideTile64.COLUMNS) {
            return WIDE;
        }
        return left > LANES && columns >= 2 * LANES ? 2 : 1;
    }

    /** Adds what terms {@code from … to − 1} of the contraction give to the columns from {@code j} on. */
    private static void group(int vectors, double[] a, int startA, int rowStrideA, int stepA, double[] b, int startB,
            int strideB, boolean transposeB, int from, int to, double[] c, int startC, int strideC, int rows, int j,
            int diagonal) {
        int above = Math.clamp(j - diagonal, 0, rows);
        int width = vectors * LANES;
        int depth = to - from;
        int atB = transposeB ? startB + j * strideB + from : startB + from * strideB + j;
        int atA = startA + above * rowStrideA + from * stepA;
        int atC = startC + above * strideC + j;
        boolean wide = vectors == WIDE;
        double[] right = b;
        int atRight = atB;
        int strideRight = strideB;
        if (transposeB || strideB != width && (wide || rows - above >= COPIED)) {
            right = Scratch64.get().b(depth * width);
            atRight = 0;
            strideRight = width;
            if (transposeB) {
                VectorTranspose64.transpose(b, atB, strideB, right, 0, width, width, depth);
            } else {
                copy(b, atB, strideB, right, depth, width);
            }
        }
        if (wide) {
            WideTile64.multiply(a, atA, rowStrideA, stepA, right, atRight, depth, c, atC, strideC, rows - above,
                    from > 0);
        } else {
            Tile64.multiply(vectors, a, atA, rowStrideA, stepA, right, atRight, strideRight, depth, c, atC, strideC,
                    rows - above, from > 0);
        }
    }

    /** Copies rows of whole vectors side by side. */
    private static void copy(double[] source, int from, int stride, double[] target, int rows, int width) {
        for (int p = 0; p < rows; p++) {
            for (int j = 0; j < width; j += LANES) {
                DoubleVector.fromArray(SPECIES, source, from + p * stride + j).intoArray(target, p * width + j);
            }
        }
    }

    /**
     * Fewer columns than a vector has. Whole vectors are read and written all the same: what stands beside the columns
     * of {@code b} comes to stand beside those of {@code c}, where the next row overwrites it. Only where {@code b}
     * ends too early is it copied, and rows that no further one follows go through a scratch tile.
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
        for (int i = 0; i < rows; i += Tile64.MOST_ROWS) {
            int height = Math.min(Tile64.MOST_ROWS, rows - i);
            int atA = startA + i * rowStrideA;
            int atC = startC + i * strideC;
            if (strideC == columns && (i + height - 1) * strideC + LANES <= rows * strideC) {
                Tile64.multiply(1, a, atA, rowStrideA, stepA, right, atB, stepB, k, c, atC, strideC, height, false);
            } else {
                Tile64.multiply(1, a, atA, rowStrideA, stepA, right, atB, stepB, k, tile, 0, LANES, height, false);
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
