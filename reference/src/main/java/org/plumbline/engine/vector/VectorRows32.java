// Derived from VectorRows64.java by FloatTwin, which tells how: change that file.
package org.plumbline.engine.vector;

import static org.plumbline.engine.vector.VectorLanes32.LANES;
import static org.plumbline.engine.vector.VectorLanes32.load;

import jdk.incubator.vector.FloatVector;

/**
 * The fused operations on rows of length {@code n} with the Vector API; the contract of {@code
 * org.plumbline.kernels.RowKernels32} up to the order of summation.
 *
 * <p>Elements that fill no vector are computed one by one, with the same operations, so that an element's value does
 * not depend on the machine's vector length.
 */
final class VectorRows32 {

    private VectorRows32() {}

    /** {@code y = softmax(x)}. */
    static void softmax(float[] x, float[] y, int rows, int n) {
        int perBlock = rowsPerBlock(n);
        for (int row = 0; row < rows; row += perBlock) {
            int end = Math.min(rows, row + perBlock);
            exponentials(x, y, row, end, n);
            for (int start = row * n; start < end * n; start += n) {
                scale(y, start, n, 1 / VectorSums32.sum(y, start, n));
            }
        }
    }

    /** {@code y = weight · (softmax(logits) − e_label)}; fewer labels or weights repeat. */
    static void crossEntropyGradient(float[] logits, int[] labels, int nLabels, float[] weights, int nWeights,
            float[] y, int rows, int n) {
        int perBlock = rowsPerBlock(n);
        for (int row = 0; row < rows; row += perBlock) {
            int end = Math.min(rows, row + perBlock);
            exponentials(logits, y, row, end, n);
            for (int r = row; r < end; r++) {
                float weight = weights[r % nWeights];
                scale(y, r * n, n, weight / VectorSums32.sum(y, r * n, n));
                y[r * n + labels[r % nLabels]] -= weight;
            }
        }
    }

    /** {@code y = log Σ eˣ}, with {@code n} elements of scratch space. */
    static void logSumExp(float[] x, float[] y, int rows, int n, float[] scratch) {
        for (int r = 0; r < rows; r++) {
            y[r] = logSumExp(x, r * n, n, scratch);
        }
    }

    /**
     * {@code y = log Σ e^logits − logits[label]}, with {@code n} elements of scratch space; fewer
     * logits or labels repeat.
     */
    static void crossEntropy(float[] logits, int rowsLogits, int[] labels, int nLabels, float[] y, int rows, int n,
            float[] scratch) {
        for (int r = 0; r < rows; r++) {
            int start = r % rowsLogits * n;
            y[r] = logSumExp(logits, start, n, scratch) - logits[start + labels[r % nLabels]];
        }
    }

    /** {@code y = p ∘ (u − ⟨p, u⟩)}; an operand with fewer rows repeats. */
    static void softmaxProjection(float[] p, int rowsP, float[] u, int rowsU, float[] y, int rows, int n) {
        int atP = 0;
        int atU = 0;
        for (int start = 0; start < rows * n; start += n) {
            float overlap = VectorSums32.dot(p, atP, u, atU, n);
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
    static void standardize(float[] x, float[] y, int rows, int n, float epsilon, boolean centered) {
        for (int start = 0; start < rows * n; start += n) {
            float mean = centered ? VectorSums32.sum(x, start, n) / n : 0;
            float scale = 1 / (float) Math.sqrt(VectorSums32.squares(x, start, n, mean) / n + epsilon);
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
    static void inverseDeviation(float[] x, float[] y, int rows, int n, float epsilon, boolean centered) {
        for (int r = 0; r < rows; r++) {
            float mean = centered ? VectorSums32.sum(x, r * n, n) / n : 0;
            y[r] = 1 / (float) Math.sqrt(VectorSums32.squares(x, r * n, n, mean) / n + epsilon);
        }
    }

    /** {@code z = s (u − mean(u) − y · mean(y ∘ u))}; without {@code mean(u)} unless {@code centered}. */
    static void standardizeProjection(float[] y, float[] s, int rowsY, float[] u, int rowsU, float[] z,
            int rows, int n, boolean centered) {
        int rowY = 0;
        int atU = 0;
        for (int start = 0; start < rows * n; start += n) {
            int atY = rowY * n;
            float scale = s[rowY];
            float mean = centered ? VectorSums32.sum(u, atU, n) / n : 0;
            float overlap = VectorSums32.dot(y, atY, u, atU, n) / n;
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
        return Math.max(1, VectorExponential32.BLOCK / n);
    }

    /** Writes {@code e^(x − max x)} for rows {@code row … end − 1}. */
    private static void exponentials(float[] x, float[] y, int row, int end, int n) {
        for (int start = row * n; start < end * n; start += n) {
            shift(x, start, y, start, n, largest(x, start, n));
        }
        VectorExponential32.exp(y, y, row * n, end * n);
    }

    private static float logSumExp(float[] x, int start, int n, float[] scratch) {
        float largest = largest(x, start, n);
        shift(x, start, scratch, 0, n, largest);
        VectorExponential32.exp(scratch, scratch, 0, n);
        return (float) Math.log(VectorSums32.sum(scratch, 0, n)) + largest;
    }

    private static float largest(float[] x, int start, int n) {
        float largest = x[start];
        int i = start;
        if (n >= LANES) {
            FloatVector largestOf = load(x, start);
            for (; i <= start + n - LANES; i += LANES) {
                largestOf = VectorLanes32.max(largestOf, load(x, i));
            }
            largest = VectorLanes32.max(largestOf);
        }
        for (; i < start + n; i++) {
            largest = x[i] > largest ? x[i] : largest;
        }
        return largest;
    }

    private static void shift(float[] x, int atX, float[] y, int atY, int n, float by) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            load(x, atX + i).sub(by).intoArray(y, atY + i);
        }
        for (; i < n; i++) {
            y[atY + i] = x[atX + i] - by;
        }
    }

    private static void scale(float[] y, int start, int n, float factor) {
        int i = start;
        for (; i <= start + n - LANES; i += LANES) {
            load(y, i).mul(factor).intoArray(y, i);
        }
        for (; i < start + n; i++) {
            y[i] *= factor;
        }
    }
}
