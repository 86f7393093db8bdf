package org.plumbline.engine.vector;

import jdk.incubator.vector.DoubleVector;
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
final class PackedTile64 {

    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    /** Rows of a tile. */
    static final int ROWS = SPECIES.vectorBitSize() >= 512 ? 14 : 6;

    /** Columns of a tile: two vectors. */
    static final int COLUMNS = 2 * LANES;

    private PackedTile64() {}

    /**
     * Computes one tile of {@code c}.
     *
     * @param a packed rows: {@code k} times {@link #ROWS} elements from {@code startA}
     * @param b packed columns: {@code k} times {@link #COLUMNS} elements from {@code startB}
     * @param strideC distance between rows of {@code c}
     * @param accumulate whether to add to what stands in {@code c} or to overwrite it
     */
    static void multiply(double[] a, int startA, double[] b, int startB, int k, double[] c, int startC, int strideC,
            boolean accumulate) {
        if (ROWS == 14) {
            tile14(a, startA, b, startB, k, c, startC, strideC, accumulate);
        } else {
            tile6(a, startA, b, startB, k, c, startC, strideC, accumulate);
        }
    }

    private static void tile14(double[] a, int startA, double[] b, int startB, int k, double[] c, int startC, int strideC,
            boolean accumulate) {
        DoubleVector zero = DoubleVector.zero(SPECIES);
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
        DoubleVector s0 = accumulate ? DoubleVector.fromArray(SPECIES, c, c0) : zero;
        DoubleVector t0 = accumulate ? DoubleVector.fromArray(SPECIES, c, c0 + LANES) : zero;
        DoubleVector s1 = accumulate ? DoubleVector.fromArray(SPECIES, c, c1) : zero;
        DoubleVector t1 = accumulate ? DoubleVector.fromArray(SPECIES, c, c1 + LANES) : zero;
        DoubleVector s2 = accumulate ? DoubleVector.fromArray(SPECIES, c, c2) : zero;
        DoubleVector t2 = accumulate ? DoubleVector.fromArray(SPECIES, c, c2 + LANES) : zero;
        DoubleVector s3 = accumulate ? DoubleVector.fromArray(SPECIES, c, c3) : zero;
        DoubleVector t3 = accumulate ? DoubleVector.fromArray(SPECIES, c, c3 + LANES) : zero;
        DoubleVector s4 = accumulate ? DoubleVector.fromArray(SPECIES, c, c4) : zero;
        DoubleVector t4 = accumulate ? DoubleVector.fromArray(SPECIES, c, c4 + LANES) : zero;
        DoubleVector s5 = accumulate ? DoubleVector.fromArray(SPECIES, c, c5) : zero;
        DoubleVector t5 = accumulate ? DoubleVector.fromArray(SPECIES, c, c5 + LANES) : zero;
        DoubleVector s6 = accumulate ? DoubleVector.fromArray(SPECIES, c, c6) : zero;
        DoubleVector t6 = accumulate ? DoubleVector.fromArray(SPECIES, c, c6 + LANES) : zero;
        DoubleVector s7 = accumulate ? DoubleVector.fromArray(SPECIES, c, c7) : zero;
        DoubleVector t7 = accumulate ? DoubleVector.fromArray(SPECIES, c, c7 + LANES) : zero;
        DoubleVector s8 = accumulate ? DoubleVector.fromArray(SPECIES, c, c8) : zero;
        DoubleVector t8 = accumulate ? DoubleVector.fromArray(SPECIES, c, c8 + LANES) : zero;
        DoubleVector s9 = accumulate ? DoubleVector.fromArray(SPECIES, c, c9) : zero;
        DoubleVector t9 = accumulate ? DoubleVector.fromArray(SPECIES, c, c9 + LANES) : zero;
        DoubleVector s10 = accumulate ? DoubleVector.fromArray(SPECIES, c, c10) : zero;
        DoubleVector t10 = accumulate ? DoubleVector.fromArray(SPECIES, c, c10 + LANES) : zero;
        DoubleVector s11 = accumulate ? DoubleVector.fromArray(SPECIES, c, c11) : zero;
        DoubleVector t11 = accumulate ? DoubleVector.fromArray(SPECIES, c, c11 + LANES) : zero;
        DoubleVector s12 = accumulate ? DoubleVector.fromArray(SPECIES, c, c12) : zero;
        DoubleVector t12 = accumulate ? DoubleVector.fromArray(SPECIES, c, c12 + LANES) : zero;
        DoubleVector s13 = accumulate ? DoubleVector.fromArray(SPECIES, c, c13) : zero;
        DoubleVector t13 = accumulate ? DoubleVector.fromArray(SPECIES, c, c13 + LANES) : zero;
        for (int p = 0; p < k; p++) {
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, startB + p * 2 * LANES);
            DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, startB + p * 2 * LANES + LANES);
            int at = startA + p * 14;
            DoubleVector x;
            x = DoubleVector.broadcast(SPECIES, a[at]);
            s0 = x.fma(b0, s0);
            t0 = x.fma(b1, t0);
            x = DoubleVector.broadcast(SPECIES, a[at + 1]);
            s1 = x.fma(b0, s1);
            t1 = x.fma(b1, t1);
            x = DoubleVector.broadcast(SPECIES, a[at + 2]);
            s2 = x.fma(b0, s2);
            t2 = x.fma(b1, t2);
            x = DoubleVector.broadcast(SPECIES, a[at + 3]);
            s3 = x.fma(b0, s3);
            t3 = x.fma(b1, t3);
            x = DoubleVector.broadcast(SPECIES, a[at + 4]);
            s4 = x.fma(b0, s4);
            t4 = x.fma(b1, t4);
            x = DoubleVector.broadcast(SPECIES, a[at + 5]);
            s5 = x.fma(b0, s5);
            t5 = x.fma(b1, t5);
            x = DoubleVector.broadcast(SPECIES, a[at + 6]);
            s6 = x.fma(b0, s6);
            t6 = x.fma(b1, t6);
            x = DoubleVector.broadcast(SPECIES, a[at + 7]);
            s7 = x.fma(b0, s7);
            t7 = x.fma(b1, t7);
            x = DoubleVector.broadcast(SPECIES, a[at + 8]);
            s8 = x.fma(b0, s8);
            t8 = x.fma(b1, t8);
            x = DoubleVector.broadcast(SPECIES, a[at + 9]);
            s9 = x.fma(b0, s9);
            t9 = x.fma(b1, t9);
            x = DoubleVector.broadcast(SPECIES, a[at + 10]);
            s10 = x.fma(b0, s10);
            t10 = x.fma(b1, t10);
            x = DoubleVector.broadcast(SPECIES, a[at + 11]);
            s11 = x.fma(b0, s11);
            t11 = x.fma(b1, t11);
            x = DoubleVector.broadcast(SPECIES, a[at + 12]);
            s12 = x.fma(b0, s12);
            t12 = x.fma(b1, t12);
            x = DoubleVector.broadcast(SPECIES, a[at + 13]);
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

    private static void tile6(double[] a, int startA, double[] b, int startB, int k, double[] c, int startC, int strideC,
            boolean accumulate) {
        DoubleVector zero = DoubleVector.zero(SPECIES);
        int c0 = startC;
        int c1 = startC + strideC;
        int c2 = startC + 2 * strideC;
        int c3 = startC + 3 * strideC;
        int c4 = startC + 4 * strideC;
        int c5 = startC + 5 * strideC;
        DoubleVector s0 = accumulate ? DoubleVector.fromArray(SPECIES, c, c0) : zero;
        DoubleVector t0 = accumulate ? DoubleVector.fromArray(SPECIES, c, c0 + LANES) : zero;
        DoubleVector s1 = accumulate ? DoubleVector.fromArray(SPECIES, c, c1) : zero;
        DoubleVector t1 = accumulate ? DoubleVector.fromArray(SPECIES, c, c1 + LANES) : zero;
        DoubleVector s2 = accumulate ? DoubleVector.fromArray(SPECIES, c, c2) : zero;
        DoubleVector t2 = accumulate ? DoubleVector.fromArray(SPECIES, c, c2 + LANES) : zero;
        DoubleVector s3 = accumulate ? DoubleVector.fromArray(SPECIES, c, c3) : zero;
        DoubleVector t3 = accumulate ? DoubleVector.fromArray(SPECIES, c, c3 + LANES) : zero;
        DoubleVector s4 = accumulate ? DoubleVector.fromArray(SPECIES, c, c4) : zero;
        DoubleVector t4 = accumulate ? DoubleVector.fromArray(SPECIES, c, c4 + LANES) : zero;
        DoubleVector s5 = accumulate ? DoubleVector.fromArray(SPECIES, c, c5) : zero;
        DoubleVector t5 = accumulate ? DoubleVector.fromArray(SPECIES, c, c5 + LANES) : zero;
        for (int p = 0; p < k; p++) {
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, startB + p * 2 * LANES);
            DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, startB + p * 2 * LANES + LANES);
            int at = startA + p * 6;
            DoubleVector x;
            x = DoubleVector.broadcast(SPECIES, a[at]);
            s0 = x.fma(b0, s0);
            t0 = x.fma(b1, t0);
            x = DoubleVector.broadcast(SPECIES, a[at + 1]);
            s1 = x.fma(b0, s1);
            t1 = x.fma(b1, t1);
            x = DoubleVector.broadcast(SPECIES, a[at + 2]);
            s2 = x.fma(b0, s2);
            t2 = x.fma(b1, t2);
            x = DoubleVector.broadcast(SPECIES, a[at + 3]);
            s3 = x.fma(b0, s3);
            t3 = x.fma(b1, t3);
            x = DoubleVector.broadcast(SPECIES, a[at + 4]);
            s4 = x.fma(b0, s4);
            t4 = x.fma(b1, t4);
            x = DoubleVector.broadcast(SPECIES, a[at + 5]);
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
