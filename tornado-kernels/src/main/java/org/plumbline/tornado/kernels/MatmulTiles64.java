package org.plumbline.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;

/**
 * Batched matrix products through local memory: what {@code MatmulKernels64.matmul} computes, with each sum in the same
 * order.
 *
 * <p>A group of {@value #SIDE} × {@value #SIDE} work-items computes a tile of {@value #TILE} × {@value #TILE} elements.
 * It walks along the contraction in steps of {@value #DEPTH}: the group copies a strip of each operand to local memory,
 * then each work-item updates its 4 × 4 elements, which stay in registers, with 8 reads of local memory for 16
 * products. The elements of a work-item lie {@value #SIDE} apart, so that neighbors read and write neighboring
 * addresses. Strips are padded with zeros at the edges of a matrix; tiles are cut there.
 */
public final class MatmulTiles64 {
    /** Rows and columns of a tile. */
    public static final int TILE = 64;

    /** Rows and columns of a group of work-items. */
    public static final int SIDE = 16;

    private static final int DEPTH = 16;

    /** Distance of neighboring steps of a strip: one more than a tile, against bank conflicts. */
    private static final int PITCH = TILE + 1;

    private static final int ITEMS = SIDE * SIDE;

    private MatmulTiles64() {}

    /**
     * Computes {@code c[g] = op(a[g % batchA]) · op(b[g % batchB])}. The grid has {@code batch · ⌈m / TILE⌉}
     * groups along its first axis, where CUDA allows 2³¹ of them, and {@code ⌈n / TILE⌉} along its second,
     * where it allows 2¹⁶.
     *
     * <p>A product of an operand with its own transpose, a symmetric rank-k update, is computed on and below the
     * diagonal and copied above it, for half of the work; the elements are the same, since {@code a · b} is
     * {@code b · a}. Its grid has {@code batch} times as many groups as a triangle of {@code ⌈m / TILE⌉} rows has
     * tiles, along the first axis.
     *
     * <p>Sizes come in an array, not as numbers: those are constants to TornadoVM, which then unrolls the walk of a
     * short contraction and stumbles over conditions that have become constant as well.
     *
     * @param a {@code batchA} matrices {@code [m, k]}, or {@code [k, m]} if {@code transposeA} is 1
     * @param b {@code batchB} matrices {@code [k, n]}, or {@code [n, k]} if {@code transposeB} is 1
     * @param c the products {@code [m, n]}, overwritten
     * @param sizes {@code batchA, batchB, m, k, n, transposeA, transposeB, symmetric}; the last is 1 if {@code b} is
     *     {@code a}, transposed where {@code a} is not
     */
    public static void matmul(KernelContext context, double[] a, double[] b, double[] c, int[] sizes) {
        int batchA = sizes[0];
        int batchB = sizes[1];
        int m = sizes[2];
        int k = sizes[3];
        int n = sizes[4];
        int transposeA = sizes[5];
        int transposeB = sizes[6];
        double[] left = context.allocateDoubleLocalArray(DEPTH * PITCH);
        double[] right = context.allocateDoubleLocalArray(DEPTH * PITCH);
        int symmetric = sizes[7];
        int tilesDown = (m + TILE - 1) / TILE;
        int x = context.localIdx;
        int y = context.localIdy;
        int item = y * SIDE + x;
        int tiles = symmetric == 1 ? tilesDown * (tilesDown + 1) / 2 : tilesDown;
        int g = context.groupIdx / tiles;
        int tileDown = context.groupIdx % tiles;
        int tileAcross = context.groupIdy;
        if (symmetric == 1) {
            tileAcross = tileDown;
            tileDown = 0;
            while (tileAcross > tileDown) {
                tileDown++;
                tileAcross -= tileDown;
            }
        }
        int row0 = tileDown * TILE;
        int column0 = tileAcross * TILE;
        int startA = g % batchA * m * k;
        int startB = g % batchB * k * n;
        double c00 = 0;
        double c01 = 0;
        double c02 = 0;
        double c03 = 0;
        double c10 = 0;
        double c11 = 0;
        double c12 = 0;
        double c13 = 0;
        double c20 = 0;
        double c21 = 0;
        double c22 = 0;
        double c23 = 0;
        double c30 = 0;
        double c31 = 0;
        double c32 = 0;
        double c33 = 0;
        for (int p0 = 0; p0 < k; p0 += DEPTH) {
            for (int e = item; e < TILE * DEPTH; e += ITEMS) {
                // Neighbors read along whichever axis of the operand is contiguous.
                int i = transposeA == 1 ? e % TILE : e / DEPTH;
                int pa = transposeA == 1 ? e / TILE : e % DEPTH;
                int atA = transposeA == 1 ? (p0 + pa) * m + row0 + i : (row0 + i) * k + p0 + pa;
                double elementA = 0;
                if (row0 + i < m && p0 + pa < k) {
                    elementA = a[startA + atA];
                }
                left[pa * PITCH + i] = elementA;
                int j = transposeB == 1 ? e / DEPTH : e % TILE;
                int pb = transposeB == 1 ? e % DEPTH : e / TILE;
                int atB = transposeB == 1 ? (column0 + j) * k + p0 + pb : (p0 + pb) * n + column0 + j;
                double elementB = 0;
                if (column0 + j < n && p0 + pb < k) {
                    elementB = b[startB + atB];
                }
                right[pb * PITCH + j] = elementB;
            }
            context.localBarrier();
            for (int p = 0; p < DEPTH; p++) {
                double a0 = left[p * PITCH + y];
                double a1 = left[p * PITCH + y + SIDE];
                double a2 = left[p * PITCH + y + 2 * SIDE];
                double a3 = left[p * PITCH + y + 3 * SIDE];
                double b0 = right[p * PITCH + x];
                double b1 = right[p * PITCH + x + SIDE];
                double b2 = right[p * PITCH + x + 2 * SIDE];
                double b3 = right[p * PITCH + x + 3 * SIDE];
                c00 += a0 * b0;
                c01 += a0 * b1;
                c02 += a0 * b2;
                c03 += a0 * b3;
                c10 += a1 * b0;
                c11 += a1 * b1;
                c12 += a1 * b2;
                c13 += a1 * b3;
                c20 += a2 * b0;
                c21 += a2 * b1;
                c22 += a2 * b2;
                c23 += a2 * b3;
                c30 += a3 * b0;
                c31 += a3 * b1;
                c32 += a3 * b2;
                c33 += a3 * b3;
            }
            context.localBarrier();
        }
        int start = g * m * n;
        storeRow(c, start, row0 + y, m, column0 + x, n, c00, c01, c02, c03);
        storeRow(c, start, row0 + y + SIDE, m, column0 + x, n, c10, c11, c12, c13);
        storeRow(c, start, row0 + y + 2 * SIDE, m, column0 + x, n, c20, c21, c22, c23);
        storeRow(c, start, row0 + y + 3 * SIDE, m, column0 + x, n, c30, c31, c32, c33);
        if (symmetric == 1 && tileDown != tileAcross) {
            storeColumn(c, start, row0 + y, m, column0 + x, n, c00, c01, c02, c03);
            storeColumn(c, start, row0 + y + SIDE, m, column0 + x, n, c10, c11, c12, c13);
            storeColumn(c, start, row0 + y + 2 * SIDE, m, column0 + x, n, c20, c21, c22, c23);
            storeColumn(c, start, row0 + y + 3 * SIDE, m, column0 + x, n, c30, c31, c32, c33);
        }
    }

    private static void storeRow(double[] c, int start, int row, int m, int column, int n,
            double c0, double c1, double c2, double c3) {
        if (row < m) {
            int at = start + row * n + column;
            if (column < n) {
                c[at] = c0;
            }
            if (column + SIDE < n) {
                c[at + SIDE] = c1;
            }
            if (column + 2 * SIDE < n) {
                c[at + 2 * SIDE] = c2;
            }
            if (column + 3 * SIDE < n) {
                c[at + 3 * SIDE] = c3;
            }
        }
    }

    /** The mirror image of {@link #storeRow}; columns left of the diagonal are within the matrix if the row is. */
    private static void storeColumn(double[] c, int start, int row, int m, int column, int n,
            double c0, double c1, double c2, double c3) {
        if (row < m) {
            c[start + column * n + row] = c0;
            c[start + (column + SIDE) * n + row] = c1;
            c[start + (column + 2 * SIDE) * n + row] = c2;
            c[start + (column + 3 * SIDE) * n + row] = c3;
        }
    }
}
