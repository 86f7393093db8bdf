// Derived from VectorErrorFunction64.java by FloatTwin, which tells how: change that file.
package org.plumbline.engine.vector;

import static org.plumbline.engine.vector.VectorExponential32.BLOCK;
import static org.plumbline.engine.vector.VectorLanes32.LANES;
import static org.plumbline.engine.vector.VectorLanes32.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The error function and the exact GELU made of it; the contract of {@code org.plumbline.kernels}, by the same series.
 *
 * <p>{@code erf z = 2/√π e^(−z²) S(z)} for {@code S(z) = Σ_k 2ᵏ z^(2k+1) / (1·3·…·(2k+1))} (Abramowitz and Stegun,
 * 7.1.6), and 1 in single precision beyond 6. A block passes through the exponential, the series, and what is made
 * of both. Terms of one sign that no longer count are followed by none that do, so it does no harm that a lane
 * waits for its neighbours.
 */
final class VectorErrorFunction32 {

    private static final float TWO_OVER_SQRT_PI = 1.1283791670955126f;
    private static final float SQRT_1_OVER_2 = 0.7071067811865476f;
    private static final float SQRT_1_OVER_2PI = 0.3989422804014327f;

    private VectorErrorFunction32() {}

    /** {@code y = erf x}, with a block of scratch space. */
    static void erf(float[] x, float[] y, int n, float[] series) {
        for (int from = 0; from < n; from += BLOCK) {
            int to = Math.min(n, from + BLOCK);
            prepare(x, 1, y, from, to, series);
            for (int i = from; i < to; i++) {
                y[i] = erf(x[i], y[i], series[i - from]);
            }
        }
    }

    /** {@code y = xΦ(x)}, or its derivative {@code Φ + xφ} or {@code (2 − x²)φ}, with a block of scratch space. */
    static void gelu(float[] x, float[] y, int n, int order, float[] series) {
        for (int from = 0; from < n; from += BLOCK) {
            int to = Math.min(n, from + BLOCK);
            prepare(x, SQRT_1_OVER_2, y, from, to, series);
            for (int i = from; i < to; i++) {
                float distribution = 0.5f * erf(SQRT_1_OVER_2 * x[i], y[i], series[i - from]) + 0.5f;
                float density = SQRT_1_OVER_2PI * y[i];
                y[i] = switch (order) {
                    case 0 -> x[i] * distribution;
                    case 1 -> distribution + x[i] * density;
                    default -> (2 - x[i] * x[i]) * density;
                };
            }
        }
    }

    private static float erf(float z, float exponential, float series) {
        return Math.abs(z) > 6 ? Math.signum(z) : TWO_OVER_SQRT_PI * exponential * series;
    }

    /** Writes {@code e^(−z²)} to {@code y} and {@code S(z)} to {@code series} for {@code z = scale · x}. */
    private static void prepare(float[] x, float scale, float[] y, int from, int to, float[] series) {
        for (int i = from; i < to; i++) {
            float z = scale * x[i];
            series[i - from] = z;
            y[i] = -(z * z);
        }
        VectorExponential32.exp(y, y, from, to);
        series(series, to - from);
    }

    /** Replaces {@code z} by {@code S(z)}, and by anything beyond 6; the last vector may reach beyond {@code n}. */
    private static void series(float[] z, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector term = load(z, i);
            FloatVector square = term.mul(term);
            FloatVector twice = square.blend(36.0f, square.compare(VectorOperators.GT, 36.0f)).mul(2);
            FloatVector sum = term.add(0);
            for (int k = 3; k < 240; k += 2) {
                term = term.mul(twice).div(k);
                FloatVector next = sum.add(term);
                if (next.compare(VectorOperators.EQ, sum).allTrue()) {
                    break;
                }
                sum = next;
            }
            sum.intoArray(z, i);
        }
    }
}
