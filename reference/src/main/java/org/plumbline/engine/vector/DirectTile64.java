package org.plumbline.engine.vector;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loops of a matrix product that reads its operands where they lie: tiles of four rows by four vectors, eight
 * by two and eight by one, held in registers while the contraction runs over them.
 *
 * <p>A fused multiply-add has a latency of about four cycles and two begin in each, so eight accumulators are the least that
 * keep the units busy. Beyond that the shape is free: the wide tile loads least per operation, the tall ones serve narrow
 * matrices.
 *
 * <p>A tile with fewer rows than it is high repeats its last row: the copies compute and store the same bits. Nothing is
 * masked: until a loop is compiled, a masked operation takes many times as long as a plain one.
 *
 * <p>Every element is the chain {@code fma(a[p], b[p], …)} in ascending {@code p}, started from zero or from what stands in
 * {@code c}; cutting the contraction in pieces therefore changes no bit.
 */
final class DirectTile64 {

    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

    /** Elements of a vector. */
    static final int LANES = SPECIES.length();

    /** Rows of the tallest tile. */
    static final int MOST_ROWS = 8;

    private DirectTile64() {}

    /**
     * Computes {@code rows} by {@code vectors * LANES} elements of {@code c}.
     *
     * @param vectors 1, 2 or 4
     * @param a holds element (i, p) at {@code startA + i * rowStrideA + p * stepA}
     * @param b holds element (p, j) at {@code startB + p * strideB + j}
     * @param k length of the contraction
     * @param c holds element (i, j) at {@code startC + i * strideC + j}
     * @param accumulate whether to add to what stands in {@code c} or to overwrite it
     */
    static void multiply(int vectors, double[] a, int startA, int rowStrideA, int stepA, double[] b, int startB, int strideB,
            int k, double[] c, int startC, int strideC, int rows, boolean accumulate) {
        int height = vectors == 4 ? 4 : MOST_ROWS;
        for (int i = 0; i < rows; i += height) {
            int atA = startA + i * rowStrideA;
            int atC = startC + i * strideC;
            int left = rows - i;
            switch (vectors) {
                case 4 -> tile4by4(a, atA, rowStrideA, stepA, b, startB, strideB, k, c, atC, strideC, left, accumulate);
                case 2 -> tile8by2(a, atA, rowStrideA, stepA, b, startB, strideB, k, c, atC, strideC, left, accumulate);
                default -> tile8by1(a, atA, rowStrideA, stepA, b, startB, strideB, k, c, atC, strideC, left, accumulate);
            }
        }
    }

    private static void tile4by4(double[] a, int startA, int rowStrideA, int stepA, double[] b, int startB, int strideB,
            int k, double[] c, int startC, int strideC, int rows, boolean accumulate) {
        int a0 = startA;
        int c0 = startC;
        int a1 = rows > 1 ? a0 + rowStrideA : a0;
        int c1 = rows > 1 ? c0 + strideC : c0;
        int a2 = rows > 2 ? a1 + rowStrideA : a1;
        int c2 = rows > 2 ? c1 + strideC : c1;
        int a3 = rows > 3 ? a2 + rowStrideA : a2;
        int c3 = rows > 3 ? c2 + strideC : c2;
        DoubleVector zero = DoubleVector.zero(SPECIES);
        DoubleVector s0 = accumulate ? DoubleVector.fromArray(SPECIES, c, c0) : zero;
        DoubleVector t0 = accumulate ? DoubleVector.fromArray(SPECIES, c, c0 + LANES) : zero;
        DoubleVector u0 = accumulate ? DoubleVector.fromArray(SPECIES, c, c0 + 2 * LANES) : zero;
        DoubleVector v0 = accumulate ? DoubleVector.fromArray(SPECIES, c, c0 + 3 * LANES) : zero;
        DoubleVector s1 = accumulate ? DoubleVector.fromArray(SPECIES, c, c1) : zero;
        DoubleVector t1 = accumulate ? DoubleVector.fromArray(SPECIES, c, c1 + LANES) : zero;
        DoubleVector u1 = accumulate ? DoubleVector.fromArray(SPECIES, c, c1 + 2 * LANES) : zero;
        DoubleVector v1 = accumulate ? DoubleVector.fromArray(SPECIES, c, c1 + 3 * LANES) : zero;
        DoubleVector s2 = accumulate ? DoubleVector.fromArray(SPECIES, c, c2) : zero;
        DoubleVector t2 = accumulate ? DoubleVector.fromArray(SPECIES, c, c2 + LANES) : zero;
        DoubleVector u2 = accumulate ? DoubleVector.fromArray(SPECIES, c, c2 + 2 * LANES) : zero;
        DoubleVector v2 = accumulate ? DoubleVector.fromArray(SPECIES, c, c2 + 3 * LANES) : zero;
        DoubleVector s3 = accumulate ? DoubleVector.fromArray(SPECIES, c, c3) : zero;
        DoubleVector t3 = accumulate ? DoubleVector.fromArray(SPECIES, c, c3 + LANES) : zero;
        DoubleVector u3 = accumulate ? DoubleVector.fromArray(SPECIES, c, c3 + 2 * LANES) : zero;
        DoubleVector v3 = accumulate ? DoubleVector.fromArray(SPECIES, c, c3 + 3 * LANES) : zero;
        int atA = 0;
        int atB = startB;
        for (int p = 0; p < k; p++) {
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, atB);
            DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, atB + LANES);
            DoubleVector b2 = DoubleVector.fromArray(SPECIES, b, atB + 2 * LANES);
            DoubleVector b3 = DoubleVector.fromArray(SPECIES, b, atB + 3 * LANES);
            DoubleVector x;
            x = DoubleVector.broadcast(SPECIES, a[a0 + atA]);
            s0 = x.fma(b0, s0);
            t0 = x.fma(b1, t0);
            u0 = x.fma(b2, u0);
            v0 = x.fma(b3, v0);
            x = DoubleVector.broadcast(SPECIES, a[a1 + atA]);
            s1 = x.fma(b0, s1);
            t1 = x.fma(b1, t1);
            u1 = x.fma(b2, u1);
            v1 = x.fma(b3, v1);
            x = DoubleVector.broadcast(SPECIES, a[a2 + atA]);
            s2 = x.fma(b0, s2);
            t2 = x.fma(b1, t2);
            u2 = x.fma(b2, u2);
            v2 = x.fma(b3, v2);
            x = DoubleVector.broadcast(SPECIES, a[a3 + atA]);
            s3 = x.fma(b0, s3);
            t3 = x.fma(b1, t3);
            u3 = x.fma(b2, u3);
            v3 = x.fma(b3, v3);
            atA += stepA;
            atB += strideB;
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
    }

    private static void tile8by2(double[] a, int startA, int rowStrideA, int stepA, double[] b, int startB, int strideB,
            int k, double[] c, int startC, int strideC, int rows, boolean accumulate) {
        int a0 = startA;
        int c0 = startC;
        int a1 = rows > 1 ? a0 + rowStrideA : a0;
        int c1 = rows > 1 ? c0 + strideC : c0;
        int a2 = rows > 2 ? a1 + rowStrideA : a1;
        int c2 = rows > 2 ? c1 + strideC : c1;
        int a3 = rows > 3 ? a2 + rowStrideA : a2;
        int c3 = rows > 3 ? c2 + strideC : c2;
        int a4 = rows > 4 ? a3 + rowStrideA : a3;
        int c4 = rows > 4 ? c3 + strideC : c3;
        int a5 = rows > 5 ? a4 + rowStrideA : a4;
        int c5 = rows > 5 ? c4 + strideC : c4;
        int a6 = rows > 6 ? a5 + rowStrideA : a5;
        int c6 = rows > 6 ? c5 + strideC : c5;
        int a7 = rows > 7 ? a6 + rowStrideA : a6;
        int c7 = rows > 7 ? c6 + strideC : c6;
        DoubleVector zero = DoubleVector.zero(SPECIES);
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
        int atA = 0;
        int atB = startB;
        for (int p = 0; p < k; p++) {
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, atB);
            DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, atB + LANES);
            DoubleVector x;
            x = DoubleVector.broadcast(SPECIES, a[a0 + atA]);
            s0 = x.fma(b0, s0);
            t0 = x.fma(b1, t0);
            x = DoubleVector.broadcast(SPECIES, a[a1 + atA]);
            s1 = x.fma(b0, s1);
            t1 = x.fma(b1, t1);
            x = DoubleVector.broadcast(SPECIES, a[a2 + atA]);
            s2 = x.fma(b0, s2);
            t2 = x.fma(b1, t2);
            x = DoubleVector.broadcast(SPECIES, a[a3 + atA]);
            s3 = x.fma(b0, s3);
            t3 = x.fma(b1, t3);
            x = DoubleVector.broadcast(SPECIES, a[a4 + atA]);
            s4 = x.fma(b0, s4);
            t4 = x.fma(b1, t4);
            x = DoubleVector.broadcast(SPECIES, a[a5 + atA]);
            s5 = x.fma(b0, s5);
            t5 = x.fma(b1, t5);
            x = DoubleVector.broadcast(SPECIES, a[a6 + atA]);
            s6 = x.fma(b0, s6);
            t6 = x.fma(b1, t6);
            x = DoubleVector.broadcast(SPECIES, a[a7 + atA]);
            s7 = x.fma(b0, s7);
            t7 = x.fma(b1, t7);
            atA += stepA;
            atB += strideB;
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
    }

    private static void tile8by1(double[] a, int startA, int rowStrideA, int stepA, double[] b, int startB, int strideB,
            int k, double[] c, int startC, int strideC, int rows, boolean accumulate) {
        int a0 = startA;
        int c0 = startC;
        int a1 = rows > 1 ? a0 + rowStrideA : a0;
        int c1 = rows > 1 ? c0 + strideC : c0;
        int a2 = rows > 2 ? a1 + rowStrideA : a1;
        int c2 = rows > 2 ? c1 + strideC : c1;
        int a3 = rows > 3 ? a2 + rowStrideA : a2;
        int c3 = rows > 3 ? c2 + strideC : c2;
        int a4 = rows > 4 ? a3 + rowStrideA : a3;
        int c4 = rows > 4 ? c3 + strideC : c3;
        int a5 = rows > 5 ? a4 + rowStrideA : a4;
        int c5 = rows > 5 ? c4 + strideC : c4;
        int a6 = rows > 6 ? a5 + rowStrideA : a5;
        int c6 = rows > 6 ? c5 + strideC : c5;
        int a7 = rows > 7 ? a6 + rowStrideA : a6;
        int c7 = rows > 7 ? c6 + strideC : c6;
        DoubleVector zero = DoubleVector.zero(SPECIES);
        DoubleVector s0 = accumulate ? DoubleVector.fromArray(SPECIES, c, c0) : zero;
        DoubleVector s1 = accumulate ? DoubleVector.fromArray(SPECIES, c, c1) : zero;
        DoubleVector s2 = accumulate ? DoubleVector.fromArray(SPECIES, c, c2) : zero;
        DoubleVector s3 = accumulate ? DoubleVector.fromArray(SPECIES, c, c3) : zero;
        DoubleVector s4 = accumulate ? DoubleVector.fromArray(SPECIES, c, c4) : zero;
        DoubleVector s5 = accumulate ? DoubleVector.fromArray(SPECIES, c, c5) : zero;
        DoubleVector s6 = accumulate ? DoubleVector.fromArray(SPECIES, c, c6) : zero;
        DoubleVector s7 = accumulate ? DoubleVector.fromArray(SPECIES, c, c7) : zero;
        int atA = 0;
        int atB = startB;
        for (int p = 0; p < k; p++) {
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, atB);
            DoubleVector x;
            x = DoubleVector.broadcast(SPECIES, a[a0 + atA]);
            s0 = x.fma(b0, s0);
            x = DoubleVector.broadcast(SPECIES, a[a1 + atA]);
            s1 = x.fma(b0, s1);
            x = DoubleVector.broadcast(SPECIES, a[a2 + atA]);
            s2 = x.fma(b0, s2);
            x = DoubleVector.broadcast(SPECIES, a[a3 + atA]);
            s3 = x.fma(b0, s3);
            x = DoubleVector.broadcast(SPECIES, a[a4 + atA]);
            s4 = x.fma(b0, s4);
            x = DoubleVector.broadcast(SPECIES, a[a5 + atA]);
            s5 = x.fma(b0, s5);
            x = DoubleVector.broadcast(SPECIES, a[a6 + atA]);
            s6 = x.fma(b0, s6);
            x = DoubleVector.broadcast(SPECIES, a[a7 + atA]);
            s7 = x.fma(b0, s7);
            atA += stepA;
            atB += strideB;
        }
        s0.intoArray(c, c0);
        s1.intoArray(c, c1);
        s2.intoArray(c, c2);
        s3.intoArray(c, c3);
        s4.intoArray(c, c4);
        s5.intoArray(c, c5);
        s6.intoArray(c, c6);
        s7.intoArray(c, c7);
    }
}
