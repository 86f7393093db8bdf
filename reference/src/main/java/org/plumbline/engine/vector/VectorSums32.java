// Derived from VectorSums64.java by FloatTwin, which tells how: change that file.
package org.plumbline.engine.vector;

import static org.plumbline.engine.vector.VectorLanes32.FOUR;
import static org.plumbline.engine.vector.VectorLanes32.LANES;
import static org.plumbline.engine.vector.VectorLanes32.PARTIALS;
import static org.plumbline.engine.vector.VectorLanes32.TWO;
import static org.plumbline.engine.vector.VectorLanes32.load;
import static org.plumbline.engine.vector.VectorLanes32.zero;

import jdk.incubator.vector.FloatVector;

/**
 * Sums over one row, in registers, for rows that are short and many.
 *
 * <p>Element {@code i} goes to partial sum {@code i mod} {@link VectorLanes32#PARTIALS}; these are added by
 * halves, and then the elements that do not fill all of them, one by one. So a sum depends on the row alone, and
 * not on the machine's vector length: a shorter vector takes two or four accumulators where the longest takes one.
 * One is enough: between two of its additions lie two loads from the second-level cache, and rows are independent,
 * so that short ones overlap.
 *
 * <p>A sum of {@code n} terms errs by at most {@code (n / PARTIALS + PARTIALS + 3) u Σ|term|} to first order, {@code u}
 * being the unit roundoff, and a product that is fused into its sum by nothing more.
 */
final class VectorSums32 {

    private VectorSums32() {}

    /** {@code Σ x}. */
    static float sum(float[] x, int start, int n) {
        FloatVector s0 = zero();
        FloatVector s1 = zero();
        FloatVector s2 = zero();
        FloatVector s3 = zero();
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
        float sum = VectorLanes32.sum(s0, s1, s2, s3);
        for (; i < start + n; i++) {
            sum += x[i];
        }
        return sum;
    }

    /** {@code Σ (x − mean)²}. */
    static float squares(float[] x, int start, int n, float mean) {
        FloatVector s0 = zero();
        FloatVector s1 = zero();
        FloatVector s2 = zero();
        FloatVector s3 = zero();
        int i = start;
        for (; i <= start + n - PARTIALS; i += PARTIALS) {
            FloatVector d0 = load(x, i).sub(mean);
            s0 = d0.fma(d0, s0);
            if (TWO) {
                FloatVector d1 = load(x, i + LANES).sub(mean);
                s1 = d1.fma(d1, s1);
            }
            if (FOUR) {
                FloatVector d2 = load(x, i + 2 * LANES).sub(mean);
                s2 = d2.fma(d2, s2);
                FloatVector d3 = load(x, i + 3 * LANES).sub(mean);
                s3 = d3.fma(d3, s3);
            }
        }
        float sum = VectorLanes32.sum(s0, s1, s2, s3);
        for (; i < start + n; i++) {
            sum = Math.fma(x[i] - mean, x[i] - mean, sum);
        }
        return sum;
    }

    /** {@code ⟨x, y⟩}. */
    static float dot(float[] x, int atX, float[] y, int atY, int n) {
        FloatVector s0 = zero();
        FloatVector s1 = zero();
        FloatVector s2 = zero();
        FloatVector s3 = zero();
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
        float sum = VectorLanes32.sum(s0, s1, s2, s3);
        for (; i < n; i++) {
            sum = Math.fma(x[atX + i], y[atY + i], sum);
        }
        return sum;
    }
}
