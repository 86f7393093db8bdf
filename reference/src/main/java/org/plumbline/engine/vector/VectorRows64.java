package org.plumbline.engine.vector;

import static org.plumbline.engine.vector.VectorLanes64.LANES;
import static org.plumbline.engine.vector.VectorLanes64.load;

import jdk.incubator.vector.DoubleVector;

/**
 * The fused operations on rows of length {@code n} with the Vector API; the contract of {@code
 * org.plumbline.kernels.RowKernels64} up to the order of summation.
 *
 * <p>Elements that fill no vector are computed one by one, with the same operations, so that an element's value does
 * not depend on the machine's vector length.
 */
final class VectorRows64 {

    private VectorRows64() {}

    /** {@code y = softmax(x)}. */
    static void softmax(double[] x, double[] y, int rows, int n) {
        int perBlock = rowsPerBlock(n);
        for (int row = 0; row < rows; row += perBlock) {
            int end = Math.min(rows, row + perBlock);
            exponentials(x, y, row, end, n);
            for (int start = row * n; start < end * n; start += n) {
                scale(y, start, n, 1 / VectorSums64.sum(y, start, n));
            }
        }
    }

    /** {@code y = weight · (softmax(logits) − e_label)}; fewer labels or weights repeat. */
    static void crossEntropyGradient(double[] logits, int[] labels, int nLabels, double[] weights, int nWeights,
            double[] y, int rows, int n) {
        int perBlock = rowsPerBlock(n);
        for (int row = 0; row < rows; row += perBlock) {
            int end = Math.min(rows, row + perBlock);
            exponentials(logits, y, row, end, n);
            for (int r = row; r < end; r++) {
                double weight = weights[r % nWeights];
                scale(y, r * n, n, weight / VectorSums64.sum(y, r * n, n));
                y[r * n + labels[r % nLabels]] -= weight;
            }
        }
    }

    /** {@code y = log Σ eˣ}, with {@code n} elements of scratch space. */
    static void logSumExp(double[] x, double[] y, int rows, int n, double[] scratch) {
        for (int r = 0; r < rows; r++) {
            y[r] = logSumExp(x, r * n, n, scratch);
        }
    }

    /**
     * {@code y = log Σ e^logits − logits[label]}, with {@code n} elements of scratch space; fewer
     * logits or labels repeat.
     */
    static void crossEntropy(double[] logits, int rowsLogits, int[] labels, int nLabels, double[] y, int rows, int n,
            double[] scratch) {
        for (int r = 0; r < rows; r++) {
            int start = r % rowsLogits * n;
            y[r] = logSumExp(logits, start, n, scratch) - logits[start + labels[r % nLabels]];
        }
    }

    /** {@code y = p ∘ (u − ⟨p, u⟩)}; an operand with fewer rows repeats. */
    static void softmaxProjection(double[] p, int rowsP, double[] u, int rowsU, double[] y, int rows, int n) {
        int atP = 0;
        int atU = 0;
        for (int start = 0; start < rows * n; start += n) {
            double overlap = VectorSums64.dot(p, atP, u, atU, n);
            int i = 0;
            for (; i <= n - LANES; i += LANES) {
                load(p, atP + i).mul(load(u, atU + i).sub(overlap)).intoArray(y, start + i);
            }
            for (; i < n; i++) {
                y[start + i] = p[atP + i] * (u[atU + i] - overlap);
            }
            atP = atP + n < rowsP * n ? atP + n : 0;
            atU = atU + n < rowsU * n ? atU + n : 0;
        }
    }

    /** {@code y = (x − μ) / √(mean((x − μ)²) + ε)}; {@code μ} is 0 unless {@code centered}. */
    static void standardize(double[] x, double[] y, int rows, int n, double epsilon, boolean centered) {
        for (int start = 0; start < rows * n; start += n) {
            double mean = centered ? VectorSums64.sum(x, start, n) / n : 0;
            double scale = 1 / Math.sqrt(VectorSums64.squares(x, start, n, mean) / n + epsilon);
            int i = start;
            for (; i <= start + n - LANES; i += LANES) {
                load(x, i).sub(mean).mul(scale).intoArray(y, i);
            }
            for (; i < start + n; i++) {
                y[i] = (x[i] - mean) * scale;
            }
        }
    }

    /** {@code y = 1 / √(mean((x − μ)²) + ε)}; {@code μ} is 0 unless {@code centered}. */
    static void inverseDeviation(double[] x, double[] y, int rows, int n, double epsilon, boolean centered) {
        for (int r = 0; r < rows; r++) {
            double mean = centered ? VectorSums64.sum(x, r * n, n) / n : 0;
            y[r] = 1 / Math.sqrt(VectorSums64.squares(x, r * n, n, mean) / n + epsilon);
        }
    }

    /** {@code z = s (u − mean(u) − y · mean(y ∘ u))}; without {@code mean(u)} unless {@code centered}. */
    static void standardizeProjection(double[] y, double[] s, int rowsY, double[] u, int rowsU, double[] z,
            int rows, int n, boolean centered) {
        int rowY = 0;
        int atU = 0;
        for (int start = 0; start < rows * n; start += n) {
            int atY = rowY * n;
            double scale = s[rowY];
            double mean = centered ? VectorSums64.sum(u, atU, n) / n : 0;
            double overlap = VectorSums64.dot(y, atY, u, atU, n) / n;
            int i = 0;
            for (; i <= n - LANES; i += LANES) {
                load(u, atU + i).sub(mean).sub(load(y, atY + i).mul(overlap)).mul(scale).intoArray(z, start + i);
            }
            for (; i < n; i++) {
                z[start + i] = scale * (u[atU + i] - mean - y[atY + i] * overlap);
            }
            rowY = rowY + 1 < rowsY ? rowY + 1 : 0;
            atU = atU + n < rowsU * n ? atU + n : 0;
        }
    }

    private static int rowsPerBlock(int n) {
        return Math.max(1, VectorExponential64.BLOCK / n);
    }

    /** Writes {@code e^(x − max x)} for rows {@code row … end − 1}. */
    private static void exponentials(double[] x, double[] y, int row, int end, int n) {
        for (int start = row * n; start < end * n; start += n) {
            shift(x, start, y, start, n, largest(x, start, n));
        }
        VectorExponential64.exp(y, y, row * n, end * n);
    }

    private static double logSumExp(double[] x, int start, int n, double[] scratch) {
        double largest = largest(x, start, n);
        shift(x, start, scratch, 0, n, largest);
        VectorExponential64.exp(scratch, scratch, 0, n);
        return Math.log(VectorSums64.sum(scratch, 0, n)) + largest;
    }

    private static double largest(double[] x, int start, int n) {
        double largest = x[start];
        int i = start;
        if (n >= LANES) {
            DoubleVector largestOf = load(x, start);
            for (; i <= start + n - LANES; i += LANES) {
                largestOf = VectorLanes64.max(largestOf, load(x, i));
            }
            largest = VectorLanes64.max(largestOf);
        }
        for (; i < start + n; i++) {
            largest = x[i] > largest ? x[i] : largest;
        }
        return largest;
    }

    private static void shift(double[] x, int atX, double[] y, int atY, int n, double by) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            load(x, atX + i).sub(by).intoArray(y, atY + i);
        }
        for (; i < n; i++) {
            y[atY + i] = x[atX + i] - by;
        }
    }

    private static void scale(double[] y, int start, int n, double factor) {
        int i = start;
        for (; i <= start + n - LANES; i += LANES) {
            load(y, i).mul(factor).intoArray(y, i);
        }
        for (; i < start + n; i++) {
            y[i] *= factor;
        }
    }
}
