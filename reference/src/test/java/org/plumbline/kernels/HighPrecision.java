package org.plumbline.kernels;

import java.math.BigDecimal;
import java.math.MathContext;

/** Elementary functions by their power series in 60 decimal digits: {@code |x| ≤ 10} leaves more than 40 of them. */
final class HighPrecision {
    static final MathContext DIGITS = new MathContext(60);
    /** π; Abramowitz and Stegun, table 1.1, continued. */
    static final BigDecimal PI = new BigDecimal("3.14159265358979323846264338327950288419716939937510582097494459");
    static final BigDecimal TWO = BigDecimal.TWO;
    private static final BigDecimal NEGLIGIBLE = new BigDecimal("1e-60");

    private HighPrecision() {}

    static BigDecimal of(double x) {
        return new BigDecimal(x);
    }

    static BigDecimal sqrt(BigDecimal x) {
        return x.sqrt(DIGITS);
    }

    static BigDecimal divide(BigDecimal x, BigDecimal y) {
        return x.divide(y, DIGITS);
    }

    /** {@code Σ x^k / k!}. */
    static BigDecimal exp(BigDecimal x) {
        BigDecimal term = BigDecimal.ONE;
        BigDecimal sum = BigDecimal.ZERO;
        for (int k = 1; term.abs().compareTo(NEGLIGIBLE) > 0; k++) {
            sum = sum.add(term, DIGITS);
            term = divide(term.multiply(x, DIGITS), BigDecimal.valueOf(k));
        }
        return sum;
    }

    /** {@code (e^{2x} − 1) / (e^{2x} + 1)}. */
    static BigDecimal tanh(BigDecimal x) {
        BigDecimal e = exp(x.multiply(TWO));
        return divide(e.subtract(BigDecimal.ONE), e.add(BigDecimal.ONE));
    }

    /** {@code 2/√π Σ (−1)^k x^{2k+1} / (k! (2k + 1))} (Abramowitz and Stegun, 7.1.5). */
    static BigDecimal erf(BigDecimal x) {
        BigDecimal square = x.multiply(x, DIGITS).negate();
        BigDecimal power = x;
        BigDecimal sum = BigDecimal.ZERO;
        for (int k = 0; power.abs().compareTo(NEGLIGIBLE) > 0; k++) {
            sum = sum.add(divide(power, BigDecimal.valueOf(2 * k + 1)), DIGITS);
            power = divide(power.multiply(square, DIGITS), BigDecimal.valueOf(k + 1));
        }
        return divide(TWO.multiply(sum, DIGITS), sqrt(PI));
    }
}
