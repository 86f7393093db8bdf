package org.plumbline.engine.vector;

import static org.plumbline.engine.vector.VectorLanes64.LANES;
import static org.plumbline.engine.vector.VectorLanes64.load;

/**
 * Rows by index, whole rows at a time; the contract of {@code org.plumbline.kernels.IndexKernels64}, to the last bit.
 */
final class VectorIndex64 {

    private VectorIndex64() {}

    /** {@code y[g, i, :] = table[g, indices[g, i], :]} for {@code count} indices in each of {@code groups} tables. */
    static void gather(
            double[] table, int[] indices, int nIndices, double[] y, int groups, int rows, int width, int count) {
        int place = 0;
        for (int g = 0; g < groups; g++) {
            int indicesOfGroup = nIndices == count ? 0 : place;
            for (int i = 0; i < count; i++) {
                int row = g * rows + indices[indicesOfGroup + i];
                VectorShapes64.copy(table, row * width, y, place++ * width, width);
            }
        }
    }

    /**
     * {@code y[g, v, :] = Σ x[g, i, :]} over the {@code i} with {@code indices[g, i] = v}, in the order of {@code i}.
     */
    static void scatterAdd(
            int[] indices, int nIndices, double[] x, double[] y, int groups, int rows, int width, int count) {
        VectorShapes64.fill(y, 0, groups * rows * width, 0);
        int place = 0;
        for (int g = 0; g < groups; g++) {
            int indicesOfGroup = nIndices == count ? 0 : place;
            for (int i = 0; i < count; i++) {
                int row = g * rows + indices[indicesOfGroup + i];
                addRow(x, place++ * width, y, row * width, width);
            }
        }
    }

    /** {@code y[r, c] = x[r]} where {@code c = indices[r]}, else 0; {@code x} has {@code nx} elements, which repeat. */
    static void place(double[] x, int nx, int[] indices, int nIndices, double[] y, int rows, int width) {
        VectorShapes64.fill(y, 0, rows * width, 0);
        for (int r = 0; r < rows; r++) {
            y[r * width + indices[r % nIndices]] = x[r % nx];
        }
    }

    private static void addRow(double[] x, int from, double[] y, int to, int width) {
        int i = 0;
        for (; i <= width - LANES; i += LANES) {
            load(y, to + i).add(load(x, from + i)).intoArray(y, to + i);
        }
        for (; i < width; i++) {
            y[to + i] += x[from + i];
        }
    }
}
