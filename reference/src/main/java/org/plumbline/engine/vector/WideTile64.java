package org.plumbline.engine.vector;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loops of a large matrix product: tiles of six rows by four vectors, which AVX-512 has the registers
 * for: 24 accumulators, four vectors of {@code b} and one element of {@code a} make 29 of 32. Ten loads go with 24
 * operations, where {@link Tile64} needs one for every operation or two.
 *
 * <p>The right operand lies side by side and the left one has neighbors along its rows or along its columns, with a
 * loop for each: an index that is the loop variable plus something fixed spares a check of its bounds in every step.
 *
 * <p>The rest is as in {@link Tile64}: rows that are missing are repeated, and every element is the same chain.
 */
final class WideTile64 {

    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int ROWS = 6;

    /** Columns of a tile. */
    static final int COLUMNS = 4 * LANES;

    /** Whether the tile fits in the registers of this machine. */
    static final boolean FITS = SPECIES.vectorBitSize() >= 512;

    private WideTile64() {}

    /**
     * Computes {@code rows} by {@link #COLUMNS} elements of {@code c}.
     *
     * @param a holds element (i, p) at {@code startA + i * rowStrideA + p * stepA}, where one of the two is 1
     * @param b holds element (p, j) at {@code startB + p * COLUMNS + j}
     * @param k length of the contraction
     * @param c holds element (i, j) at {@code startC + i * strideC + j}
     * @param accumulate whether to add to what stands in {@code c} or to overwrite it
     */
    static void multiply(double[] a, int startA, int rowStrideA, int stepA, double[] b, int startB, int k, double[] c,
            int startC, int strideC, int rows, boolean accumulate) {
        if (stepA == 1) {
            for (int i = 0; i < rows; i += ROWS) {
                rows6by4(a, startA + i * rowStrideA, rowStrideA, b, startB, k, c, startC + i * strideC, strideC,
                        rows - i, accumulate);
            }
        } else {
            int whole = rows - rows % ROWS;
            for (int i = 0; i < whole; i += ROWS) {
                columns6by4(a, startA + i, stepA, b, startB, k, c, startC + i * strideC, strideC, accumulate);
            }
            if (whole < rows) {
                // Rows that are missing have no neighbors to be read instead.
                for (int half = 0; half < COLUMNS; half += 2 * LANES) {
                    Tile64.multiply(2, a, startA + whole, 1, stepA, b, startB + half, COLUMNS, k, c,
                            startC + whole * strideC + half, strideC, rows - whole, accumulate);
                }
            }
        }
    }

    private static void rows6by4(double[] a, int startA, int strideA, double[] b, int startB, int k, double[] c,
            int startC, int strideC, int rows, boolean accumulate) {
        int c0 = startC;
        int c1 = rows > 1 ? c0 + strideC : c0;
        int c2 = rows > 2 ? c1 + strideC : c1;
        int c3 = rows > 3 ? c2 + strideC : c2;
        int c4 = rows > 4 ? c3 + strideC : c3;
        int c5 = rows > 5 ? c4 + strideC : c4;
        int a0 = startA;
        int a1 = rows > 1 ? a0 + strideA : a0;
        int a2 = rows > 2 ? a1 + strideA : a1;
        int a3 = rows > 3 ? a2 + strideA : a2;
        int a4 = rows > 4 ? a3 + strideA : a3;
        int a5 = rows > 5 ? a4 + strideA : a4;
        DoubleVector zero = DoubleVector.zero(SPECIES);
        DoubleVector s0, t0, u0, v0;
        DoubleVector s1, t1, u1, v1;
        DoubleVector s2, t2, u2, v2;
        DoubleVector s3, t3, u3, v3;
        DoubleVector s4, t4, u4, v4;
        DoubleVector s5, t5, u5, v5;
        if (accumulate) {
            s0 = DoubleVector.fromArray(SPECIES, c, c0);
            t0 = DoubleVector.fromArray(SPECIES, c, c0 + LANES);
            u0 = DoubleVector.fromArray(SPECIES, c, c0 + 2 * LANES);
            v0 = DoubleVector.fromArray(SPECIES, c, c0 + 3 * LANES);
            s1 = DoubleVector.fromArray(SPECIES, c, c1);
            t1 = DoubleVector.fromArray(SPECIES, c, c1 + LANES);
            u1 = DoubleVector.fromArray(SPECIES, c, c1 + 2 * LANES);
            v1 = DoubleVector.fromArray(SPECIES, c, c1 + 3 * LANES);
            s2 = DoubleVector.fromArray(SPECIES, c, c2);
            t2 = DoubleVector.fromArray(SPECIES, c, c2 + LANES);
            u2 = DoubleVector.fromArray(SPECIES, c, c2 + 2 * LANES);
            v2 = DoubleVector.fromArray(SPECIES, c, c2 + 3 * LANES);
            s3 = DoubleVector.fromArray(SPECIES, c, c3);
            t3 = DoubleVector.fromArray(SPECIES, c, c3 + LANES);
            u3 = DoubleVector.fromArray(SPECIES, c, c3 + 2 * LANES);
            v3 = DoubleVector.fromArray(SPECIES, c, c3 + 3 * LANES);
            s4 = DoubleVector.fromArray(SPECIES, c, c4);
            t4 = DoubleVector.fromArray(SPECIES, c, c4 + LANES);
            u4 = DoubleVector.fromArray(SPECIES, c, c4 + 2 * LANES);
            v4 = DoubleVector.fromArray(SPECIES, c, c4 + 3 * LANES);
            s5 = DoubleVector.fromArray(SPECIES, c, c5);
            t5 = DoubleVector.fromArray(SPECIES, c, c5 + LANES);
            u5 = DoubleVector.fromArray(SPECIES, c, c5 + 2 * LANES);
            v5 = DoubleVector.fromArray(SPECIES, c, c5 + 3 * LANES);
        } else {
            s0 = t0 = u0 = v0 = zero;
            s1 = t1 = u1 = v1 = zero;
            s2 = t2 = u2 = v2 = zero;
            s3 = t3 = u3 = v3 = zero;
            s4 = t4 = u4 = v4 = zero;
            s5 = t5 = u5 = v5 = zero;
        }
        for (int p = 0; p < k; p++) {
            int atB = startB + p * 4 * LANES;
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, atB);
            DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, atB + LANES);
            DoubleVector b2 = DoubleVector.fromArray(SPECIES, b, atB + 2 * LANES);
            DoubleVector b3 = DoubleVector.fromArray(SPECIES, b, atB + 3 * LANES);
            DoubleVector x;
            x = DoubleVector.broadcast(SPECIES, a[a0 + p]);
            s0 = x.fma(b0, s0);
            t0 = x.fma(b1, t0);
            u0 = x.fma(b2, u0);
            v0 = x.fma(b3, v0);
            x = DoubleVector.broadcast(SPECIES, a[a1 + p]);
            s1 = x.fma(b0, s1);
            t1 = x.fma(b1, t1);
            u1 = x.fma(b2, u1);
            v1 = x.fma(b3, v1);
            x = DoubleVector.broadcast(SPECIES, a[a2 + p]);
            s2 = x.fma(b0, s2);
            t2 = x.fma(b1, t2);
            u2 = x.fma(b2, u2);
            v2 = x.fma(b3, v2);
            x = DoubleVector.broadcast(SPECIES, a[a3 + p]);
            s3 = x.fma(b0, s3);
            t3 = x.fma(b1, t3);
            u3 = x.fma(b2, u3);
            v3 = x.fma(b3, v3);
            x = DoubleVector.broadcast(SPECIES, a[a4 + p]);
            s4 = x.fma(b0, s4);
            t4 = x.fma(b1, t4);
            u4 = x.fma(b2, u4);
            v4 = x.fma(b3, v4);
            x = DoubleVector.broadcast(SPECIES, a[a5 + p]);
            s5 = x.fma(b0, s5);
            t5 = x.fma(b1, t5);
            u5 = x.fma(b2, u5);
            v5 = x.fma(b3, v5);
        }
        s0.intoArray(c, c0);
        t0.intoArray(c, c0 + LANES);
        u0.intoArray(c, c0 + 2 * LANES);
        v0.intoArray(c, c0 + 3 * LANES);
        s1.intoArray(c, c1);
        t1.intoArray(c, c1 + LANES);
        u1.intoArray(c, c1 + 2 * LANES);
        v1.intoArray(c, c1 + 3 * LANES);
        s2.intoArray(c, c2);
        t2.intoArray(c, c2 + LANES);
        u2.intoArray(c, c2 + 2 * LANES);
        v2.intoArray(c, c2 + 3 * LANES);
        s3.intoArray(c, c3);
        t3.intoArray(c, c3 + LANES);
        u3.intoArray(c, c3 + 2 * LANES);
        v3.intoArray(c, c3 + 3 * LANES);
        s4.intoArray(c, c4);
        t4.intoArray(c, c4 + LANES);
        u4.intoArray(c, c4 + 2 * LANES);
        v4.intoArray(c, c4 + 3 * LANES);
        s5.intoArray(c, c5);
        t5.intoArray(c, c5 + LANES);
        u5.intoArray(c, c5 + 2 * LANES);
        v5.intoArray(c, c5 + 3 * LANES);
    }

    private static void columns6by4(double[] a, int startA, int strideA, double[] b, int startB, int k, double[] c,
            int startC, int strideC, boolean accumulate) {
        int c0 = startC;
        int c1 = c0 + strideC;
        int c2 = c1 + strideC;
        int c3 = c2 + strideC;
        int c4 = c3 + strideC;
        int c5 = c4 + strideC;
        DoubleVector zero = DoubleVector.zero(SPECIES);
        DoubleVector s0, t0, u0, v0;
        DoubleVector s1, t1, u1, v1;
        DoubleVector s2, t2, u2, v2;
        DoubleVector s3, t3, u3, v3;
        DoubleVector s4, t4, u4, v4;
        DoubleVector s5, t5, u5, v5;
        if (accumulate) {
            s0 = DoubleVector.fromArray(SPECIES, c, c0);
            t0 = DoubleVector.fromArray(SPECIES, c, c0 + LANES);
            u0 = DoubleVector.fromArray(SPECIES, c, c0 + 2 * LANES);
            v0 = DoubleVector.fromArray(SPECIES, c, c0 + 3 * LANES);
            s1 = DoubleVector.fromArray(SPECIES, c, c1);
            t1 = DoubleVector.fromArray(SPECIES, c, c1 + LANES);
            u1 = DoubleVector.fromArray(SPECIES, c, c1 + 2 * LANES);
            v1 = DoubleVector.fromArray(SPECIES, c, c1 + 3 * LANES);
            s2 = DoubleVector.fromArray(SPECIES, c, c2);
            t2 = DoubleVector.fromArray(SPECIES, c, c2 + LANES);
            u2 = DoubleVector.fromArray(SPECIES, c, c2 + 2 * LANES);
            v2 = DoubleVector.fromArray(SPECIES, c, c2 + 3 * LANES);
            s3 = DoubleVector.fromArray(SPECIES, c, c3);
            t3 = DoubleVector.fromArray(SPECIES, c, c3 + LANES);
            u3 = DoubleVector.fromArray(SPECIES, c, c3 + 2 * LANES);
            v3 = DoubleVector.fromArray(SPECIES, c, c3 + 3 * LANES);
            s4 = DoubleVector.fromArray(SPECIES, c, c4);
            t4 = DoubleVector.fromArray(SPECIES, c, c4 + LANES);
            u4 = DoubleVector.fromArray(SPECIES, c, c4 + 2 * LANES);
            v4 = DoubleVector.fromArray(SPECIES, c, c4 + 3 * LANES);
            s5 = DoubleVector.fromArray(SPECIES, c, c5);
            t5 = DoubleVector.fromArray(SPECIES, c, c5 + LANES);
            u5 = DoubleVector.fromArray(SPECIES, c, c5 + 2 * LANES);
            v5 = DoubleVector.fromArray(SPECIES, c, c5 + 3 * LANES);
        } else {
            s0 = t0 = u0 = v0 = zero;
            s1 = t1 = u1 = v1 = zero;
            s2 = t2 = u2 = v2 = zero;
            s3 = t3 = u3 = v3 = zero;
            s4 = t4 = u4 = v4 = zero;
            s5 = t5 = u5 = v5 = zero;
        }
        for (int p = 0; p < k; p++) {
            int atA = startA + p * strideA;
            int atB = startB + p * 4 * LANES;
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, atB);
            DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, atB + LANES);
            DoubleVector b2 = DoubleVector.fromArray(SPECIES, b, atB + 2 * LANES);
            DoubleVector b3 = DoubleVector.fromArray(SPECIES, b, atB + 3 * LANES);
            DoubleVector x;
            x = DoubleVector.broadcast(SPECIES, a[atA]);
            s0 = x.fma(b0, s0);
            t0 = x.fma(b1, t0);
            u0 = x.fma(b2, u0);
            v0 = x.fma(b3, v0);
            x = DoubleVector.broadcast(SPECIES, a[atA + 1]);
            s1 = x.fma(b0, s1);
            t1 = x.fma(b1, t1);
            u1 = x.fma(b2, u1);
            v1 = x.fma(b3, v1);
            x = DoubleVector.broadcast(SPECIES, a[atA + 2]);
            s2 = x.fma(b0, s2);
            t2 = x.fma(b1, t2);
            u2 = x.fma(b2, u2);
            v2 = x.fma(b3, v2);
            x = DoubleVector.broadcast(SPECIES, a[atA + 3]);
            s3 = x.fma(b0, s3);
            t3 = x.fma(b1, t3);
            u3 = x.fma(b2, u3);
            v3 = x.fma(b3, v3);
            x = DoubleVector.broadcast(SPECIES, a[atA + 4]);
            s4 = x.fma(b0, s4);
            t4 = x.fma(b1, t4);
            u4 = x.fma(b2, u4);
            v4 = x.fma(b3, v4);
            x = DoubleVector.broadcast(SPECIES, a[atA + 5]);
            s5 = x.fma(b0, s5);
            t5 = x.fma(b1, t5);
            u5 = x.fma(b2, u5);
            v5 = x.fma(b3, v5);
        }
        s0.intoArray(c, c0);
        t0.intoArray(c, c0 + LANES);
        u0.intoArray(c, c0 + 2 * LANES);
        v0.intoArray(c, c0 + 3 * LANES);
        s1.intoArray(c, c1);
        t1.intoArray(c, c1 + LANES);
        u1.intoArray(c, c1 + 2 * LANES);
        v1.intoArray(c, c1 + 3 * LANES);
        s2.intoArray(c, c2);
        t2.intoArray(c, c2 + LANES);
        u2.intoArray(c, c2 + 2 * LANES);
        v2.intoArray(c, c2 + 3 * LANES);
        s3.intoArray(c, c3);
        t3.intoArray(c, c3 + LANES);
        u3.intoArray(c, c3 + 2 * LANES);
        v3.intoArray(c, c3 + 3 * LANES);
        s4.intoArray(c, c4);
        t4.intoArray(c, c4 + LANES);
        u4.intoArray(c, c4 + 2 * LANES);
        v4.intoArray(c, c4 + 3 * LANES);
        s5.intoArray(c, c5);
        t5.intoArray(c, c5 + LANES);
        u5.intoArray(c, c5 + 2 * LANES);
        v5.intoArray(c, c5 + 3 * LANES);
    }
}
