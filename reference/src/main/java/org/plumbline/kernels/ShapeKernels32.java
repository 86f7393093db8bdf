// Derived from ShapeKernels64.java by FloatTwin, which tells how: change that file.
package org.plumbline.kernels;

/**
 * Sums, copies and permutations along axes. An array is seen as {@code [outer, middle, inner]}, where {@code middle}
 * stands for the axes that an operation acts on.
 */
public final class ShapeKernels32 {

    private ShapeKernels32() {}

    /** {@code y[o, i] = Σ_m x[o, m, i]}, in the order of {@code m}. */
    public static void sum(float[] x, float[] y, int outer, int middle, int inner) {
        int n = outer * inner;
        for (@Parallel int i = 0; i < n; i++) {
            int start = i / inner * middle * inner + i % inner;
            float total = 0.0f;
            for (int m = 0; m < middle; m++) {
                total += x[start + m * inner];
            }
            y[i] = total;
        }
    }

    /** {@code y[o] = max_m x[o, m]}. */
    public static void maximum(float[] x, float[] y, int outer, int middle) {
        for (@Parallel int o = 0; o < outer; o++) {
            float largest = x[o * middle];
            for (int m = 1; m < middle; m++) {
                float candidate = x[o * middle + m];
                largest = candidate > largest ? candidate : largest;
            }
            y[o] = largest;
        }
    }

    /** {@code y[o, m, i] = x[o, i]}. */
    public static void broadcast(float[] x, float[] y, int outer, int middle, int inner) {
        int n = outer * middle * inner;
        for (@Parallel int i = 0; i < n; i++) {
            y[i] = x[i / (middle * inner) * inner + i % inner];
        }
    }

    /**
     * {@code y[o, m, i] = x[o, from + m, i]} for {@code m < size}, where {@code x} is {@code [outer, middle, inner]}.
     */
    public static void slice(float[] x, float[] y, int outer, int middle, int inner, int from, int size) {
        int n = outer * size * inner;
        for (@Parallel int i = 0; i < n; i++) {
            int o = i / (size * inner);
            y[i] = x[(o * middle + from) * inner + i - o * size * inner];
        }
    }

    /** {@code y[o, before + m, i] = x[o, m, i]} and 0 elsewhere, where {@code y} is {@code [outer, padded, inner]}. */
    public static void pad(float[] x, float[] y, int outer, int middle, int inner, int before, int padded) {
        int n = outer * padded * inner;
        for (@Parallel int i = 0; i < n; i++) {
            int o = i / (padded * inner);
            int m = i / inner % padded - before;
            y[i] = m >= 0 && m < middle ? x[(o * middle + m) * inner + i % inner] : 0;
        }
    }

    /** {@code z[o] = x[o]} followed by {@code y[o]}: {@code [outer, nx] ⧺ [outer, ny]}. */
    public static void concatenate(float[] x, int nx, float[] y, int ny, float[] z, int outer) {
        int width = nx + ny;
        int n = outer * width;
        for (@Parallel int i = 0; i < n; i++) {
            int o = i / width;
            int c = i % width;
            z[i] = c < nx ? x[o * nx + c] : y[o * ny + c - nx];
        }
    }

    /**
     * Permutes axes: axis {@code r} of the result has length {@code lengths[r]}, and a step along it is
     * {@code strides[r]} elements of {@code x}.
     */
    public static void transpose(float[] x, float[] y, int n, int[] lengths, int[] strides, int rank) {
        for (@Parallel int i = 0; i < n; i++) {
            int rest = i;
            int source = 0;
            for (int r = rank - 1; r >= 0; r--) {
                source += rest % lengths[r] * strides[r];
                rest /= lengths[r];
            }
            y[i] = x[source];
        }
    }
}
