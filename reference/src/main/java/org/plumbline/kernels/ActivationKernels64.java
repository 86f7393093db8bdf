package org.plumbline.kernels;

/**
 * Smooth activation functions with their first and second derivatives, {@code y[i] = f⁽ᵒʳᵈᵉʳ⁾(x[i])} for an order of 0,
 * 1 or 2. The formulas are those of the definitions in {@code program}.
 */
public final class ActivationKernels64 {
    private static final double SQRT_2_OVER_PI = 0.7978845608028654;
    private static final double SQRT_1_OVER_2 = 0.7071067811865476;
    private static final double SQRT_1_OVER_2PI = 0.3989422804014327;
    private static final double TWO_OVER_SQRT_PI = 1.1283791670955126;
    private static final double CUBIC = 0.044715;

    private ActivationKernels64() {}

    /** {@code ½x(1 + tanh(√(2/π)(x + 0.044715x³)))} or a derivative. */
    public static void geluTanh(double[] x, double[] y, int n, int order) {
        for (@Parallel int i = 0; i < n; i++) {
            y[i] = geluTanh(x[i], order);
        }
    }

    /** {@code xΦ(x)} or a derivative. */
    public static void gelu(double[] x, double[] y, int n, int order) {
        for (@Parallel int i = 0; i < n; i++) {
            y[i] = gelu(x[i], order);
        }
    }

    /** {@code xσ(x)} or a derivative. */
    public static void silu(double[] x, double[] y, int n, int order) {
        for (@Parallel int i = 0; i < n; i++) {
            y[i] = silu(x[i], order);
        }
    }

    private static double geluTanh(double x, int order) {
        double square = x * x;
        double t = Math.tanh(SQRT_2_OVER_PI * x * (1 + CUBIC * square));
        double half = 0.5 * t + 0.5;
        if (order == 0) {
            return x * half;
        }
        double slope = 1 - t * t;
        double du = SQRT_2_OVER_PI * (1 + 3 * CUBIC * square);
        if (order == 1) {
            return half + 0.5 * x * slope * du;
        }
        return slope * (du + SQRT_2_OVER_PI * 3 * CUBIC * square - x * t * du * du);
    }

    private static double gelu(double x, int order) {
        double distribution = 0.5 * erf(SQRT_1_OVER_2 * x) + 0.5;
        if (order == 0) {
            return x * distribution;
        }
        double density = SQRT_1_OVER_2PI * Math.exp(-0.5 * x * x);
        if (order == 1) {
            return distribution + x * density;
        }
        return (2 - x * x) * density;
    }

    private static double silu(double x, int order) {
        double sigmoid = 0.5 * Math.tanh(0.5 * x) + 0.5;
        if (order == 0) {
            return x * sigmoid;
        }
        double slope = sigmoid * (1 - sigmoid);
        if (order == 1) {
            return sigmoid + x * slope;
        }
        return slope * (2 + x * (1 - 2 * sigmoid));
    }

    /**
     * {@code erf x = 2/√π e^(−x²) Σ_k 2ᵏ x^(2k+1) / (1·3·…·(2k+1))} (Abramowitz and Stegun, 7.1.6). All terms have one
     * sign, so the sum is accurate to a few units in the last place; it is cut where a term no longer counts, after
     * about {@code x² + 6x + 15} terms. Beyond 6 the function is 1 in double precision.
     */
    static double erf(double x) {
        if (x > 6) {
            return 1;
        }
        if (x < -6) {
            return -1;
        }
        double square = x * x;
        double term = x;
        double sum = x;
        for (int k = 1; k < 120; k++) {
            term = term * (2 * square) / (2 * k + 1);
            double next = sum + term;
            if (next == sum) {
                break;
            }
            sum = next;
        }
        return TWO_OVER_SQRT_PI * Math.exp(-square) * sum;
    }
}
