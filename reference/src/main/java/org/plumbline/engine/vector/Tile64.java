package org.plumbline.engine.vector;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Loops inside a matrix product: tiles held in registers while the contraction runs over them. The rows of the left
 * operand are read where they lie, an element at a time; those of the right one, a vector at a time, had better lie
 * close together.
 *
 * <p>A fused multiply-add has a latency of about four cycles and two begin in each, so eight accumulators are the least
 * that keep the units busy. Six rows by two vectors take 15 registers, of the 16 that vectors shorter than 512 bits
 * usually come with; eight by two and eight by one are for where there are more, or fewer columns are left. The
 * accumulators are local variables because an array of vectors would live in memory.
 *
 * <p>A tile with fewer rows than it is high repeats its last row: the copies compute and store the same bits. Nothing
 * is masked: until a loop is compiled, a masked operation takes many times as long as a plain one.
 *
 * <p>Every element is the chain {@code fma(a[p], b[p], …)} in ascending {@code p}, started from zero or from what
 * stands in {@code c}; cutting the contraction in pieces therefore changes no bit.
 */
final class Tile64 {

    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

    /** Elements of a vector. */
    static final int LANES = SPECIES.length();

    /** The most rows of a tile. */
    static final int MOST_ROWS = 8;

    /** Whether two vectors a row and eight rows find a register each. */
    private static final boolean TALL = SPECIES.vectorBitSize() >= 512;

    private Tile64() {}

    /**
     * Computes {@code rows} by {@code vectors * LANES} elements of {@code c}.
     *
     * @param vectors 1 or 2
     * @param a holds element (i, p) at {@code startA + i * rowStrideA + p * stepA}
     * @param b holds element (p, j) at {@code startB + p * strideB + j}
     * @param k length of the contraction
     * @param c holds element (i, j) at {@code startC + i * strideC + j}
     * @param accumulate whether to add to what stands in {@code c} or to overwrite it
     */
    static void multiply(int vectors, double[] a, int startA, int rowStrideA, int stepA, double[] b, int startB,
            int strideB, int k, double[] c, int startC, int strideC, int rows, boolean accumulate) {
        int height = vectors == 2 && !TALL ? 6 : MOST_ROWS;
        for (int i = 0; i < rows; i += height) {
            int atA = startA + i * rowStrideA;
            int atC = startC + i * strideC;
            int left = rows - i;
            if (vectors == 1) {
                tile8by1(a, atA, rowStrideA, stepA, b, startB, strideB, k, c, atC, strideC, left, accumulate);
            } else if (TALL) {
                tile8by2(a, atA, rowStrideA, stepA, b, startB, strideB, k, c, atC, strideC, left, accumulate);
            } else {
                tile6by2(a, atA, rowStrideA, stepA, b, startB, strideB, k, c, atC, strideC, left, accumulate);
            }
        }
    }

    private static void tile8by2(double[] a, int startA, int rowStrideA, int stepA, double[] b, int startB, int strideB,
            int k, double[] c, int startC, int strideC, int rows, boolean accumulate) {
        int c0 = startC;
        int c1 = rows > 1 ? c0 + strideC : c0;
        int c2 = rows > 2 ? c1 + strideC : c1;
        int c3 = rows > 3 ? c2 + strideC : c2;
        int c4 = rows > 4 ? c3 + strideC : c3;
        int c5 = rows > 5 ? c4 + strideC : c4;
        int c6 = rows > 6 ? c5 + strideC : c5;
        int c7 = rows > 7 ? c6 + strideC : c6;
        int a0 = startA;
        int a1 = rows > 1 ? a0 + rowStrideA : a0;
        int a2 = rows > 2 ? a1 + rowStrideA : a1;
        int a3 = rows > 3 ? a2 + rowStrideA : a2;
        int a4 = rows > 4 ? a3 + rowStrideA : a3;
        int a5 = rows > 5 ? a4 + rowStrideA : a4;
        int a6 = rows > 6 ? a5 + rowStrideA : a5;
        int a7 = rows > 7 ? a6 + rowStrideA : a6;
        DoubleVector zero = DoubleVector.zero(SPECIES);
        DoubleVector s0, t0;
        DoubleVector s1, t1;
        DoubleVector s2, t2;
        DoubleVector s3, t3;
        DoubleVector s4, t4;
        DoubleVector s5, t5;
        DoubleVector s6, t6;
        DoubleVector s7, t7;
        if (accumulate) {
            s0 = DoubleVector.fromArray(SPECIES, c, c0);
            t0 = DoubleVector.fromArray(SPECIES, c, c0 + LANES);
            s1 = DoubleVector.fromArray(SPECIES, c, c1);
            t1 = DoubleVector.fromArray(SPECIES, c, c1 + LANES);
            s2 = DoubleVector.fromArray(SPECIES, c, c2);
            t2 = DoubleVector.fromArray(SPECIES, c, c2 + LANES);
            s3 = DoubleVector.fromArray(SPECIES, c, c3);
            t3 = DoubleVector.fromArray(SPECIES, c, c3 + LANES);
            s4 = DoubleVector.fromArray(SPECIES, c, c4);
            t4 = DoubleVector.fromArray(SPECIES, c, c4 + LANES);
            s5 = DoubleVector.fromArray(SPECIES, c, c5);
            t5 = DoubleVector.fromArray(SPECIES, c, c5 + LANES);
            s6 = DoubleVector.fromArray(SPECIES, c, c6);
            t6 = DoubleVector.fromArray(SPECIES, c, c6 + LANES);
            s7 = DoubleVector.fromArray(SPECIES, c, c7);
            t7 = DoubleVector.fromArray(SPECIES, c, c7 + LANES);
        } else {
            s0 = t0 = zero;
            s1 = t1 = zero;
            s2 = t2 = zero;
            s3 = t3 = zero;
            s4 = t4 = zero;
            s5 = t5 = zero;
            s6 = t6 = zero;
            s7 = t7 = zero;
        }
        for (int p = 0; p < k; p++) {
            int atA = p * stepA;
            int atB = startB + p * strideB;
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

    private static void tile6by2(double[] a, int startA, int rowStrideA, int stepA, double[] b, int startB, int strideB,
            int k, double[] c, int startC, int strideC, int rows, boolean accumulate) {
        int c0 = startC;
        int c1 = rows > 1 ? c0 + strideC : c0;
        int c2 = rows > 2 ? c1 + strideC : c1;
        int c3 = rows > 3 ? c2 + strideC : c2;
        int c4 = rows > 4 ? c3 + strideC : c3;
        int c5 = rows > 5 ? c4 + strideC : c4;
        int a0 = startA;
        int a1 = rows > 1 ? a0 + rowStrideA : a0;
        int a2 = rows > 2 ? a1 + rowStrideA : a1;
        int a3 = rows > 3 ? a2 + rowStrideA : a2;
        int a4 = rows > 4 ? a3 + rowStrideA : a3;
        int a5 = rows > 5 ? a4 + rowStrideA : a4;
        DoubleVector zero = DoubleVector.zero(SPECIES);
        DoubleVector s0, t0;
        DoubleVector s1, t1;
        DoubleVector s2, t2;
        DoubleVector s3, t3;
        DoubleVector s4, t4;
        DoubleVector s5, t5;
        if (accumulate) {
            s0 = DoubleVector.fromArray(SPECIES, c, c0);
            t0 = DoubleVector.fromArray(SPECIES, c, c0 + LANES);
            s1 = DoubleVector.fromArray(SPECIES, c, c1);
            t1 = DoubleVector.fromArray(SPECIES, c, c1 + LANES);
            s2 = DoubleVector.fromArray(SPECIES, c, c2);
            t2 = DoubleVector.fromArray(SPECIES, c, c2 + LANES);
            s3 = DoubleVector.fromArray(SPECIES, c, c3);
            t3 = DoubleVector.fromArray(SPECIES, c, c3 + LANES);
            s4 = DoubleVector.fromArray(SPECIES, c, c4);
            t4 = DoubleVector.fromArray(SPECIES, c, c4 + LANES);
            s5 = DoubleVector.fromArray(SPECIES, c, c5);
            t5 = DoubleVector.fromArray(SPECIES, c, c5 + LANES);
        } else {
            s0 = t0 = zero;
            s1 = t1 = zero;
            s2 = t2 = zero;
            s3 = t3 = zero;
            s4 = t4 = zero;
            s5 = t5 = zero;
        }
        for (int p = 0; p < k; p++) {
            int atA = p * stepA;
            int atB = startB + p * strideB;
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

    private static void tile8by1(double[] a, int startA, int rowStrideA, int stepA, double[] b, int startB, int strideB,
            int k, double[] c, int startC, int strideC, int rows, boolean accumulate) {
        int c0 = startC;
        int c1 = rows > 1 ? c0 + strideC : c0;
        int c2 = rows > 2 ? c1 + strideC : c1;
        int c3 = rows > 3 ? c2 + strideC : c2;
        int c4 = rows > 4 ? c3 + strideC : c3;
        int c5 = rows > 5 ? c4 + strideC : c4;
        int c6 = rows > 6 ? c5 + strideC : c5;
        int c7 = rows > 7 ? c6 + strideC : c6;
        int a0 = startA;
        int a1 = rows > 1 ? a0 + rowStrideA : a0;
        int a2 = rows > 2 ? a1 + rowStrideA : a1;
        int a3 = rows > 3 ? a2 + rowStrideA : a2;
        int a4 = rows > 4 ? a3 + rowStrideA : a3;
        int a5 = rows > 5 ? a4 + rowStrideA : a4;
        int a6 = rows > 6 ? a5 + rowStrideA : a5;
        int a7 = rows > 7 ? a6 + rowStrideA : a6;
        DoubleVector zero = DoubleVector.zero(SPECIES);
        DoubleVector s0;
        DoubleVector s1;
        DoubleVector s2;
        DoubleVector s3;
        DoubleVector s4;
        DoubleVector s5;
        DoubleVector s6;
        DoubleVector s7;
        if (accumulate) {
            s0 = DoubleVector.fromArray(SPECIES, c, c0);
            s1 = DoubleVector.fromArray(SPECIES, c, c1);
            s2 = DoubleVector.fromArray(SPECIES, c, c2);
            s3 = DoubleVector.fromArray(SPECIES, c, c3);
            s4 = DoubleVector.fromArray(SPECIES, c, c4);
            s5 = DoubleVector.fromArray(SPECIES, c, c5);
            s6 = DoubleVector.fromArray(SPECIES, c, c6);
            s7 = DoubleVector.fromArray(SPECIES, c, c7);
        } else {
            s0 = zero;
            s1 = zero;
            s2 = zero;
            s3 = zero;
            s4 = zero;
            s5 = zero;
            s6 = zero;
            s7 = zero;
        }
        for (int p = 0; p < k; p++) {
            int atA = p * stepA;
            int atB = startB + p * strideB;
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
