package org.plumbline.engine.vector;

import static org.plumbline.engine.vector.VectorLanes64.LANES;
import static org.plumbline.engine.vector.VectorLanes64.load;

import java.util.Arrays;
import org.plumbline.engine.Permutation;

/**
 * Copies and permutations along axes, by runs of neighboring elements instead of one by one; the contract of {@code
 * org.plumbline.kernels.ShapeKernels64}, to the last bit.
 */
final class VectorShapes64 {

    /** Elements from which a call of {@link System#arraycopy} or {@link Arrays#fill} costs less than a loop. */
    private static final int CALL = 128;

    private VectorShapes64() {}

    /** {@code y[o, m, i] = x[o, i]}. */
    static void broadcast(double[] x, double[] y, int outer, int middle, int inner) {
        for (int o = 0; o < outer; o++) {
            int to = o * middle * inner;
            if (inner == 1) {
                fill(y, to, middle, x[o]);
            } else {
                for (int m = 0; m < middle; m++) {
                    copy(x, o * inner, y, to + m * inner, inner);
                }
            }
        }
    }

    /**
     * {@code y[o, m, i] = x[o, from + m, i]} for {@code m < size}, where {@code x} is {@code [outer, middle, inner]}.
     */
    static void slice(double[] x, double[] y, int outer, int middle, int inner, int from, int size) {
        int run = size * inner;
        for (int o = 0; o < outer; o++) {
            copy(x, (o * middle + from) * inner, y, o * run, run);
        }
    }

    /** {@code y[o, before + m, i] = x[o, m, i]} and 0 elsewhere, where {@code y} is {@code [outer, padded, inner]}. */
    static void pad(double[] x, double[] y, int outer, int middle, int inner, int before, int padded) {
        int run = middle * inner;
        int after = (padded - before - middle) * inner;
        for (int o = 0; o < outer; o++) {
            int to = o * padded * inner;
            fill(y, to, before * inner, 0);
            copy(x, o * run, y, to + before * inner, run);
            fill(y, to + before * inner + run, after, 0);
        }
    }

    /** {@code z[o] = x[o]} followed by {@code y[o]}: {@code [outer, nx] ⧺ [outer, ny]}. */
    static void concatenate(double[] x, int nx, double[] y, int ny, double[] z, int outer) {
        for (int o = 0; o < outer; o++) {
            copy(x, o * nx, z, o * (nx + ny), nx);
            copy(y, o * ny, z, o * (nx + ny) + nx, ny);
        }
    }

    /** Permutes axes. Runs are copied whole where the last axis stays last, and by tiles where it does not. */
    static void transpose(double[] x, double[] y, int n, Permutation permutation) {
        int last = permutation.rank() - 1;
        if (last < 0) {
            y[0] = x[0];
        } else if (permutation.strides()[last] == 1) {
            transposeRuns(x, y, n, permutation);
        } else {
            transposeTiles(x, y, n, permutation);
        }
    }

    private static void transposeRuns(double[] x, double[] y, int n, Permutation permutation) {
        int last = permutation.rank() - 1;
        int run = permutation.lengths()[last];
        int count = last > 0 ? permutation.lengths()[last - 1] : 1;
        int stride = last > 0 ? permutation.strides()[last - 1] : 0;
        for (int to = 0; to < n; to += count * run) {
            int from = source(permutation, to / (count * run), last - 2, -1);
            for (int c = 0; c < count; c++) {
                copy(x, from + c * stride, y, to + c * run, run);
            }
        }
    }

    private static void transposeTiles(double[] x, double[] y, int n, Permutation permutation) {
        int last = permutation.rank() - 1;
        int columns = permutation.lengths()[last];
        int stride = permutation.strides()[last];
        int axis = last;
        int step = 1;
        while (permutation.strides()[axis] != 1) {
            step *= permutation.lengths()[axis--];
        }
        int rows = permutation.lengths()[axis];
        int matrices = n / (rows * columns);
        int between = step / columns;
        for (int matrix = 0; matrix < matrices; matrix++) {
            // Places of the result count the axes after the rows' first, then those before it.
            int to = matrix / between * rows * step + matrix % between * columns;
            VectorTranspose64.transpose(
                    x, source(permutation, matrix, last - 1, axis), stride, y, to, step, columns, rows);
        }
    }

    /**
     * Where in the operand element {@code index} of the axes up to {@code last} stands, not counting the
     * axis {@code skipped}.
     */
    private static int source(Permutation permutation, int index, int last, int skipped) {
        int rest = index;
        int source = 0;
        for (int axis = last; axis >= 0; axis--) {
            if (axis != skipped) {
                int length = permutation.lengths()[axis];
                source += rest % length * permutation.strides()[axis];
                rest /= length;
            }
        }
        return source;
    }

    /** Copies {@code count} elements between two arrays. */
    static void copy(double[] x, int from, double[] y, int to, int count) {
        if (count >= CALL) {
            System.arraycopy(x, from, y, to, count);
            return;
        }
        int i = 0;
        for (; i <= count - LANES; i += LANES) {
            load(x, from + i).intoArray(y, to + i);
        }
        for (; i < count; i++) {
            y[to + i] = x[from + i];
        }
    }

    /** Sets {@code count} elements. */
    static void fill(double[] y, int to, int count, double value) {
        if (count >= CALL) {
            Arrays.fill(y, to, to + count, value);
            return;
        }
        int i = 0;
        for (; i <= count - LANES; i += LANES) {
            VectorLanes64.broadcast(value).intoArray(y, to + i);
        }
        for (; i < count; i++) {
            y[to + i] = value;
        }
    }
}
