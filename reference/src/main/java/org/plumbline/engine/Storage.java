package org.plumbline.engine;

/**
 * The elements of an array, row-major, as a Java array of the engine's precision. The array is shared, not copied:
 * whoever binds it may change its elements between runs.
 */
public sealed interface Storage {
    int size();

    /** The Java array, {@code double[]}, {@code float[]} or {@code int[]}. */
    Object array();

    /** Real numbers in double precision. */
    record Doubles(double[] array) implements Storage {
        @Override
        public int size() {
            return array.length;
        }
    }

    /** Real numbers in single precision. */
    record Floats(float[] array) implements Storage {
        @Override
        public int size() {
            return array.length;
        }
    }

    /** Indices. */
    record Indices(int[] array) implements Storage {
        @Override
        public int size() {
            return array.length;
        }
    }

    static Storage of(double[] array) {
        return new Doubles(array);
    }

    static Storage of(float[] array) {
        return new Floats(array);
    }

    static Storage of(int[] array) {
        return new Indices(array);
    }

    /** Zeros. */
    static Storage allocate(Precision precision, int size) {
        return switch (precision) {
            case SINGLE -> new Floats(new float[size]);
            case DOUBLE -> new Doubles(new double[size]);
        };
    }

    /** These numbers in the given precision: a rounded copy in single, the array itself in double. */
    static Storage of(Precision precision, double[] values) {
        return switch (precision) {
            case SINGLE -> {
                float[] rounded = new float[values.length];
                for (int i = 0; i < rounded.length; i++) {
                    rounded[i] = (float) values[i];
                }
                yield new Floats(rounded);
            }
            case DOUBLE -> new Doubles(values);
        };
    }

    /**
     * The reals as double precision: the array itself if it is, else a copy.
     *
     * @throws EngineException if these are indices
     */
    default double[] toDoubles() {
        return switch (this) {
            case Doubles(double[] array) -> array;
            case Floats(float[] array) -> {
                double[] widened = new double[array.length];
                for (int i = 0; i < widened.length; i++) {
                    widened[i] = array[i];
                }
                yield widened;
            }
            case Indices _ -> throw new EngineException("expected real numbers, found indices");
        };
    }

    /**
     * A copy of these reals in the given precision.
     *
     * @throws EngineException if these are indices
     */
    default Storage copy(Precision precision) {
        return switch (precision) {
            case SINGLE -> this instanceof Floats(float[] array) ? of(array.clone()) : of(precision, toDoubles());
            case DOUBLE -> this instanceof Doubles(double[] array) ? of(array.clone()) : of(toDoubles());
        };
    }

    /** Element {@code i} in double precision. */
    default double at(int i) {
        return switch (this) {
            case Doubles(double[] array) -> array[i];
            case Floats(float[] array) -> array[i];
            case Indices(int[] array) -> array[i];
        };
    }

    /**
     * Sets real element {@code i}, rounded to this precision.
     *
     * @throws EngineException if these are indices
     */
    default void set(int i, double value) {
        switch (this) {
            case Doubles(double[] array) -> array[i] = value;
            case Floats(float[] array) -> array[i] = (float) value;
            case Indices _ -> throw new EngineException("expected real numbers, found indices");
        }
    }

    /**
     * Adds all elements to a sum in double precision, elementwise.
     *
     * @throws EngineException if these are indices
     */
    default void addTo(double[] sum) {
        switch (this) {
            case Doubles(double[] array) -> {
                for (int i = 0; i < array.length; i++) {
                    sum[i] += array[i];
                }
            }
            case Floats(float[] array) -> {
                for (int i = 0; i < array.length; i++) {
                    sum[i] += array[i];
                }
            }
            case Indices _ -> throw new EngineException("expected real numbers, found indices");
        }
    }

    /**
     * Copies all elements into {@code target} from its element {@code at} on.
     *
     * @throws EngineException if the two hold elements of different types
     */
    default void copyTo(Storage target, int at) {
        if (target.getClass() != getClass()) {
            throw new EngineException("expected an array of " + getClass().getSimpleName() + " to copy to, found "
                    + target.getClass().getSimpleName());
        }
        System.arraycopy(array(), 0, target.array(), at, size());
    }
}
