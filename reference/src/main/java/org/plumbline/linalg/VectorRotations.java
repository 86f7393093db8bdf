package org.plumbline.linalg;

import static org.plumbline.linalg.VectorLanes.LANES;
import static org.plumbline.linalg.VectorLanes.broadcast;
import static org.plumbline.linalg.VectorLanes.load;

import jdk.incubator.vector.DoubleVector;

/**
 * Sweeps of plane rotations over the rows of a matrix with the Vector API. A rotation of rows {@code x} and {@code y}
 * is
 *
 * <pre>x ← fma(−s, y, c·x),   y ← fma(c, y, s·x).</pre>
 *
 * <p>Successive rotations of a sweep share a row, and so do those of one sweep and of the next: with two sweeps done
 * together, two rows stay in registers and two rotations load one row and store one. Four vectors of each row are
 * enough for operations that need not wait for one another. The result does not depend on the vector length.
 */
final class VectorRotations {

    private static final int VECTORS = 4;

    private VectorRotations() {}

    /**
     * Two upward sweeps of equal length, the second a row behind the first: step {@code k} rotates rows
     * {@code row − k} and {@code row − k + 1} by angle {@code one + k}, then rows {@code row − k + 1} and
     * {@code row − k + 2} by angle {@code two + k}. {@code 12 · steps · width} operations.
     *
     * @param x a matrix of {@code width} columns, rotated in place
     * @param width a multiple of 32
     * @param row the upper row of the first rotation
     * @param steps how many steps; at least 1
     * @param cosine of the angles
     * @param sine of the angles
     */
    static void sweepTwice(double[] x, int width, int row, int steps, double[] cosine, double[] sine, int one,
            int two) {
        for (int j = 0; j < width; j += VECTORS * LANES) {
            sweepTwice(x, width, row * width + j, cosine, sine, one, two, steps);
        }
    }

    private static void sweepTwice(double[] x, int width, int start, double[] cosine, double[] sine, int one, int two,
            int steps) {
        int at = start + width;
        DoubleVector a0 = load(x, at);
        DoubleVector a1 = load(x, at + LANES);
        DoubleVector a2 = load(x, at + 2 * LANES);
        DoubleVector a3 = load(x, at + 3 * LANES);
        at += width;
        DoubleVector b0 = load(x, at);
        DoubleVector b1 = load(x, at + LANES);
        DoubleVector b2 = load(x, at + 2 * LANES);
        DoubleVector b3 = load(x, at + 3 * LANES);
        for (int k = 0; k < steps; k++) {
            int from = start - k * width;
            int to = from + 2 * width;
            DoubleVector c = broadcast(cosine[one + k]);
            DoubleVector s = broadcast(sine[one + k]);
            DoubleVector minus = s.neg();
            DoubleVector x0 = load(x, from);
            DoubleVector x1 = load(x, from + LANES);
            DoubleVector x2 = load(x, from + 2 * LANES);
            DoubleVector x3 = load(x, from + 3 * LANES);
            DoubleVector y0 = c.fma(a0, s.mul(x0));
            DoubleVector y1 = c.fma(a1, s.mul(x1));
            DoubleVector y2 = c.fma(a2, s.mul(x2));
            DoubleVector y3 = c.fma(a3, s.mul(x3));
            a0 = minus.fma(a0, c.mul(x0));
            a1 = minus.fma(a1, c.mul(x1));
            a2 = minus.fma(a2, c.mul(x2));
            a3 = minus.fma(a3, c.mul(x3));
            c = broadcast(cosine[two + k]);
            s = broadcast(sine[two + k]);
            minus = s.neg();
            c.fma(b0, s.mul(y0)).intoArray(x, to);
            c.fma(b1, s.mul(y1)).intoArray(x, to + LANES);
            c.fma(b2, s.mul(y2)).intoArray(x, to + 2 * LANES);
            c.fma(b3, s.mul(y3)).intoArray(x, to + 3 * LANES);
            b0 = minus.fma(b0, c.mul(y0));
            b1 = minus.fma(b1, c.mul(y1));
            b2 = minus.fma(b2, c.mul(y2));
            b3 = minus.fma(b3, c.mul(y3));
        }
        at = start - (steps - 1) * width;
        a0.intoArray(x, at);
        a1.intoArray(x, at + LANES);
        a2.intoArray(x, at + 2 * LANES);
        a3.intoArray(x, at + 3 * LANES);
        at += width;
        b0.intoArray(x, at);
        b1.intoArray(x, at + LANES);
        b2.intoArray(x, at + 2 * LANES);
        b3.intoArray(x, at + 3 * LANES);
    }
}
