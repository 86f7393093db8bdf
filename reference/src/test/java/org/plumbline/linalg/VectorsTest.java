package org.plumbline.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.plumbline.linalg.Matrices.EPSILON;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class VectorsTest {

    /** Exact reference in decimal arithmetic, on vectors whose products span and cancel over many orders. */
    @Property(tries = 300)
    void dotIsAsIfInTwiceThePrecision(
            @ForAll @IntRange(min = 1, max = 50) int half, @ForAll @IntRange(max = 40) int spread, @ForAll long seed) {
        RandomGenerator random = Matrices.random(seed);
        int n = 2 * half;
        double[] x = new double[n];
        double[] y = new double[n];
        for (int i = 0; i < half; i++) {
            x[i] = random.nextGaussian() * Math.scalb(1.0, random.nextInt(-spread, spread + 1));
            y[i] = random.nextGaussian() * Math.scalb(1.0, random.nextInt(-spread, spread + 1));
            x[n - 1 - i] = -x[i];
            y[n - 1 - i] = y[i] * (1 + random.nextGaussian() * 1e-12);
        }
        BigDecimal exact = BigDecimal.ZERO;
        double magnitudes = 0;
        for (int i = 0; i < n; i++) {
            exact = exact.add(new BigDecimal(x[i]).multiply(new BigDecimal(y[i])));
            magnitudes += Math.abs(x[i] * y[i]);
        }
        double error = new BigDecimal(Vectors.dot(x, y)).subtract(exact).abs().doubleValue();
        double bound = EPSILON * exact.abs().doubleValue() + (double) n * n * EPSILON * EPSILON * magnitudes;
        assertEquals(0, error, bound);
    }

    @Property(tries = 200)
    void normAtEveryScale(
            @ForAll @IntRange(min = 1, max = 30) int n,
            @ForAll @IntRange(min = -1060, max = 1000) int exponent,
            @ForAll long seed) {
        double[] x = Matrices.gaussian(n, Matrices.random(seed));
        Vectors.scale(Math.scalb(1.0, exponent), x);
        BigDecimal squares = Arrays.stream(x)
                .mapToObj(v -> new BigDecimal(v).pow(2))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        double exact = squares.sqrt(MathContext.DECIMAL128).doubleValue();
        // The root halves the dot product's ε; itself and the reference round by ε/2 each: 1.5 ε in all, to
        // first order. Near the underflow threshold the reference and the scaling back round to multiples of
        // the smallest number.
        assertEquals(exact, Vectors.norm(x), 2 * EPSILON * exact + Double.MIN_VALUE);
    }

    @Example
    void specialNorms() {
        assertEquals(0, Vectors.norm(new double[0]));
        assertEquals(0, Vectors.norm(new double[3]));
        assertEquals(Double.NaN, Vectors.norm(new double[] {Double.POSITIVE_INFINITY, Double.NaN}));
        assertEquals(Double.POSITIVE_INFINITY, Vectors.norm(new double[] {Double.NEGATIVE_INFINITY, 1}));
    }

    @Example
    void updatesInPlace() {
        double[] y = {1, 2};
        Vectors.axpy(2, new double[] {10, 20}, y);
        assertArrayEquals(new double[] {21, 42}, y);
        Vectors.scale(0.5, y);
        assertArrayEquals(new double[] {10.5, 21}, y);
        assertThrows(MatrixException.class, () -> Vectors.axpy(1, new double[1], y));
        assertThrows(MatrixException.class, () -> Vectors.dot(new double[1], y));
    }
}
