package org.plumbline.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;

/**
 * The operations on long rows with a group of {@value #GROUP} work-items a row: what {@code RowKernels64} and the sums
 * and maxima of {@code ShapeKernels64} compute.
 *
 * <p>Work-item {@code t} takes the elements {@code t, t + GROUP, …} of its row, so that neighbors read neighboring
 * addresses; the partial results are combined pairwise in local memory. The order of a sum is therefore fixed, and
 * another than in the plain loops.
 */
public final class RowGroups64 {
    /** Work-items a row; a power of two. */
    public static final int GROUP = 128;

    private RowGroups64() {}

    /** {@code y = Σ x}. */
    public static void sum(KernelContext context, double[] x, double[] y, int n) {
        int row = context.groupIdx;
        int item = context.localIdx;
        double total = sumOfGroup(context, item, elements(x, row * n, n, item));
        if (item == 0) {
            y[row] = total;
        }
    }

    /** {@code y = max x}. */
    public static void maximum(KernelContext context, double[] x, double[] y, int n) {
        int row = context.groupIdx;
        int item = context.localIdx;
        double largest = maxOfGroup(context, item, largest(x, row * n, n, item));
        if (item == 0) {
            y[row] = largest;
        }
    }

    /** {@code y = softmax(x)}. */
    public static void softmax(KernelContext context, double[] x, double[] y, int n) {
        int start = context.groupIdx * n;
        int item = context.localIdx;
        double largest = maxOfGroup(context, item, largest(x, start, n, item));
        double total = 0;
        for (int i = item; i < n; i += GROUP) {
            double e = Math.exp(x[start + i] - largest);
            y[start + i] = e;
            total += e;
        }
        total = sumOfGroup(context, item, total);
        for (int i = item; i < n; i += GROUP) {
            y[start + i] = y[start + i] / total;
        }
    }

    /** {@code y = p ∘ (u − ⟨p, u⟩)}. */
    public static void softmaxProjection(KernelContext context, double[] p, int rowsP, double[] u, int rowsU,
            double[] y, int n) {
        int row = context.groupIdx;
        int item = context.localIdx;
        int atP = row % rowsP * n;
        int atU = row % rowsU * n;
        double overlap = sumOfGroup(context, item, products(p, atP, u, atU, n, item));
        for (int i = item; i < n; i += GROUP) {
            y[row * n + i] = p[atP + i] * (u[atU + i] - overlap);
        }
    }

    /** {@code y = log Σ eˣ}. */
    public static void logSumExp(KernelContext context, double[] x, double[] y, int n) {
        int row = context.groupIdx;
        int item = context.localIdx;
        double largest = maxOfGroup(context, item, largest(x, row * n, n, item));
        double total = sumOfGroup(context, item, exponentials(x, row * n, n, item, largest));
        if (item == 0) {
            y[row] = Math.log(total) + largest;
        }
    }

    /** {@code y = log Σ e^logits − logits[label]}. */
    public static void crossEntropy(KernelContext context, double[] logits, int rowsLogits, int[] labels, int nLabels,
            double[] y, int n) {
        int row = context.groupIdx;
        int item = context.localIdx;
        int start = row % rowsLogits * n;
        double largest = maxOfGroup(context, item, largest(logits, start, n, item));
        double total = sumOfGroup(context, item, exponentials(logits, start, n, item, largest));
        if (item == 0) {
            y[row] = Math.log(total) + largest - logits[start + labels[row % nLabels]];
        }
    }

    /** {@code y = weight · (softmax(logits) − e_label)}. */
    public static void crossEntropyGradient(KernelContext context, double[] logits, int[] labels, int nLabels,
            double[] weights, int nWeights, double[] y, int n) {
        int row = context.groupIdx;
        int item = context.localIdx;
        int start = row * n;
        double largest = maxOfGroup(context, item, largest(logits, start, n, item));
        double total = sumOfGroup(context, item, exponentials(logits, start, n, item, largest));
        double shift = Math.log(total) + largest;
        double weight = weights[row % nWeights];
        int label = labels[row % nLabels];
        for (int i = item; i < n; i += GROUP) {
            double p = Math.exp(logits[start + i] - shift);
            y[start + i] = weight * (i == label ? p - 1 : p);
        }
    }

    /** {@code y = (x − μ) / √(mean((x − μ)²) + ε)}; {@code μ} is 0 unless {@code centered} is 1. */
    public static void standardize(KernelContext context, double[] x, double[] y, int n, double epsilon, int centered) {
        int start = context.groupIdx * n;
        int item = context.localIdx;
        double mean = 0;
        if (centered == 1) {
            mean = sumOfGroup(context, item, elements(x, start, n, item)) / n;
        }
        double variance = sumOfGroup(context, item, squares(x, start, n, item, mean)) / n;
        double scale = 1 / Math.sqrt(variance + epsilon);
        for (int i = item; i < n; i += GROUP) {
            y[start + i] = (x[start + i] - mean) * scale;
        }
    }

    /** {@code y = 1 / √(mean((x − μ)²) + ε)}. */
    public static void inverseDeviation(
            KernelContext context, double[] x, double[] y, int n, double epsilon, int centered) {
        int row = context.groupIdx;
        int item = context.localIdx;
        double mean = 0;
        if (centered == 1) {
            mean = sumOfGroup(context, item, elements(x, row * n, n, item)) / n;
        }
        double variance = sumOfGroup(context, item, squares(x, row * n, n, item, mean)) / n;
        if (item == 0) {
            y[row] = 1 / Math.sqrt(variance + epsilon);
        }
    }

    /** {@code z = s (u − mean(u) − y · mean(y ∘ u))}; without {@code mean(u)} unless {@code centered} is 1. */
    public static void standardizeProjection(KernelContext context, double[] y, double[] s, int rowsY,
            double[] u, int rowsU, double[] z, int n, int centered) {
        int row = context.groupIdx;
        int item = context.localIdx;
        int atY = row % rowsY * n;
        int atU = row % rowsU * n;
        double mean = 0;
        if (centered == 1) {
            mean = sumOfGroup(context, item, elements(u, atU, n, item)) / n;
        }
        double overlap = sumOfGroup(context, item, products(y, atY, u, atU, n, item)) / n;
        double scale = s[row % rowsY];
        for (int i = item; i < n; i += GROUP) {
            z[row * n + i] = scale * (u[atU + i] - mean - y[atY + i] * overlap);
        }
    }

    private static double largest(double[] x, int start, int n, int item) {
        // A work-item beyond a short row repeats its first element.
        double largest = x[start];
        for (int i = item; i < n; i += GROUP) {
            double candidate = x[start + i];
            largest = candidate > largest ? candidate : largest;
        }
        return largest;
    }

    private static double elements(double[] x, int start, int n, int item) {
        double total = 0;
        for (int i = item; i < n; i += GROUP) {
            total += x[start + i];
        }
        return total;
    }

    private static double products(double[] x, int startX, double[] y, int startY, int n, int item) {
        double total = 0;
        for (int i = item; i < n; i += GROUP) {
            total += x[startX + i] * y[startY + i];
        }
        return total;
    }

    private static double squares(double[] x, int start, int n, int item, double mean) {
        double total = 0;
        for (int i = item; i < n; i += GROUP) {
            double deviation = x[start + i] - mean;
            total += deviation * deviation;
        }
        return total;
    }

    private static double exponentials(double[] x, int start, int n, int item, double largest) {
        double total = 0;
        for (int i = item; i < n; i += GROUP) {
            total += Math.exp(x[start + i] - largest);
        }
        return total;
    }

    /**
     * The sum of every work-item's {@code value}, for all of them. The array is made here: in one that is handed to a
     * method, TornadoVM counts bytes where it should count elements.
     */
    private static double sumOfGroup(KernelContext context, int item, double value) {
        double[] partial = context.allocateDoubleLocalArray(GROUP);
        partial[item] = value;
        for (int half = GROUP / 2; half > 0; half /= 2) {
            context.localBarrier();
            if (item < half) {
                partial[item] = partial[item] + partial[item + half];
            }
        }
        context.localBarrier();
        return partial[0];
    }

    /** The largest of every work-item's {@code value}, for all of them. */
    private static double maxOfGroup(KernelContext context, int item, double value) {
        double[] partial = context.allocateDoubleLocalArray(GROUP);
        partial[item] = value;
        for (int half = GROUP / 2; half > 0; half /= 2) {
            context.localBarrier();
            if (item < half) {
                double other = partial[item + half];
                partial[item] = other > partial[item] ? other : partial[item];
            }
        }
        context.localBarrier();
        return partial[0];
    }
}
