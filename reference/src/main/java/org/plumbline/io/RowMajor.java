package org.plumbline.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** What safetensors and {@code .npy} share: the size of a shape, and little-endian elements in row-major order. */
final class RowMajor {

    private static final int CHUNK_BYTES = 1 << 16;

    private RowMajor() {}

    /** The elements of an array, as bytes. */
    @FunctionalInterface
    interface Elements {
        /** Puts elements {@code from .. from + count} at the start of a little-endian buffer. */
        void put(ByteBuffer chunk, int from, int count);

        static Elements of(double[] values) {
            return (chunk, from, count) -> chunk.asDoubleBuffer().put(values, from, count);
        }

        static Elements of(float[] values) {
            return (chunk, from, count) -> chunk.asFloatBuffer().put(values, from, count);
        }

        static Elements of(long[] values) {
            return (chunk, from, count) -> chunk.asLongBuffer().put(values, from, count);
        }

        static Elements of(int[] values) {
            return (chunk, from, count) -> chunk.asIntBuffer().put(values, from, count);
        }
    }

    /**
     * The number of elements of a shape; 1 for a scalar's empty one.
     *
     * @throws IllegalArgumentException if an extent is negative or the product passes the range of {@code long}
     */
    static long count(int[] shape) {
        long count = 1;
        for (int extent : shape) {
            if (extent < 0) {
                throw new IllegalArgumentException("found shape " + Arrays.toString(shape) + ", expected extents >= 0");
            }
            try {
                count = Math.multiplyExact(count, extent);
            } catch (ArithmeticException e) {
                throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " has too many elements", e);
            }
        }
        return count;
    }

    /**
     * Demands that an array fills a shape.
     *
     * @throws IllegalArgumentException if it does not
     */
    static void requireFills(String what, int length, int[] shape) {
        if (count(shape) != length) {
            throw new IllegalArgumentException(what + ": found " + length + " values, expected " + count(shape)
                    + " for shape " + Arrays.toString(shape));
        }
    }

    /** Writes {@code length} elements of {@code elementBytes} bytes each. */
    static void write(OutputStream out, Elements elements, int length, int elementBytes) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int step = CHUNK_BYTES / elementBytes;
        for (int left = length; left > 0; left -= step) {
            int count = Math.min(step, left);
            elements.put(chunk, length - left, count);
            out.write(chunk.array(), 0, count * elementBytes);
        }
    }
}
