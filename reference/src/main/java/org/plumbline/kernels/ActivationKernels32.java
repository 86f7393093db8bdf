// Derived from ActivationKernels64.java by FloatTwin, which tells how: change that file.
package org.plumbline.kernels;

/**
 * Smooth activation functions with their first and second derivatives, {@code y[i] = f⁽ᵒʳᵈᵉʳ⁾(x[i])} for an order of 0,
 * 1 or 2. The formulas are those of the definitions in {@code program}.
 */
public final class ActivationKernels32 {
    private static final float SQRT_2_OVER_PI = 0.7978845608028654f;
    private static final float SQRT_1_OVER_2 = 0.7071067811865476f;
    private static final float SQRT_1_OVER_2PI = 0.3989422804014327f;
    private static final float TWO_OVER_SQRT_PI = 1.1283791670955126f;
    private static final float CUBIC = 0.044715f;

    private ActivationKernels32() {}

    /** {@code ½x(1 + tanh(√(2/π)(x + 0.044715x³)))} or a derivative. */
    public static void geluTanh(float[] x, float[] y, int n, int order) {
        for (@Parallel int i = 0; i < n; i++) {
            y[i] = geluTanh(x[i], order);
        }
    }

    /** {@code xΦ(x)} or a derivative. */
    public static void gelu(float[] x, float[] y, int n, int order) {
        for (@Parallel int i = 0; i < n; i++) {
            y[i] = gelu(x[i], order);
        }
    }

    /** {@code xσ(x)} or a derivative. */
    public static void silu(float[] x, float[] y, int n, int order) {
        for (@Parallel int i = 0; i < n; i++) {
            y[i] = silu(x[i], order);
        }
    }

    private static float geluTanh(float x, int order) {
        float square = x * x;
        float t = (float) Math.tanh(SQRT_2_OVER_PI * x * (1 + CUBIC * square));
        float half = 0.5f * t + 0.5f;
        if (order == 0) {
            return x * half;
        }
        float slope = 1 - t * t;
        float du = SQRT_2_OVER_PI * (1 + 3 * CUBIC * square);
        if (order == 1) {
            return half + 0.5f * x * slope * du;
        }
        return slope * (du + SQRT_2_OVER_PI * 3 * CUBIC * square - x * t * du * du);
    }

    private static float gelu(float x, int order) {
        float distribution = 0.5f * erf(SQRT_1_OVER_2 * x) + 0.5f;
        if (order == 0) {
            return x * distribution;
        }
        float density = SQRT_1_OVER_2PI * (float) Math.exp(-0.5f * x * x);
        if (order == 1) {
            return distribution + x * density;
        }
        return (2 - x * x) * density;
    }

    private static float silu(float x, int order) {
        float sigmoid = 0.5f * (float) Math.tanh(0.5f * x) + 0.5f;
        if (order == 0) {
            return x * sigmoid;
        }
        float slope = sigmoid * (1 - sigmoid);
        if (order == 1) {
            return sigmoid + x * slope;
        }
        return slope * (2 + x * (1 - 2 * sigmoid));
    }

    /**
     * {@code erf x = 2/√π e^(−x²) Σ_k 2ᵏ x^(2k+1) / (1·3·…·(2k+1))} (Abramowitz and Stegun, 7.1.6). All terms have one
     * sign, so the sum is accurate to a few units in the last place; it is cut where a term no longer counts, after
     * about {@code x² + 6x + 15} terms. Beyond 6 the function is 1 in single precision.
     */
    static float erf(float x) {
        if (x > 6) {
            return 1;
        }
        if (x < -6) {
            return -1;
        }
        float square = x * x;
        float term = x;
        float sum = x;
        for (int k = 1; k < 120; k++) {
            term = term * (2 * square) / (2 * k + 1);
            float next = sum + term;
            if (next == sum) {
                break;
            }
            sum = next;
        }
        return TWO_OVER_SQRT_PI * (float) Math.exp(-square) * sum;
    }
}
