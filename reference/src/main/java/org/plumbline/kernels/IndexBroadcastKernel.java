package org.plumbline.kernels;

/** Copies of an index array along new axes; see {@link ShapeKernels64#broadcast}. */
public final class IndexBroadcastKernel {

    private IndexBroadcastKernel() {}

    /** {@code y[o, m, i] = x[o, i]}. */
    public static void broadcast(int[] x, int[] y, int outer, int middle, int inner) {
        int n = outer * middle * inner;
        for (@Parallel int i = 0; i < n; i++) {
            y[i] = x[i / (middle * inner) * inner + i % inner];
        }
    }
}
