package org.plumbline.batch;

import org.plumbline.engine.Storage;

/** Sums in double precision of what programs give in either. */
public final class Reals {
    private Reals() {}

    public static double at(Storage storage, int i) {
        return switch (storage) {
            case Storage.Doubles(double[] array) -> array[i];
            case Storage.Floats(float[] array) -> array[i];
            case Storage.Indices(int[] array) -> array[i];
        };
    }

    public static void set(Storage storage, int i, double value) {
        switch (storage) {
            case Storage.Doubles(double[] array) -> array[i] = value;
            case Storage.Floats(float[] array) -> array[i] = (float) value;
            case Storage.Indices _ -> throw new IllegalArgumentException("indices hold no reals");
        }
    }

    /** Adds all elements. */
    public static void add(Storage terms, double[] sum) {
        switch (terms) {
            case Storage.Doubles(double[] array) -> {
                for (int i = 0; i < array.length; i++) {
                    sum[i] += array[i];
                }
            }
            case Storage.Floats(float[] array) -> {
                for (int i = 0; i < array.length; i++) {
                    sum[i] += array[i];
                }
            }
            case Storage.Indices _ -> throw new IllegalArgumentException("indices have no sum");
        }
    }

    /** Adds the lower triangle of a matrix {@code [n, n]} to one stored row after row, {@code n(n+1)/2} numbers. */
    static void addTriangle(Storage matrix, int n, double[] packed) {
        switch (matrix) {
            case Storage.Doubles(double[] array) -> {
                for (int i = 0, at = 0; i < n; i++) {
                    for (int j = 0; j <= i; j++, at++) {
                        packed[at] += array[i * n + j];
                    }
                }
            }
            case Storage.Floats(float[] array) -> {
                for (int i = 0, at = 0; i < n; i++) {
                    for (int j = 0; j <= i; j++, at++) {
                        packed[at] += array[i * n + j];
                    }
                }
            }
            case Storage.Indices _ -> throw new IllegalArgumentException("indices have no sum");
        }
    }

    /** The {@code count} numbers from {@code from} on, in double precision. */
    static double[] slice(Storage storage, int from, int count) {
        double[] slice = new double[count];
        for (int i = 0; i < count; i++) {
            slice[i] = at(storage, from + i);
        }
        return slice;
    }
}
