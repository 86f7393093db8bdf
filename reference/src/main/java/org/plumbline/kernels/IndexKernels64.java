package org.plumbline.kernels;

/**
 * Rows and elements by index. Fewer indices than places repeat: place {@code i} reads {@code indices[i % n]}. An index
 * is known to lie within its bounds; whoever binds it has checked.
 */
public final class IndexKernels64 {

    private IndexKernels64() {}

    /** {@code y[g, i, :] = table[g, indices[g, i], :]} for {@code count} indices in each of {@code groups} tables. */
    public static void gather(double[] table, int[] indices, int nIndices, double[] y, int groups, int rows, int width,
            int count) {
        int n = groups * count * width;
        for (@Parallel int i = 0; i < n; i++) {
            int place = i / width;
            int row = place / count * rows + indices[place % nIndices];
            y[i] = table[row * width + i % width];
        }
    }

    /**
     * {@code y[g, v, :] = Σ x[g, i, :]} over the {@code i} with {@code indices[g, i] = v}, in the order of {@code i}.
     */
    public static void scatterAdd(int[] indices, int nIndices, double[] x, double[] y, int groups, int rows, int width,
            int count) {
        int columns = groups * width;
        for (@Parallel int column = 0; column < columns; column++) {
            int g = column / width;
            int c = column % width;
            for (int v = 0; v < rows; v++) {
                y[(g * rows + v) * width + c] = 0;
            }
            for (int i = 0; i < count; i++) {
                int place = g * count + i;
                int target = (g * rows + indices[place % nIndices]) * width + c;
                y[target] = y[target] + x[place * width + c];
            }
        }
    }

    /** {@code y[r] = x[r, indices[r]]} for rows of {@code width}; {@code x} has {@code nx} rows, which repeat. */
    public static void pick(double[] x, int nx, int[] indices, int nIndices, double[] y, int rows, int width) {
        for (@Parallel int r = 0; r < rows; r++) {
            y[r] = x[r % nx * width + indices[r % nIndices]];
        }
    }

    /** {@code y[r, c] = x[r]} where {@code c = indices[r]}, else 0. */
    public static void place(double[] x, int nx, int[] indices, int nIndices, double[] y, int rows, int width) {
        int n = rows * width;
        for (@Parallel int i = 0; i < n; i++) {
            int r = i / width;
            y[i] = i % width == indices[r % nIndices] ? x[r % nx] : 0;
        }
    }
}
