package org.plumbline.engine.vector;

import static org.plumbline.engine.vector.VectorExponential64.BLOCK;
import static org.plumbline.engine.vector.VectorLanes64.LANES;
import static org.plumbline.engine.vector.VectorLanes64.load;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The error function and the exact GELU made of it; the contract of {@code org.plumbline.kernels}, by the same series.
 *
 * <p>{@code erf z = 2/√π e^(−z²) S(z)} for {@code S(z) = Σ_k 2ᵏ z^(2k+1) / (1·3·…·(2k+1))} (Abramowitz and Stegun,
 * 7.1.6), and 1 in double precision beyond 6. A block passes through the exponential, the series, and what is made
 * of both. Terms of one sign that no longer count are followed by none that do, so it does no harm that a lane
 * waits for its neighbors.
 */
final class VectorErrorFunction64 {

    private static final double TWO_OVER_SQRT_PI = 1.1283791670955126;
    private static final double SQRT_1_OVER_2 = 0.7071067811865476;
    private static final double SQRT_1_OVER_2PI = 0.3989422804014327;

    private VectorErrorFunction64() {}

    /** {@code y = erf x}, with a block of scratch space. */
    static void erf(double[] x, double[] y, int n, double[] series) {
        for (int from = 0; from < n; from += BLOCK) {
            int to = Math.min(n, from + BLOCK);
            prepare(x, 1, y, from, to, series);
            for (int i = from; i < to; i++) {
                y[i] = erf(x[i], y[i], series[i - from]);
            }
        }
    }

    /** {@code y = xΦ(x)}, or its derivative {@code Φ + xφ} or {@code (2 − x²)φ}, with a block of scratch space. */
    static void gelu(double[] x, double[] y, int n, int order, double[] series) {
        for (int from = 0; from < n; from += BLOCK) {
            int to = Math.min(n, from + BLOCK);
            prepare(x, SQRT_1_OVER_2, y, from, to, series);
            for (int i = from; i < to; i++) {
                double distribution = 0.5 * erf(SQRT_1_OVER_2 * x[i], y[i], series[i - from]) + 0.5;
                double density = SQRT_1_OVER_2PI * y[i];
                y[i] = switch (order) {
                    case 0 -> x[i] * distribution;
                    case 1 -> distribution + x[i] * density;
                    default -> (2 - x[i] * x[i]) * density;
                };
            }
        }
    }

    private static double erf(double z, double exponential, double series) {
        return Math.abs(z) > 6 ? Math.signum(z) : TWO_OVER_SQRT_PI * exponential * series;
    }

    /** Writes {@code e^(−z²)} to {@code y} and {@code S(z)} to {@code series} for {@code z = scale · x}. */
    private static void prepare(double[] x, double scale, double[] y, int from, int to, double[] series) {
        for (int i = from; i < to; i++) {
            double z = scale * x[i];
            series[i - from] = z;
            y[i] = -(z * z);
        }
        VectorExponential64.exp(y, y, from, to);
        series(series, to - from);
    }

    /** Replaces {@code z} by {@code S(z)}, and by anything beyond 6; the last vector may reach beyond {@code n}. */
    private static void series(double[] z, int n) {
        for (int i = 0; i < n; i += LANES) {
            DoubleVector term = load(z, i);
            DoubleVector square = term.mul(term);
            DoubleVector doubled = square.blend(36.0, square.compare(VectorOperators.GT, 36.0)).mul(2);
            DoubleVector sum = term.add(0);
            for (int k = 3; k < 240; k += 2) {
                term = term.mul(doubled).div(k);
                DoubleVector next = sum.add(term);
                if (next.compare(VectorOperators.EQ, sum).allTrue()) {
                    break;
                }
                sum = next;
            }
            sum.intoArray(z, i);
        }
    }
}
