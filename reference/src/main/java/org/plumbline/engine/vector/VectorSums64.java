package org.plumbline.engine.vector;

import static org.plumbline.engine.vector.VectorLanes64.FOUR;
import static org.plumbline.engine.vector.VectorLanes64.LANES;
import static org.plumbline.engine.vector.VectorLanes64.PARTIALS;
import static org.plumbline.engine.vector.VectorLanes64.TWO;
import static org.plumbline.engine.vector.VectorLanes64.load;
import static org.plumbline.engine.vector.VectorLanes64.zero;

import jdk.incubator.vector.DoubleVector;

/**
 * Sums over one row, in registers, for rows that are short and many.
 *
 * <p>Element {@code i} goes to partial sum {@code i mod} {@link VectorLanes64#PARTIALS}; these are added by
 * halves, and then the elements that do not fill all of them, one by one. So a sum depends on the row alone, and
 * not on the machine's vector length: a shorter vector takes two or four accumulators where the longest takes one.
 * One is enough: between two of its additions lie two loads from the second-level cache, and rows are independent,
 * so that short ones overlap.
 *
 * <p>A sum of {@code n} terms errs by at most {@code (n / PARTIALS + PARTIALS + 3) u Σ|term|} to first order, {@code u}
 * being the unit roundoff, and a product that is fused into its sum by nothing more.
 */
final class VectorSums64 {

    private VectorSums64() {}

    /** {@code Σ x}. */
    static double sum(double[] x, int start, int n) {
        DoubleVector s0 = zero();
        DoubleVector s1 = zero();
        DoubleVector s2 = zero();
        DoubleVector s3 = zero();
        int i = start;
        for (; i <= start + n - PARTIALS; i += PARTIALS) {
            s0 = s0.add(load(x, i));
            if (TWO) {
                s1 = s1.add(load(x, i + LANES));
            }
            if (FOUR) {
                s2 = s2.add(load(x, i + 2 * LANES));
                s3 = s3.add(load(x, i + 3 * LANES));
            }
        }
        double sum = VectorLanes64.sum(s0, s1, s2, s3);
        for (; i < start + n; i++) {
            sum += x[i];
        }
        return sum;
    }

    /** {@code Σ (x − mean)²}. */
    static double squares(double[] x, int start, int n, double mean) {
        DoubleVector s0 = zero();
        DoubleVector s1 = zero();
        DoubleVector s2 = zero();
        DoubleVector s3 = zero();
        int i = start;
        for (; i <= start + n - PARTIALS; i += PARTIALS) {
            DoubleVector d0 = load(x, i).sub(mean);
            s0 = d0.fma(d0, s0);
            if (TWO) {
                DoubleVector d1 = load(x, i + LANES).sub(mean);
                s1 = d1.fma(d1, s1);
            }
            if (FOUR) {
                DoubleVector d2 = load(x, i + 2 * LANES).sub(mean);
                s2 = d2.fma(d2, s2);
                DoubleVector d3 = load(x, i + 3 * LANES).sub(mean);
                s3 = d3.fma(d3, s3);
            }
        }
        double sum = VectorLanes64.sum(s0, s1, s2, s3);
        for (; i < start + n; i++) {
            sum = Math.fma(x[i] - mean, x[i] - mean, sum);
        }
        return sum;
    }

    /** {@code ⟨x, y⟩}. */
    static double dot(double[] x, int atX, double[] y, int atY, int n) {
        DoubleVector s0 = zero();
        DoubleVector s1 = zero();
        DoubleVector s2 = zero();
        DoubleVector s3 = zero();
        int i = 0;
        for (; i <= n - PARTIALS; i += PARTIALS) {
            s0 = load(x, atX + i).fma(load(y, atY + i), s0);
            if (TWO) {
                s1 = load(x, atX + i + LANES).fma(load(y, atY + i + LANES), s1);
            }
            if (FOUR) {
                s2 = load(x, atX + i + 2 * LANES).fma(load(y, atY + i + 2 * LANES), s2);
                s3 = load(x, atX + i + 3 * LANES).fma(load(y, atY + i + 3 * LANES), s3);
            }
        }
        double sum = VectorLanes64.sum(s0, s1, s2, s3);
        for (; i < n; i++) {
            sum = Math.fma(x[atX + i], y[atY + i], sum);
        }
        return sum;
    }
}
