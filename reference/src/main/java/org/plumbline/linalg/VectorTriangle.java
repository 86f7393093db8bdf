package org.plumbline.linalg;

import static org.plumbline.linalg.VectorLanes.LANES;
import static org.plumbline.linalg.VectorLanes.PARTIALS;
import static org.plumbline.linalg.VectorLanes.broadcast;
import static org.plumbline.linalg.VectorLanes.load;
import static org.plumbline.linalg.VectorLanes.zero;

import jdk.incubator.vector.DoubleVector;

/**
 * A symmetric matrix, given by its lower triangle, times a vector, with the Vector API. The triangle is read once, four
 * rows together, each of which serves as a row and as a column; beyond the caches that is what limits the speed.
 *
 * <p>Column {@code j} of a row goes to partial sum {@code j mod} {@link VectorLanes#PARTIALS}, whatever the machine's
 * vector length: shorter vectors run over the rows once for each of their partial sums.
 */
final class VectorTriangle {

    private static final int ROWS = 4;

    private VectorTriangle() {}

    /**
     * Computes {@code y = A x} in {@code 2n²} operations; an element errs by at most {@code n ε Σ_j |A_ij x_j|} to
     * first order.
     *
     * @param rows row {@code i} of the lower triangle, at least {@code i + 1} elements
     * @param x at least {@code n} elements
     * @param y the first {@code n} elements are overwritten; not {@code x}
     */
    static void multiply(double[][] rows, double[] x, double[] y, int n) {
        double[] partials = new double[ROWS * PARTIALS];
        for (int i = 0; i < n; i += ROWS) {
            int height = Math.min(ROWS, n - i);
            int done = 0;
            if (height == ROWS) {
                done = i - i % PARTIALS;
                for (int part = 0; part < PARTIALS; part += LANES) {
                    multiply(rows[i], rows[i + 1], rows[i + 2], rows[i + 3], x, y, i, part, done, partials);
                }
            }
            for (int r = 0; r < height; r++) {
                double[] row = rows[i + r];
                double factor = x[i + r];
                double sum = done == 0 ? 0 : sum(partials, r * PARTIALS);
                for (int j = done; j < i + r; j++) {
                    y[j] = Math.fma(factor, row[j], y[j]);
                    sum = Math.fma(row[j], x[j], sum);
                }
                y[i + r] = Math.fma(row[i + r], factor, sum);
            }
        }
    }

    /** What columns {@code part … part + LANES − 1}, and every {@code PARTIALS} further up to {@code columns}, give. */
    private static void multiply(double[] row0, double[] row1, double[] row2, double[] row3, double[] x, double[] y,
            int i, int part, int columns, double[] partials) {
        DoubleVector x0 = broadcast(x[i]);
        DoubleVector x1 = broadcast(x[i + 1]);
        DoubleVector x2 = broadcast(x[i + 2]);
        DoubleVector x3 = broadcast(x[i + 3]);
        DoubleVector y0 = zero();
        DoubleVector y1 = zero();
        DoubleVector y2 = zero();
        DoubleVector y3 = zero();
        for (int j = part; j < columns; j += PARTIALS) {
            DoubleVector xj = load(x, j);
            DoubleVector a = load(row0, j);
            DoubleVector b = load(row1, j);
            DoubleVector c = load(row2, j);
            DoubleVector d = load(row3, j);
            y0 = a.fma(xj, y0);
            y1 = b.fma(xj, y1);
            y2 = c.fma(xj, y2);
            y3 = d.fma(xj, y3);
            d.fma(x3, c.fma(x2, b.fma(x1, a.fma(x0, load(y, j))))).intoArray(y, j);
        }
        y0.intoArray(partials, part);
        y1.intoArray(partials, PARTIALS + part);
        y2.intoArray(partials, 2 * PARTIALS + part);
        y3.intoArray(partials, 3 * PARTIALS + part);
    }

    /** The partial sums of a row, by halves. */
    private static double sum(double[] partials, int at) {
        double even = partials[at] + partials[at + 4] + (partials[at + 2] + partials[at + 6]);
        double odd = partials[at + 1] + partials[at + 5] + (partials[at + 3] + partials[at + 7]);
        return even + odd;
    }
}
