// Derived from VectorExponential64.java by FloatTwin, which tells how: change that file.
package org.plumbline.engine.vector;

import static org.plumbline.engine.vector.VectorLanes32.LANES;
import static org.plumbline.engine.vector.VectorLanes32.SPECIES;
import static org.plumbline.engine.vector.VectorLanes32.broadcast;
import static org.plumbline.engine.vector.VectorLanes32.load;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The exponential function of an array.
 *
 * <p>It is a fixed sequence of correctly rounded operations, where the Vector API's own exponential is one algorithm in
 * interpreted code and another in compiled code. An element's value depends neither on its position
 * nor on its neighbours.
 *
 * <p>Whatever needs exponentials calls this loop on a block and goes on from there. The loop body is one method on
 * purpose: a function of vectors that is compiled by itself before its caller is no longer inlined, and then each of
 * its vectors becomes an object.
 */
final class VectorExponential32 {

    /** Elements of a block that passes through several loops: well within the first-level cache. */
    static final int BLOCK = 1024;

    /** Bits of the stored fraction; the exponent stands above them. */
    private static final int FRACTION = Float.PRECISION - 1;

    private static final float LOG2_E = 1.4426950408889634f;
    private static final float LN_2 = 0.6931471805599453f;

    /** What {@code ln 2} exceeds {@link #LN_2} by. */
    private static final float LN_2_REST = Float.PRECISION > 24 ? 2.3190468138462996e-17f : -1.9046542999577680e-9f;

    /** Added to a number of moderate size and subtracted again, it leaves the nearest integer. */
    private static final float ROUND = 1.5f * (1L << FRACTION);

    /** Added to an integer {@code k}, it leaves the exponent field of {@code 2ᵏ} in the lowest bits. */
    private static final float BIASED = ROUND + Float.MAX_EXPONENT;

    /** Below this the exponential rounds to zero. */
    private static final float LOWEST = Float.PRECISION > 24 ? -746.0f : -104.0f;

    /** Above this the exponential overflows. */
    private static final float HIGHEST = Float.PRECISION > 24 ? 710.0f : 89.0f;

    private VectorExponential32() {}

    /**
     * Computes {@code y = eˣ} in places {@code from … to − 1} to less than one unit in the last place in
     * single precision and little more than one in single, with underflow, infinities and NaN as in {@link Math#exp}.
     *
     * @param y may be {@code x}
     */
    static void exp(float[] x, float[] y, int from, int to) {
        int whole = from + SPECIES.loopBound(to - from);
        vectors(x, y, from, whole);
        if (whole < to) {
            float[] rest = Arrays.copyOf(Arrays.copyOfRange(x, whole, to), LANES);
            vectors(rest, rest, 0, LANES);
            System.arraycopy(rest, 0, y, whole, to - whole);
        }
    }

    /**
     * {@code eˣ = 2ᵏ (1 + r + r²p)}: {@code k} is the integer nearest {@code x log₂ e}, {@code r = x − k ln 2} with
     * {@code |r| ≤ ½ ln 2}, and {@code p} the Taylor series of {@code (e^r − 1 − r) / r²} up to the last term that
     * counts: the first one left out is below {@code 2⁻⁵⁷} in float and {@code 2⁻²⁷} in single precision. The power
     * comes in two factors, as {@code 2ᵏ} alone may leave the range where {@code eˣ} does not.
     */
    private static void vectors(float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector v = load(x, i);
            v = v.blend(LOWEST, v.compare(VectorOperators.LT, LOWEST));
            v = v.blend(HIGHEST, v.compare(VectorOperators.GT, HIGHEST));
            FloatVector k = v.mul(LOG2_E).add(ROUND).sub(ROUND);
            FloatVector r = k.fma(broadcast(-LN_2_REST), k.fma(broadcast(-LN_2), v));
            FloatVector p;
            if (Float.PRECISION > 24) {
                p = r.fma(broadcast(1 / 6227020800.0f), broadcast(1 / 479001600.0f));
                p = p.fma(r, broadcast(1 / 39916800.0f));
                p = p.fma(r, broadcast(1 / 3628800.0f));
                p = p.fma(r, broadcast(1 / 362880.0f));
                p = p.fma(r, broadcast(1 / 40320.0f));
                p = p.fma(r, broadcast(1 / 5040.0f));
            } else {
                p = broadcast(1 / 5040.0f);
            }
            p = p.fma(r, broadcast(1 / 720.0f));
            p = p.fma(r, broadcast(1 / 120.0f));
            p = p.fma(r, broadcast(1 / 24.0f));
            p = p.fma(r, broadcast(1 / 6.0f));
            p = p.fma(r, broadcast(0.5f));
            FloatVector mantissa = p.fma(r.mul(r), r).add(1);
            FloatVector half = k.mul(0.5f).add(BIASED);
            FloatVector rest = k.sub(half.sub(BIASED)).add(BIASED);
            mantissa.mul((FloatVector) half.viewAsIntegralLanes()
                            .lanewise(VectorOperators.LSHL, FRACTION)
                            .viewAsFloatingLanes())
                    .mul((FloatVector) rest.viewAsIntegralLanes()
                            .lanewise(VectorOperators.LSHL, FRACTION)
                            .viewAsFloatingLanes())
                    .intoArray(y, i);
        }
    }
}
