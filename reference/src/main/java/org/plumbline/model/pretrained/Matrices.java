package org.plumbline.model.pretrained;

import java.util.Arrays;
import org.plumbline.engine.Storage;

/** Plain operations on weights. */
final class Matrices {
    /** A tile of this many rows and columns of both matrices stays in the first cache. */
    private static final int TILE = 32;

    private Matrices() {}

    /** {@code Xᵀ [columns, rows]} for {@code X [rows, columns]}. */
    static Storage transpose(Storage matrix, int rows, int columns) {
        return switch (matrix) {
            case Storage.Floats(float[] x) -> {
                float[] y = new float[x.length];
                forEachTile(rows, columns, (i, from, to) -> {
                    for (int j = from; j < to; j++) {
                        y[j * rows + i] = x[i * columns + j];
                    }
                });
                yield Storage.of(y);
            }
            case Storage.Doubles(double[] x) -> {
                double[] y = new double[x.length];
                forEachTile(rows, columns, (i, from, to) -> {
                    for (int j = from; j < to; j++) {
                        y[j * rows + i] = x[i * columns + j];
                    }
                });
                yield Storage.of(y);
            }
            case Storage.Indices _ -> throw new IllegalArgumentException("weights are real numbers");
        };
    }

    private interface TileRow {
        void copy(int row, int fromColumn, int toColumn);
    }

    private static void forEachTile(int rows, int columns, TileRow copy) {
        for (int top = 0; top < rows; top += TILE) {
            for (int left = 0; left < columns; left += TILE) {
                for (int i = top; i < Math.min(rows, top + TILE); i++) {
                    copy.copy(i, left, Math.min(columns, left + TILE));
                }
            }
        }
    }

    /** The first element that is infinite or no number, or −1. */
    static int firstNotFinite(Storage storage) {
        switch (storage) {
            case Storage.Floats(float[] x) -> {
                for (int i = 0; i < x.length; i++) {
                    if (!(Math.abs(x[i]) <= Float.MAX_VALUE)) {
                        return i;
                    }
                }
            }
            case Storage.Doubles(double[] x) -> {
                for (int i = 0; i < x.length; i++) {
                    if (!(Math.abs(x[i]) <= Double.MAX_VALUE)) {
                        return i;
                    }
                }
            }
            case Storage.Indices _ -> throw new IllegalArgumentException("weights are real numbers");
        }
        return -1;
    }

    /** Whether two weights have the same elements. */
    static boolean equal(Storage first, Storage second) {
        return switch (first) {
            case Storage.Floats(float[] x) -> second instanceof Storage.Floats(float[] y) && Arrays.equals(x, y);
            case Storage.Doubles(double[] x) -> second instanceof Storage.Doubles(double[] y) && Arrays.equals(x, y);
            case Storage.Indices _ -> throw new IllegalArgumentException("weights are real numbers");
        };
    }
}
