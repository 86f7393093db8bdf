package org.plumbline.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.kernels.HighPrecision.DIGITS;
import static org.plumbline.kernels.HighPrecision.PI;
import static org.plumbline.kernels.HighPrecision.TWO;
import static org.plumbline.kernels.HighPrecision.divide;
import static org.plumbline.kernels.HighPrecision.of;
import static org.plumbline.kernels.HighPrecision.sqrt;

import java.math.BigDecimal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/**
 * The activations and their derivatives against series in 60 digits, in both precisions. {@code u} is the unit
 * roundoff; {@code Math.exp} errs by up to 2u and {@code Math.tanh} by up to 5u, relatively.
 */
class ActivationKernelsTest {
    private static final BigDecimal ONE = BigDecimal.ONE;
    private static final BigDecimal HALF = new BigDecimal("0.5");
    private static final BigDecimal CUBIC = new BigDecimal("0.044715");

    /** The kernel of one activation in one precision. */
    private interface Kernel {
        double of(double x, int order);
    }

    /**
     * The {@code k}-th term of the series errs by up to {@code 3k u}, its sum, whose terms are the weights of an
     * average {@code k ≤ x²}, by {@code (3x² + n)u} with {@code n ≤ x² + 6x + 15} additions; {@code e^(−x²)} by
     * {@code (x² + 2)u}, and three roundings are left.
     */
    @Property(tries = 300)
    void erf(@ForAll @DoubleRange(min = -7, max = 7) double drawn) {
        double x = (float) drawn;
        double exact = HighPrecision.erf(of(x)).doubleValue();
        double roundings = 5 * x * x + 6 * Math.abs(x) + 20;
        assertEquals(exact, ActivationKernels64.erf(x), roundings * 0x1p-53 * Math.abs(exact));
        assertEquals(exact, ActivationKernels32.erf((float) x), roundings * 0x1p-24 * Math.abs(exact));
        assertEquals(-ActivationKernels64.erf(x), ActivationKernels64.erf(-x));
    }

    /** Abramowitz and Stegun, table 7.1, ten decimals. */
    @Test
    void erfOfTheTables() {
        assertEquals(0.5204998778, ActivationKernels64.erf(0.5), 5e-11);
        assertEquals(0.8427007929, ActivationKernels64.erf(1), 5e-11);
        assertEquals(0.9953222650, ActivationKernels64.erf(2), 5e-11);
        assertEquals(0, ActivationKernels64.erf(0));
        assertEquals(1, ActivationKernels64.erf(Double.POSITIVE_INFINITY));
        assertEquals(-1, ActivationKernels64.erf(Double.NEGATIVE_INFINITY));
        assertTrue(Double.isNaN(ActivationKernels64.erf(Double.NaN)));
    }

    /**
     * {@code Φ = ½ + ½erf} inherits half of the error of {@code erf} at {@code x/√2}, {@code φ} errs by
     * {@code (x² + 4)u}.
     */
    @Property(tries = 300)
    void gelu(@ForAll @DoubleRange(min = -6, max = 6) double drawn, @ForAll @IntRange(max = 2) int order) {
        double x = (float) drawn;
        BigDecimal at = of(x);
        BigDecimal distribution = HALF.add(HALF.multiply(HighPrecision.erf(divide(at, sqrt(TWO)))));
        BigDecimal density = divide(HighPrecision.exp(HALF.multiply(at).multiply(at).negate()), sqrt(TWO.multiply(PI)));
        BigDecimal exact = switch (order) {
            case 0 -> at.multiply(distribution);
            case 1 -> distribution.add(at.multiply(density));
            default -> TWO.subtract(at.multiply(at)).multiply(density);
        };
        double ofDistribution = 2.5 * x * x / 2 + 3 * Math.abs(x) + 12;
        double ofDensity = (x * x + 4) * density.doubleValue();
        double roundings = switch (order) {
            case 0 -> Math.abs(x) * (ofDistribution + 1);
            case 1 -> ofDistribution + Math.abs(x) * (ofDensity + 1) + 1;
            default -> (x * x + 2) * (ofDensity + 2);
        };
        check(exact, x, order, roundings, (y, n) -> one64(y, n, ActivationKernels64::gelu),
                (y, n) -> one32(y, n, ActivationKernels32::gelu));
    }

    /** {@code σ = ½ + ½tanh(x/2)} errs by 4u, {@code σ(1 − σ)} by 10u. */
    @Property(tries = 300)
    void silu(@ForAll @DoubleRange(min = -10, max = 10) double drawn, @ForAll @IntRange(max = 2) int order) {
        double x = (float) drawn;
        BigDecimal at = of(x);
        BigDecimal sigmoid = divide(ONE, ONE.add(HighPrecision.exp(at.negate())));
        BigDecimal slope = sigmoid.multiply(ONE.subtract(sigmoid));
        BigDecimal exact = switch (order) {
            case 0 -> at.multiply(sigmoid);
            case 1 -> sigmoid.add(at.multiply(slope));
            default -> slope.multiply(TWO.add(at.multiply(ONE.subtract(TWO.multiply(sigmoid)))));
        };
        double roundings = switch (order) {
            case 0 -> 5 * Math.abs(x);
            case 1 -> 5 + 11 * Math.abs(x);
            default -> 10 * (2 + Math.abs(x)) + slope.doubleValue() * (9 * Math.abs(x) + 4);
        };
        check(exact, x, order, roundings, (y, n) -> one64(y, n, ActivationKernels64::silu),
                (y, n) -> one32(y, n, ActivationKernels32::silu));
    }

    /**
     * With {@code v = √(2/π)(x + cx³)}, which errs by {@code 5u}, {@code t = tanh v} errs by
     * {@code 5u (|v|(1 − t²) + |t|) ≤ 8u}, {@code 1 − t²} by {@code 18u}, {@code v'} by {@code 5u}.
     */
    @Property(tries = 300)
    void geluTanh(@ForAll @DoubleRange(min = -4, max = 4) double drawn, @ForAll @IntRange(max = 2) int order) {
        double x = (float) drawn;
        BigDecimal at = of(x);
        BigDecimal square = at.multiply(at);
        BigDecimal root = sqrt(divide(TWO, PI));
        BigDecimal t = HighPrecision.tanh(root.multiply(at).multiply(ONE.add(CUBIC.multiply(square)), DIGITS));
        BigDecimal half = HALF.add(HALF.multiply(t));
        BigDecimal slope = ONE.subtract(t.multiply(t));
        BigDecimal du = root.multiply(ONE.add(BigDecimal.valueOf(3).multiply(CUBIC).multiply(square)));
        BigDecimal ddu = root.multiply(BigDecimal.valueOf(6)).multiply(CUBIC).multiply(at);
        BigDecimal exact = switch (order) {
            case 0 -> at.multiply(half);
            case 1 -> half.add(HALF.multiply(at).multiply(slope).multiply(du));
            default -> slope.multiply(du.add(HALF.multiply(at).multiply(ddu))
                    .subtract(at.multiply(t).multiply(du).multiply(du)));
        };
        double d = du.doubleValue();
        double terms = d + Math.abs(x * ddu.doubleValue() / 2) + Math.abs(x) * d * d;
        double roundings = switch (order) {
            case 0 -> 6 * Math.abs(x);
            case 1 -> 6 + 0.5 * Math.abs(x) * d * 26;
            // 18 of the slope, and 8 of t, 10 of u'² and 5 roundings of terms that the slope, at most 1, multiplies.
            default -> (18 + 23) * terms;
        };
        check(exact, x, order, roundings, (y, n) -> one64(y, n, ActivationKernels64::geluTanh),
                (y, n) -> one32(y, n, ActivationKernels32::geluTanh));
    }

    private static void check(
            BigDecimal exact, double x, int order, double roundings, Kernel twice, Kernel single) {
        double expected = exact.doubleValue();
        assertEquals(expected, twice.of(x, order), roundings * 0x1p-53 + Double.MIN_NORMAL);
        assertEquals(expected, single.of(x, order), roundings * 0x1p-24 + Float.MIN_NORMAL);
    }

    private interface Doubles {
        void apply(double[] x, double[] y, int n, int order);
    }

    private interface Floats {
        void apply(float[] x, float[] y, int n, int order);
    }

    private static double one64(double x, int order, Doubles kernel) {
        double[] y = new double[1];
        kernel.apply(new double[] {x}, y, 1, order);
        return y[0];
    }

    private static double one32(double x, int order, Floats kernel) {
        float[] y = new float[1];
        kernel.apply(new float[] {(float) x}, y, 1, order);
        return y[0];
    }
}
