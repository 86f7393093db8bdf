// Derived from RowKernels64.java by FloatTwin, which tells how: change that file.
package org.plumbline.kernels;

/**
 * The fused operations on rows of length {@code n}: softmax, cross-entropy and standardisation with their derivatives.
 * An operand with fewer rows repeats.
 */
public final class RowKernels32 {

    private RowKernels32() {}

    /** {@code y = softmax(x)}. */
    public static void softmax(float[] x, float[] y, int rows, int n) {
        for (@Parallel int r = 0; r < rows; r++) {
            float largest = largest(x, r * n, n);
            float total = 0.0f;
            for (int i = 0; i < n; i++) {
                float e = (float) Math.exp(x[r * n + i] - largest);
                y[r * n + i] = e;
                total += e;
            }
            for (int i = 0; i < n; i++) {
                y[r * n + i] = y[r * n + i] / total;
            }
        }
    }

    /** {@code y = p ∘ (u − ⟨p, u⟩)}. */
    public static void softmaxProjection(float[] p, int rowsP, float[] u, int rowsU, float[] y, int rows, int n) {
        for (@Parallel int r = 0; r < rows; r++) {
            int atP = r % rowsP * n;
            int atU = r % rowsU * n;
            float overlap = 0.0f;
            for (int i = 0; i < n; i++) {
                overlap += p[atP + i] * u[atU + i];
            }
            for (int i = 0; i < n; i++) {
                y[r * n + i] = p[atP + i] * (u[atU + i] - overlap);
            }
        }
    }

    /** {@code y = log Σ eˣ}. */
    public static void logSumExp(float[] x, float[] y, int rows, int n) {
        for (@Parallel int r = 0; r < rows; r++) {
            y[r] = logSumExp(x, r * n, n);
        }
    }

    /** {@code y = log Σ e^logits − logits[label]}. */
    public static void crossEntropy(float[] logits, int rowsLogits, int[] labels, int nLabels, float[] y, int rows,
            int n) {
        for (@Parallel int r = 0; r < rows; r++) {
            int start = r % rowsLogits * n;
            y[r] = logSumExp(logits, start, n) - logits[start + labels[r % nLabels]];
        }
    }

    /** {@code y = weight · (softmax(logits) − e_label)}. */
    public static void crossEntropyGradient(float[] logits, int[] labels, int nLabels, float[] weights, int nWeights,
            float[] y, int rows, int n) {
        for (@Parallel int r = 0; r < rows; r++) {
            float weight = weights[r % nWeights];
            int label = labels[r % nLabels];
            float shift = logSumExp(logits, r * n, n);
            for (int i = 0; i < n; i++) {
                float p = (float) Math.exp(logits[r * n + i] - shift);
                y[r * n + i] = weight * (i == label ? p - 1 : p);
            }
        }
    }

    /** {@code y = (x − μ) / √(mean((x − μ)²) + ε)}; {@code μ} is 0 unless {@code centered} is 1. */
    public static void standardize(float[] x, float[] y, int rows, int n, float epsilon, int centered) {
        for (@Parallel int r = 0; r < rows; r++) {
            float mean = centered == 1 ? mean(x, r * n, n) : 0;
            float scale = inverseDeviation(x, r * n, n, mean, epsilon);
            for (int i = 0; i < n; i++) {
                y[r * n + i] = (x[r * n + i] - mean) * scale;
            }
        }
    }

    /** {@code y = 1 / √(mean((x − μ)²) + ε)}. */
    public static void inverseDeviation(float[] x, float[] y, int rows, int n, float epsilon, int centered) {
        for (@Parallel int r = 0; r < rows; r++) {
            float mean = centered == 1 ? mean(x, r * n, n) : 0;
            y[r] = inverseDeviation(x, r * n, n, mean, epsilon);
        }
    }

    /** {@code z = s (u − mean(u) − y · mean(y ∘ u))}; without {@code mean(u)} unless {@code centered} is 1. */
    public static void standardizeProjection(float[] y, float[] s, int rowsY, float[] u, int rowsU, float[] z,
            int rows, int n, int centered) {
        for (@Parallel int r = 0; r < rows; r++) {
            int atY = r % rowsY * n;
            int atU = r % rowsU * n;
            float mean = centered == 1 ? mean(u, atU, n) : 0;
            float overlap = 0.0f;
            for (int i = 0; i < n; i++) {
                overlap += y[atY + i] * u[atU + i];
            }
            overlap /= n;
            float scale = s[r % rowsY];
            for (int i = 0; i < n; i++) {
                z[r * n + i] = scale * (u[atU + i] - mean - y[atY + i] * overlap);
            }
        }
    }

    private static float largest(float[] x, int start, int n) {
        float largest = x[start];
        for (int i = 1; i < n; i++) {
            float candidate = x[start + i];
            largest = candidate > largest ? candidate : largest;
        }
        return largest;
    }

    private static float logSumExp(float[] x, int start, int n) {
        float largest = largest(x, start, n);
        float total = 0.0f;
        for (int i = 0; i < n; i++) {
            total += (float) Math.exp(x[start + i] - largest);
        }
        return (float) Math.log(total) + largest;
    }

    private static float mean(float[] x, int start, int n) {
        float total = 0.0f;
        for (int i = 0; i < n; i++) {
            total += x[start + i];
        }
        return total / n;
    }

    private static float inverseDeviation(float[] x, int start, int n, float mean, float epsilon) {
        float total = 0.0f;
        for (int i = 0; i < n; i++) {
            float deviation = x[start + i] - mean;
            total += deviation * deviation;
        }
        return 1 / (float) Math.sqrt(total / n + epsilon);
    }
}
