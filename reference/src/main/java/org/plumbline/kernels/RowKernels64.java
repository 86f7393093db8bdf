package org.plumbline.kernels;

/**
 * The fused operations on rows of length {@code n}: softmax, cross-entropy and standardization with their derivatives.
 * An operand with fewer rows repeats.
 */
public final class RowKernels64 {

    private RowKernels64() {}

    /** {@code y = softmax(x)}. */
    public static void softmax(double[] x, double[] y, int rows, int n) {
        for (@Parallel int r = 0; r < rows; r++) {
            double largest = largest(x, r * n, n);
            double total = 0.0;
            for (int i = 0; i < n; i++) {
                double e = Math.exp(x[r * n + i] - largest);
                y[r * n + i] = e;
                total += e;
            }
            for (int i = 0; i < n; i++) {
                y[r * n + i] = y[r * n + i] / total;
            }
        }
    }

    /** {@code y = p ∘ (u − ⟨p, u⟩)}. */
    public static void softmaxProjection(double[] p, int rowsP, double[] u, int rowsU, double[] y, int rows, int n) {
        for (@Parallel int r = 0; r < rows; r++) {
            int atP = r % rowsP * n;
            int atU = r % rowsU * n;
            double overlap = 0.0;
            for (int i = 0; i < n; i++) {
                overlap += p[atP + i] * u[atU + i];
            }
            for (int i = 0; i < n; i++) {
                y[r * n + i] = p[atP + i] * (u[atU + i] - overlap);
            }
        }
    }

    /** {@code y = log Σ eˣ}. */
    public static void logSumExp(double[] x, double[] y, int rows, int n) {
        for (@Parallel int r = 0; r < rows; r++) {
            y[r] = logSumExp(x, r * n, n);
        }
    }

    /** {@code y = log Σ e^logits − logits[label]}. */
    public static void crossEntropy(double[] logits, int rowsLogits, int[] labels, int nLabels, double[] y, int rows,
            int n) {
        for (@Parallel int r = 0; r < rows; r++) {
            int start = r % rowsLogits * n;
            y[r] = logSumExp(logits, start, n) - logits[start + labels[r % nLabels]];
        }
    }

    /** {@code y = weight · (softmax(logits) − e_label)}. */
    public static void crossEntropyGradient(double[] logits, int[] labels, int nLabels, double[] weights, int nWeights,
            double[] y, int rows, int n) {
        for (@Parallel int r = 0; r < rows; r++) {
            double weight = weights[r % nWeights];
            int label = labels[r % nLabels];
            double shift = logSumExp(logits, r * n, n);
            for (int i = 0; i < n; i++) {
                double p = Math.exp(logits[r * n + i] - shift);
                y[r * n + i] = weight * (i == label ? p - 1 : p);
            }
        }
    }

    /** {@code y = (x − μ) / √(mean((x − μ)²) + ε)}; {@code μ} is 0 unless {@code centered} is 1. */
    public static void standardize(double[] x, double[] y, int rows, int n, double epsilon, int centered) {
        for (@Parallel int r = 0; r < rows; r++) {
            double mean = centered == 1 ? mean(x, r * n, n) : 0;
            double scale = inverseDeviation(x, r * n, n, mean, epsilon);
            for (int i = 0; i < n; i++) {
                y[r * n + i] = (x[r * n + i] - mean) * scale;
            }
        }
    }

    /** {@code y = 1 / √(mean((x − μ)²) + ε)}. */
    public static void inverseDeviation(double[] x, double[] y, int rows, int n, double epsilon, int centered) {
        for (@Parallel int r = 0; r < rows; r++) {
            double mean = centered == 1 ? mean(x, r * n, n) : 0;
            y[r] = inverseDeviation(x, r * n, n, mean, epsilon);
        }
    }

    /** {@code z = s (u − mean(u) − y · mean(y ∘ u))}; without {@code mean(u)} unless {@code centered} is 1. */
    public static void standardizeProjection(double[] y, double[] s, int rowsY, double[] u, int rowsU, double[] z,
            int rows, int n, int centered) {
        for (@Parallel int r = 0; r < rows; r++) {
            int atY = r % rowsY * n;
            int atU = r % rowsU * n;
            double mean = centered == 1 ? mean(u, atU, n) : 0;
            double overlap = 0.0;
            for (int i = 0; i < n; i++) {
                overlap += y[atY + i] * u[atU + i];
            }
            overlap /= n;
            double scale = s[r % rowsY];
            for (int i = 0; i < n; i++) {
                z[r * n + i] = scale * (u[atU + i] - mean - y[atY + i] * overlap);
            }
        }
    }

    private static double largest(double[] x, int start, int n) {
        double largest = x[start];
        for (int i = 1; i < n; i++) {
            double candidate = x[start + i];
            largest = candidate > largest ? candidate : largest;
        }
        return largest;
    }

    private static double logSumExp(double[] x, int start, int n) {
        double largest = largest(x, start, n);
        double total = 0.0;
        for (int i = 0; i < n; i++) {
            total += Math.exp(x[start + i] - largest);
        }
        return Math.log(total) + largest;
    }

    private static double mean(double[] x, int start, int n) {
        double total = 0.0;
        for (int i = 0; i < n; i++) {
            total += x[start + i];
        }
        return total / n;
    }

    private static double inverseDeviation(double[] x, int start, int n, double mean, double epsilon) {
        double total = 0.0;
        for (int i = 0; i < n; i++) {
            double deviation = x[start + i] - mean;
            total += deviation * deviation;
        }
        return 1 / Math.sqrt(total / n + epsilon);
    }
}
