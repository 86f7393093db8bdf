package org.plumbline.program;

import java.util.Arrays;

/**
 * An immutable array inside a program: a causal mask, a rotary table. Compared by content, so equal ones are shared.
 */
public sealed interface Constant {
    int size();

    ElementType type();

    static Constant of(double... values) {
        return new DoubleArray(values.clone());
    }

    static Constant of(int... values) {
        return new Indices(values.clone());
    }

    /** Real numbers, kept in double precision and rounded by the engine. */
    record DoubleArray(double[] values) implements Constant {
        @Override
        public int size() {
            return values.length;
        }

        @Override
        public ElementType type() {
            return ElementType.REAL;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof DoubleArray array && Arrays.equals(values, array.values);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(values);
        }

        @Override
        public String toString() {
            return "real[" + values.length + "]";
        }
    }

    /** Indices. */
    record Indices(int[] values) implements Constant {
        @Override
        public int size() {
            return values.length;
        }

        @Override
        public ElementType type() {
            return ElementType.INDEX;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Indices indices && Arrays.equals(values, indices.values);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(values);
        }

        @Override
        public String toString() {
            return "index[" + values.length + "]";
        }
    }
}
