// Derived from PackedTile64.java by FloatTwin, which tells how: change that file.
package org.plumbline.engine.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loops of a packed matrix product: one tile of {@link #ROWS} by {@link #COLUMNS} elements, held in registers
 * while the whole contraction runs over it.
 *
 * <p>The tile is as large as the registers allow. Of the 32 registers of AVX-512, 14 rows of two vectors take 28, a row of
 * B two and the broadcast element of A one; narrower vectors usually come with 16 registers, which 6 rows of two fill. The
 * accumulators are local variables because an array of vectors would live in memory.
 *
 * <p>Every element is the chain {@code fma(a[p], b[p], …)} in ascending {@code p}, started from zero or from what stands in
 * {@code c}; cutting the contraction in pieces therefore changes no bit.
 */
final class PackedTile32 {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    /** Rows of a tile. */
    static final int ROWS = SPECIES.vectorBitSize() >= 512 ? 14 : 6;

    /** Columns of a tile: two vectors. */
    static final int COLUMNS = 2 * LANES;

    private PackedTile32() {}

    /**
     * Computes one tile of {@code c}.
     *
     * @param a packed rows: {@code k} times {@link #ROWS} elements from {@code startA}
     * @param b packed columns: {@code k} times {@link #COLUMNS} elements from {@code startB}
     * @param strideC distance between rows of {@code c}
     * @param accumulate whether to add to what stands in {@code c} or to overwrite it
     */
    static void multiply(float[] a, int startA, float[] b, int startB, int k, float[] c, int startC, int strideC,
            boolean accumulate) {
        if (ROWS == 14) {
            tile14(a, startA, b, startB, k, c, startC, strideC, accumulate);
        } else {
            tile6(a, startA, b, startB, k, c, startC, strideC, accumulate);
        }
    }

    private static void tile14(float[] a, int startA, float[] b, int startB, int k, float[] c, int startC, int strideC,
            boolean accumulate) {
        FloatVector zero = FloatVector.zero(SPECIES);
        int c0 = startC;
        int c1 = startC + strideC;
        int c2 = startC + 2 * strideC;
        int c3 = startC + 3 * strideC;
        int c4 = startC + 4 * strideC;
        int c5 = startC + 5 * strideC;
        int c6 = startC + 6 * strideC;
        int c7 = startC + 7 * strideC;
        int c8 = startC + 8 * strideC;
        int c9 = startC + 9 * strideC;
        int c10 = startC + 10 * strideC;
        int c11 = startC + 11 * strideC;
        int c12 = startC + 12 * strideC;
        int c13 = startC + 13 * strideC;
        FloatVector s0 = accumulate ? FloatVector.fromArray(SPECIES, c, c0) : zero;
        FloatVector t0 = accumulate ? FloatVector.fromArray(SPECIES, c, c0 + LANES) : zero;
        FloatVector s1 = accumulate ? FloatVector.fromArray(SPECIES, c, c1) : zero;
        FloatVector t1 = accumulate ? FloatVector.fromArray(SPECIES, c, c1 + LANES) : zero;
        FloatVector s2 = accumulate ? FloatVector.fromArray(SPECIES, c, c2) : zero;
        FloatVector t2 = accumulate ? FloatVector.fromArray(SPECIES, c, c2 + LANES) : zero;
        FloatVector s3 = accumulate ? FloatVector.fromArray(SPECIES, c, c3) : zero;
        FloatVector t3 = accumulate ? FloatVector.fromArray(SPECIES, c, c3 + LANES) : zero;
        FloatVector s4 = accumulate ? FloatVector.fromArray(SPECIES, c, c4) : zero;
        FloatVector t4 = accumulate ? FloatVector.fromArray(SPECIES, c, c4 + LANES) : zero;
        FloatVector s5 = accumulate ? FloatVector.fromArray(SPECIES, c, c5) : zero;
        FloatVector t5 = accumulate ? FloatVector.fromArray(SPECIES, c, c5 + LANES) : zero;
        FloatVector s6 = accumulate ? FloatVector.fromArray(SPECIES, c, c6) : zero;
        FloatVector t6 = accumulate ? FloatVector.fromArray(SPECIES, c, c6 + LANES) : zero;
        FloatVector s7 = accumulate ? FloatVector.fromArray(SPECIES, c, c7) : zero;
        FloatVector t7 = accumulate ? FloatVector.fromArray(SPECIES, c, c7 + LANES) : zero;
        FloatVector s8 = accumulate ? FloatVector.fromArray(SPECIES, c, c8) : zero;
        FloatVector t8 = accumulate ? FloatVector.fromArray(SPECIES, c, c8 + LANES) : zero;
        FloatVector s9 = accumulate ? FloatVector.fromArray(SPECIES, c, c9) : zero;
        FloatVector t9 = accumulate ? FloatVector.fromArray(SPECIES, c, c9 + LANES) : zero;
        FloatVector s10 = accumulate ? FloatVector.fromArray(SPECIES, c, c10) : zero;
        FloatVector t10 = accumulate ? FloatVector.fromArray(SPECIES, c, c10 + LANES) : zero;
        FloatVector s11 = accumulate ? FloatVector.fromArray(SPECIES, c, c11) : zero;
        FloatVector t11 = accumulate ? FloatVector.fromArray(SPECIES, c, c11 + LANES) : zero;
        FloatVector s12 = accumulate ? FloatVector.fromArray(SPECIES, c, c12) : zero;
        FloatVector t12 = accumulate ? FloatVector.fromArray(SPECIES, c, c12 + LANES) : zero;
        FloatVector s13 = accumulate ? FloatVector.fromArray(SPECIES, c, c13) : zero;
        FloatVector t13 = accumulate ? FloatVector.fromArray(SPECIES, c, c13 + LANES) : zero;
        for (int p = 0; p < k; p++) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, startB + p * 2 * LANES);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, startB + p * 2 * LANES + LANES);
            int at = startA + p * 14;
            FloatVector x;
            x = FloatVector.broadcast(SPECIES, a[at]);
            s0 = x.fma(b0, s0);
            t0 = x.fma(b1, t0);
            x = FloatVector.broadcast(SPECIES, a[at + 1]);
            s1 = x.fma(b0, s1);
            t1 = x.fma(b1, t1);
            x = FloatVector.broadcast(SPECIES, a[at + 2]);
            s2 = x.fma(b0, s2);
            t2 = x.fma(b1, t2);
            x = FloatVector.broadcast(SPECIES, a[at + 3]);
            s3 = x.fma(b0, s3);
            t3 = x.fma(b1, t3);
            x = FloatVector.broadcast(SPECIES, a[at + 4]);
            s4 = x.fma(b0, s4);
            t4 = x.fma(b1, t4);
            x = FloatVector.broadcast(SPECIES, a[at + 5]);
            s5 = x.fma(b0, s5);
            t5 = x.fma(b1, t5);
            x = FloatVector.broadcast(SPECIES, a[at + 6]);
            s6 = x.fma(b0, s6);
            t6 = x.fma(b1, t6);
            x = FloatVector.broadcast(SPECIES, a[at + 7]);
            s7 = x.fma(b0, s7);
            t7 = x.fma(b1, t7);
            x = FloatVector.broadcast(SPECIES, a[at + 8]);
            s8 = x.fma(b0, s8);
            t8 = x.fma(b1, t8);
            x = FloatVector.broadcast(SPECIES, a[at + 9]);
            s9 = x.fma(b0, s9);
            t9 = x.fma(b1, t9);
            x = FloatVector.broadcast(SPECIES, a[at + 10]);
            s10 = x.fma(b0, s10);
            t10 = x.fma(b1, t10);
            x = FloatVector.broadcast(SPECIES, a[at + 11]);
            s11 = x.fma(b0, s11);
            t11 = x.fma(b1, t11);
            x = FloatVector.broadcast(SPECIES, a[at + 12]);
            s12 = x.fma(b0, s12);
            t12 = x.fma(b1, t12);
            x = FloatVector.broadcast(SPECIES, a[at + 13]);
            s13 = x.fma(b0, s13);
            t13 = x.fma(b1, t13);
        }
        s0.intoArray(c, c0);
        t0.intoArray(c, c0 + LANES);
        s1.intoArray(c, c1);
        t1.intoArray(c, c1 + LANES);
        s2.intoArray(c, c2);
        t2.intoArray(c, c2 + LANES);
        s3.intoArray(c, c3);
        t3.intoArray(c, c3 + LANES);
        s4.intoArray(c, c4);
        t4.intoArray(c, c4 + LANES);
        s5.intoArray(c, c5);
        t5.intoArray(c, c5 + LANES);
        s6.intoArray(c, c6);
        t6.intoArray(c, c6 + LANES);
        s7.intoArray(c, c7);
        t7.intoArray(c, c7 + LANES);
        s8.intoArray(c, c8);
        t8.intoArray(c, c8 + LANES);
        s9.intoArray(c, c9);
        t9.intoArray(c, c9 + LANES);
        s10.intoArray(c, c10);
        t10.intoArray(c, c10 + LANES);
        s11.intoArray(c, c11);
        t11.intoArray(c, c11 + LANES);
        s12.intoArray(c, c12);
        t12.intoArray(c, c12 + LANES);
        s13.intoArray(c, c13);
        t13.intoArray(c, c13 + LANES);
    }

    private static void tile6(float[] a, int startA, float[] b, int startB, int k, float[] c, int startC, int strideC,
            boolean accumulate) {
        FloatVector zero = FloatVector.zero(SPECIES);
        int c0 = startC;
        int c1 = startC + strideC;
        int c2 = startC + 2 * strideC;
        int c3 = startC + 3 * strideC;
        int c4 = startC + 4 * strideC;
        int c5 = startC + 5 * strideC;
        FloatVector s0 = accumulate ? FloatVector.fromArray(SPECIES, c, c0) : zero;
        FloatVector t0 = accumulate ? FloatVector.fromArray(SPECIES, c, c0 + LANES) : zero;
        FloatVector s1 = accumulate ? FloatVector.fromArray(SPECIES, c, c1) : zero;
        FloatVector t1 = accumulate ? FloatVector.fromArray(SPECIES, c, c1 + LANES) : zero;
        FloatVector s2 = accumulate ? FloatVector.fromArray(SPECIES, c, c2) : zero;
        FloatVector t2 = accumulate ? FloatVector.fromArray(SPECIES, c, c2 + LANES) : zero;
        FloatVector s3 = accumulate ? FloatVector.fromArray(SPECIES, c, c3) : zero;
        FloatVector t3 = accumulate ? FloatVector.fromArray(SPECIES, c, c3 + LANES) : zero;
        FloatVector s4 = accumulate ? FloatVector.fromArray(SPECIES, c, c4) : zero;
        FloatVector t4 = accumulate ? FloatVector.fromArray(SPECIES, c, c4 + LANES) : zero;
        FloatVector s5 = accumulate ? FloatVector.fromArray(SPECIES, c, c5) : zero;
        FloatVector t5 = accumulate ? FloatVector.fromArray(SPECIES, c, c5 + LANES) : zero;
        for (int p = 0; p < k; p++) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, startB + p * 2 * LANES);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, startB + p * 2 * LANES + LANES);
            int at = startA + p * 6;
            FloatVector x;
            x = FloatVector.broadcast(SPECIES, a[at]);
            s0 = x.fma(b0, s0);
            t0 = x.fma(b1, t0);
            x = FloatVector.broadcast(SPECIES, a[at + 1]);
            s1 = x.fma(b0, s1);
            t1 = x.fma(b1, t1);
            x = FloatVector.broadcast(SPECIES, a[at + 2]);
            s2 = x.fma(b0, s2);
            t2 = x.fma(b1, t2);
            x = FloatVector.broadcast(SPECIES, a[at + 3]);
            s3 = x.fma(b0, s3);
            t3 = x.fma(b1, t3);
            x = FloatVector.broadcast(SPECIES, a[at + 4]);
            s4 = x.fma(b0, s4);
            t4 = x.fma(b1, t4);
            x = FloatVector.broadcast(SPECIES, a[at + 5]);
            s5 = x.fma(b0, s5);
            t5 = x.fma(b1, t5);
        }
        s0.intoArray(c, c0);
        t0.intoArray(c, c0 + LANES);
        s1.intoArray(c, c1);
        t1.intoArray(c, c1 + LANES);
        s2.intoArray(c, c2);
        t2.intoArray(c, c2 + LANES);
        s3.intoArray(c, c3);
        t3.intoArray(c, c3 + LANES);
        s4.intoArray(c, c4);
        t4.intoArray(c, c4 + LANES);
        s5.intoArray(c, c5);
        t5.intoArray(c, c5 + LANES);
    }
}
