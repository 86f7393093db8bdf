package org.plumbline.engine.vector;

import static org.plumbline.engine.vector.VectorExponential64.BLOCK;

/**
 * Smooth activation functions and their first two derivatives; the contract of {@code
 * org.plumbline.kernels.ActivationKernels64}.
 *
 * <p>Both functions are {@code xσ(w)} for the logistic function σ, of {@code w = x} for SiLU and {@code w = 2√(2/π)(x +
 * 0.044715x³)} for GELU, as {@code ½(1 + tanh u) = σ(2u)}. There is no cancellation where they are close to 0.
 *
 * <p>A block passes through three loops: the exponent, its exponential, and what is made of it. The first and the last
 * are plain ones, which the compiler turns into vector code by itself as long as they hold no choice.
 */
final class VectorActivations64 {

    private static final double TWICE_SQRT_2_OVER_PI = 1.5957691216057308;
    private static final double CUBIC = 0.044715;

    private VectorActivations64() {}

    /** GELU by its hyperbolic tangent, or a derivative. */
    static void geluTanh(double[] x, double[] y, int n, int order) {
        for (int from = 0; from < n; from += BLOCK) {
            int to = Math.min(n, from + BLOCK);
            geluExponent(x, y, from, to, order);
            VectorExponential64.exp(y, y, from, to);
            switch (order) {
                case 0 -> function(x, y, from, to);
                case 1 -> geluFirst(x, y, from, to);
                default -> geluSecond(x, y, from, to);
            }
        }
    }

    /** SiLU or a derivative. */
    static void silu(double[] x, double[] y, int n, int order) {
        for (int from = 0; from < n; from += BLOCK) {
            int to = Math.min(n, from + BLOCK);
            siluExponent(x, y, from, to, order);
            VectorExponential64.exp(y, y, from, to);
            switch (order) {
                case 0 -> function(x, y, from, to);
                case 1 -> siluFirst(x, y, from, to);
                default -> siluSecond(x, y, from, to);
            }
        }
    }

    /** {@code −w}; for the second derivative, which is even, {@code −|w|}. */
    private static void geluExponent(double[] x, double[] y, int from, int to, int order) {
        for (int i = from; i < to; i++) {
            y[i] = -TWICE_SQRT_2_OVER_PI * x[i] * (1 + CUBIC * (x[i] * x[i]));
        }
        if (order == 2) {
            negativeMagnitude(y, y, from, to);
        }
    }

    private static void siluExponent(double[] x, double[] y, int from, int to, int order) {
        if (order == 2) {
            negativeMagnitude(x, y, from, to);
        } else {
            for (int i = from; i < to; i++) {
                y[i] = -x[i];
            }
        }
    }

    private static void negativeMagnitude(double[] x, double[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i] = -Math.abs(x[i]);
        }
    }

    /** {@code xσ}, for both. */
    private static void function(double[] x, double[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i] = x[i] / (1 + y[i]);
        }
    }

    /** {@code σ + xσ'w'} with {@code σ' = σ(1 − σ)}. */
    private static void geluFirst(double[] x, double[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            double s = 1 / (1 + y[i]);
            double first = TWICE_SQRT_2_OVER_PI * (1 + 3 * CUBIC * (x[i] * x[i]));
            y[i] = s + x[i] * (s * (1 - s)) * first;
        }
    }

    /**
     * {@code σ'(2w' + xw'' + x(1 − 2σ)w'²)}, as {@code σ'' = σ'(1 − 2σ)}. With {@code e = e^−|w|} and
     * {@code s = 1/(1 + e)}, {@code σ' = es²} and {@code x(1 − 2σ) = −|x|(1 − e)s}.
     */
    private static void geluSecond(double[] x, double[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            double e = y[i];
            double s = 1 / (1 + e);
            double square = x[i] * x[i];
            double first = TWICE_SQRT_2_OVER_PI * (1 + 3 * CUBIC * square);
            double curve = 2 * first + 6 * CUBIC * TWICE_SQRT_2_OVER_PI * square;
            y[i] = e * s * s * (curve - Math.abs(x[i]) * ((1 - e) * s) * first * first);
        }
    }

    /** {@code σ + xσ'}. */
    private static void siluFirst(double[] x, double[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            double s = 1 / (1 + y[i]);
            y[i] = s + x[i] * (s * (1 - s));
        }
    }

    /** {@code σ'(2 + x(1 − 2σ))}, as above. */
    private static void siluSecond(double[] x, double[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            double e = y[i];
            double s = 1 / (1 + e);
            y[i] = e * s * s * (2 - Math.abs(x[i]) * ((1 - e) * s));
        }
    }
}
