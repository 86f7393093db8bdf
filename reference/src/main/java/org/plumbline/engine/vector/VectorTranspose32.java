// Derived from VectorTranspose64.java by FloatTwin, which tells how: change that file.
package org.plumbline.engine.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies of matrices with rows and columns exchanged, in squares of eight by eight held in registers.
 *
 * <p>A square is transposed by exchanging its off-diagonal quarters, then those of each quarter, and so on: three
 * rounds of twelve exchanges between two rows, where moving elements one by one takes a load and a store for each of
 * the 64. Vectors that hold fewer than eight elements leave all to the plain loop.
 */
final class VectorTranspose32 {

    private static final int SIDE = 8;

    private static final VectorSpecies<Float> SPECIES =
            VectorSpecies.of(float.class, VectorShape.forBitSize(SIDE * Float.SIZE));

    private static final boolean SQUARES = SPECIES.vectorBitSize() <= FloatVector.SPECIES_PREFERRED.vectorBitSize();

    private static final VectorShuffle<Float> BY_4 = VectorShuffle.fromOp(SPECIES, lane -> lane ^ 4);
    private static final VectorShuffle<Float> BY_2 = VectorShuffle.fromOp(SPECIES, lane -> lane ^ 2);
    private static final VectorShuffle<Float> BY_1 = VectorShuffle.fromOp(SPECIES, lane -> lane ^ 1);

    /** Lanes whose number has the bit that the shuffle changes. */
    private static final VectorMask<Float> HIGH_4 = VectorMask.fromLong(SPECIES, 0xf0);
    private static final VectorMask<Float> HIGH_2 = VectorMask.fromLong(SPECIES, 0xcc);
    private static final VectorMask<Float> HIGH_1 = VectorMask.fromLong(SPECIES, 0xaa);

    private VectorTranspose32() {}

    /**
     * Copies {@code y[c, r] = x[r, c]}.
     *
     * @param x holds element (r, c) at {@code from + r * strideX + c}
     * @param y holds element (c, r) at {@code to + c * strideY + r}
     */
    static void transpose(float[] x, int from, int strideX, float[] y, int to, int strideY, int rows, int columns) {
        int wholeRows = SQUARES ? rows - rows % SIDE : 0;
        int wholeColumns = SQUARES ? columns - columns % SIDE : 0;
        for (int r = 0; r < wholeRows; r += SIDE) {
            for (int c = 0; c < wholeColumns; c += SIDE) {
                square(x, from + r * strideX + c, strideX, y, to + c * strideY + r, strideY);
            }
        }
        plain(x, from, strideX, y, to, strideY, 0, wholeRows, wholeColumns, columns);
        plain(x, from, strideX, y, to, strideY, wholeRows, rows, 0, columns);
    }

    /**
     * Rows {@code rowFrom … rowTo − 1} of {@code x}, the columns by eight: the lines of {@code y} that are
     * written stay cached.
     */
    private static void plain(float[] x, int from, int strideX, float[] y, int to, int strideY,
            int rowFrom, int rowTo, int columnFrom, int columnTo) {
        for (int column = columnFrom; column < columnTo; column += SIDE) {
            int end = Math.min(columnTo, column + SIDE);
            for (int r = rowFrom; r < rowTo; r++) {
                for (int c = column; c < end; c++) {
                    y[to + c * strideY + r] = x[from + r * strideX + c];
                }
            }
        }
    }

    private static void square(float[] x, int from, int strideX, float[] y, int to, int strideY) {
        FloatVector r0 = FloatVector.fromArray(SPECIES, x, from);
        FloatVector r1 = FloatVector.fromArray(SPECIES, x, from + strideX);
        FloatVector r2 = FloatVector.fromArray(SPECIES, x, from + 2 * strideX);
        FloatVector r3 = FloatVector.fromArray(SPECIES, x, from + 3 * strideX);
        FloatVector r4 = FloatVector.fromArray(SPECIES, x, from + 4 * strideX);
        FloatVector r5 = FloatVector.fromArray(SPECIES, x, from + 5 * strideX);
        FloatVector r6 = FloatVector.fromArray(SPECIES, x, from + 6 * strideX);
        FloatVector r7 = FloatVector.fromArray(SPECIES, x, from + 7 * strideX);

        FloatVector s0 = r0.blend(r4.rearrange(BY_4), HIGH_4);
        FloatVector s4 = r0.rearrange(BY_4).blend(r4, HIGH_4);
        FloatVector s1 = r1.blend(r5.rearrange(BY_4), HIGH_4);
        FloatVector s5 = r1.rearrange(BY_4).blend(r5, HIGH_4);
        FloatVector s2 = r2.blend(r6.rearrange(BY_4), HIGH_4);
        FloatVector s6 = r2.rearrange(BY_4).blend(r6, HIGH_4);
        FloatVector s3 = r3.blend(r7.rearrange(BY_4), HIGH_4);
        FloatVector s7 = r3.rearrange(BY_4).blend(r7, HIGH_4);

        FloatVector t0 = s0.blend(s2.rearrange(BY_2), HIGH_2);
        FloatVector t2 = s0.rearrange(BY_2).blend(s2, HIGH_2);
        FloatVector t1 = s1.blend(s3.rearrange(BY_2), HIGH_2);
        FloatVector t3 = s1.rearrange(BY_2).blend(s3, HIGH_2);
        FloatVector t4 = s4.blend(s6.rearrange(BY_2), HIGH_2);
        FloatVector t6 = s4.rearrange(BY_2).blend(s6, HIGH_2);
        FloatVector t5 = s5.blend(s7.rearrange(BY_2), HIGH_2);
        FloatVector t7 = s5.rearrange(BY_2).blend(s7, HIGH_2);

        t0.blend(t1.rearrange(BY_1), HIGH_1).intoArray(y, to);
        t0.rearrange(BY_1).blend(t1, HIGH_1).intoArray(y, to + strideY);
        t2.blend(t3.rearrange(BY_1), HIGH_1).intoArray(y, to + 2 * strideY);
        t2.rearrange(BY_1).blend(t3, HIGH_1).intoArray(y, to + 3 * strideY);
        t4.blend(t5.rearrange(BY_1), HIGH_1).intoArray(y, to + 4 * strideY);
        t4.rearrange(BY_1).blend(t5, HIGH_1).intoArray(y, to + 5 * strideY);
        t6.blend(t7.rearrange(BY_1), HIGH_1).intoArray(y, to + 6 * strideY);
        t6.rearrange(BY_1).blend(t7, HIGH_1).intoArray(y, to + 7 * strideY);
    }
}
