package org.plumbline.engine.vector;

import static org.plumbline.engine.vector.VectorLanes64.LANES;
import static org.plumbline.engine.vector.VectorLanes64.SPECIES;
import static org.plumbline.engine.vector.VectorLanes64.broadcast;
import static org.plumbline.engine.vector.VectorLanes64.load;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The exponential function of an array.
 *
 * <p>It is a fixed sequence of correctly rounded operations, where the Vector API's own exponential is one algorithm in
 * interpreted code and another in compiled code. An element's value depends neither on its position
 * nor on its neighbors.
 *
 * <p>Whatever needs exponentials calls this loop on a block and goes on from there. The loop body is one method on
 * purpose: a function of vectors that is compiled by itself before its caller is no longer inlined, and then each of
 * its vectors becomes an object.
 */
final class VectorExponential64 {

    /** Elements of a block that passes through several loops: well within the first-level cache. */
    static final int BLOCK = 1024;

    /** Bits of the stored fraction; the exponent stands above them. */
    private static final int FRACTION = Double.PRECISION - 1;

    private static final double LOG2_E = 1.4426950408889634;
    private static final double LN_2 = 0.6931471805599453;

    /** What {@code ln 2} exceeds {@link #LN_2} by. */
    private static final double LN_2_REST = Double.PRECISION > 24 ? 2.3190468138462996e-17 : -1.9046542999577680e-9;

    /** Added to a number of moderate size and subtracted again, it leaves the nearest integer. */
    private static final double ROUND = 1.5 * (1L << FRACTION);

    /** Added to an integer {@code k}, it leaves the exponent field of {@code 2ᵏ} in the lowest bits. */
    private static final double BIASED = ROUND + Double.MAX_EXPONENT;

    /** Below this the exponential rounds to zero. */
    private static final double LOWEST = Double.PRECISION > 24 ? -746.0 : -104.0;

    /** Above this the exponential overflows. */
    private static final double HIGHEST = Double.PRECISION > 24 ? 710.0 : 89.0;

    private VectorExponential64() {}

    /**
     * Computes {@code y = eˣ} in places {@code from … to − 1} to less than one unit in the last place in
     * double precision and little more than one in single, with underflow, infinities and NaN as in {@link Math#exp}.
     *
     * @param y may be {@code x}
     */
    static void exp(double[] x, double[] y, int from, int to) {
        int whole = from + SPECIES.loopBound(to - from);
        vectors(x, y, from, whole);
        if (whole < to) {
            double[] rest = Arrays.copyOf(Arrays.copyOfRange(x, whole, to), LANES);
            vectors(rest, rest, 0, LANES);
            System.arraycopy(rest, 0, y, whole, to - whole);
        }
    }

    /**
     * {@code eˣ = 2ᵏ (1 + r + r²p)}: {@code k} is the integer nearest {@code x log₂ e}, {@code r = x − k ln 2} with
     * {@code |r| ≤ ½ ln 2}, and {@code p} the Taylor series of {@code (e^r − 1 − r) / r²} up to the last term that
     * counts: the first one left out is below {@code 2⁻⁵⁷} in double and {@code 2⁻²⁷} in single precision. The power
     * comes in two factors, as {@code 2ᵏ} alone may leave the range where {@code eˣ} does not.
     */
    private static void vectors(double[] x, double[] y, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            DoubleVector v = load(x, i);
            v = v.blend(LOWEST, v.compare(VectorOperators.LT, LOWEST));
            v = v.blend(HIGHEST, v.compare(VectorOperators.GT, HIGHEST));
            DoubleVector k = v.mul(LOG2_E).add(ROUND).sub(ROUND);
            DoubleVector r = k.fma(broadcast(-LN_2_REST), k.fma(broadcast(-LN_2), v));
            DoubleVector p;
            if (Double.PRECISION > 24) {
                p = r.fma(broadcast(1 / 6227020800.0), broadcast(1 / 479001600.0));
                p = p.fma(r, broadcast(1 / 39916800.0));
                p = p.fma(r, broadcast(1 / 3628800.0));
                p = p.fma(r, broadcast(1 / 362880.0));
                p = p.fma(r, broadcast(1 / 40320.0));
                p = p.fma(r, broadcast(1 / 5040.0));
            } else {
                p = broadcast(1 / 5040.0);
            }
            p = p.fma(r, broadcast(1 / 720.0));
            p = p.fma(r, broadcast(1 / 120.0));
            p = p.fma(r, broadcast(1 / 24.0));
            p = p.fma(r, broadcast(1 / 6.0));
            p = p.fma(r, broadcast(0.5));
            DoubleVector mantissa = p.fma(r.mul(r), r).add(1);
            DoubleVector half = k.mul(0.5).add(BIASED);
            DoubleVector rest = k.sub(half.sub(BIASED)).add(BIASED);
            mantissa.mul((DoubleVector) half.viewAsIntegralLanes()
                            .lanewise(VectorOperators.LSHL, FRACTION)
                            .viewAsFloatingLanes())
                    .mul((DoubleVector) rest.viewAsIntegralLanes()
                            .lanewise(VectorOperators.LSHL, FRACTION)
                            .viewAsFloatingLanes())
                    .intoArray(y, i);
        }
    }
}
