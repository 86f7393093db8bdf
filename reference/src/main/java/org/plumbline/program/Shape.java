package org.plumbline.program;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The static shape of an array, row-major: the last dimension is contiguous.
 *
 * <p>A shape of rank 0 is a scalar of one element. Dimensions are at least 1, and the number of elements fits an
 * {@code int}, because arrays are Java arrays.
 */
public final class Shape {
    private static final Shape SCALAR = new Shape(new int[0], 1);

    private final int[] dimensions;
    private final int size;

    private Shape(int[] dimensions, int size) {
        this.dimensions = dimensions;
        this.size = size;
    }

    /**
     * The shape with these dimensions.
     *
     * @throws ProgramException if a dimension is below 1 or the number of elements exceeds an {@code int}
     */
    public static Shape of(int... dimensions) {
        if (dimensions.length == 0) {
            return SCALAR;
        }
        long size = 1;
        for (int dimension : dimensions) {
            if (dimension < 1) {
                throw new ProgramException(
                        "a shape has dimensions of at least 1, found " + Arrays.toString(dimensions));
            }
            size *= dimension;
            if (size > Integer.MAX_VALUE) {
                throw new ProgramException(
                        "an array holds at most 2^31 - 1 elements, found shape " + Arrays.toString(dimensions));
            }
        }
        return new Shape(dimensions.clone(), (int) size);
    }

    /** The shape of a single number. */
    public static Shape scalar() {
        return SCALAR;
    }

    public int rank() {
        return dimensions.length;
    }

    /** Number of elements. */
    public int size() {
        return size;
    }

    /** Dimension {@code axis}; negative axes count from the end, so {@code -1} is the last. */
    public int dimension(int axis) {
        return dimensions[axis < 0 ? dimensions.length + axis : axis];
    }

    public int[] dimensions() {
        return dimensions.clone();
    }

    /** Product of the dimensions in {@code [from, to)}; 1 if there are none. */
    public int sizeOf(int from, int to) {
        int product = 1;
        for (int axis = from; axis < to; axis++) {
            product *= dimensions[axis];
        }
        return product;
    }

    /** The dimensions in {@code [from, to)}. */
    public Shape slice(int from, int to) {
        return of(Arrays.copyOfRange(dimensions, from, to));
    }

    /** This shape followed by {@code tail}. */
    public Shape append(Shape tail) {
        int[] joined = Arrays.copyOf(dimensions, dimensions.length + tail.dimensions.length);
        System.arraycopy(tail.dimensions, 0, joined, dimensions.length, tail.dimensions.length);
        return of(joined);
    }

    /** This shape followed by these dimensions. */
    public Shape append(int... tail) {
        return append(of(tail));
    }

    /** This shape behind a new leading dimension. */
    public Shape prepend(int dimension) {
        return of(dimension).append(this);
    }

    /** This shape with dimension {@code axis} replaced. */
    public Shape with(int axis, int dimension) {
        int[] changed = dimensions.clone();
        changed[axis < 0 ? changed.length + axis : axis] = dimension;
        return of(changed);
    }

    /** This shape with {@code inserted} placed before dimension {@code axis}. */
    public Shape insert(int axis, Shape inserted) {
        return slice(0, axis).append(inserted).append(slice(axis, rank()));
    }

    /** This shape without the {@code count} dimensions that start at {@code axis}. */
    public Shape remove(int axis, int count) {
        return slice(0, axis).append(slice(axis + count, rank()));
    }

    /** Whether {@code this} equals the last dimensions of {@code other}. */
    public boolean isSuffixOf(Shape other) {
        int offset = other.rank() - rank();
        return offset >= 0
                && Arrays.equals(dimensions, 0, rank(), other.dimensions, offset, other.rank());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(dimensions, shape.dimensions);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dimensions);
    }

    @Override
    public String toString() {
        return Arrays.stream(dimensions).mapToObj(Integer::toString).collect(Collectors.joining("×", "[", "]"));
    }
}
