package org.plumbline.io;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * NumPy's {@code .npy} files, format version 1.0, little-endian and row-major: score matrices for any notebook
 * (<a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">format</a>). Writes
 * {@code float64}, {@code float32} and {@code int32}; reads these and {@code int64}, each widened
 * exactly to {@code double}.
 */
public final class Npy {

    private static final int SHOWN = 100;
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    /** Magic, version and the header's length. */
    private static final int PREAMBLE_BYTES = MAGIC.length + Short.BYTES;

    private static final int ALIGNMENT = 64;
    private static final int MAX_DIMENSIONS = 32;
    private static final long MAX_EXACT_DOUBLE = 1L << 53;
    private static final Pattern HEADER = Pattern.compile(
            "\\{'descr': '([^']*)', 'fortran_order': (True|False), 'shape': \\(([\\d, ]*)\\),? ?\\}\\s*");

    private Npy() {}

    /**
     * A dense array.
     *
     * @param shape extents; none for a scalar
     * @param values row-major
     */
    public record Array(int[] shape, double[] values) {
        /** Checks that the values fill the shape; the arrays are not copied. */
        public Array {
            RowMajor.requireFills("array", values.length, shape);
        }
    }

    /**
     * Writes {@code float64} atomically.
     *
     * @throws InputException if the file cannot be written
     */
    public static void write(Path path, double[] values, int... shape) {
        write(path, "<f8", RowMajor.Elements.of(values), values.length, Double.BYTES, shape);
    }

    /**
     * Writes {@code float32} atomically.
     *
     * @throws InputException if the file cannot be written
     */
    public static void write(Path path, float[] values, int... shape) {
        write(path, "<f4", RowMajor.Elements.of(values), values.length, Float.BYTES, shape);
    }

    /**
     * Writes {@code int32} atomically.
     *
     * @throws InputException if the file cannot be written
     */
    public static void write(Path path, int[] values, int... shape) {
        write(path, "<i4", RowMajor.Elements.of(values), values.length, Integer.BYTES, shape);
    }

    private static void write(
            Path path, String descr, RowMajor.Elements elements, int length, int elementBytes, int[] shape) {
        RowMajor.requireFills(path.toString(), length, shape);
        byte[] header = header(descr, shape);
        AtomicFiles.write(path, (OutputStream out) -> {
            out.write(header);
            RowMajor.write(out, elements, length, elementBytes);
        });
    }

    static byte[] header(String descr, int[] shape) {
        // Python writes a tuple of one with a trailing comma.
        String tuple = Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(", "))
                + (shape.length == 1 ? "," : "");
        String dictionary = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + tuple + "), }";
        int padding = Math.floorMod(-(PREAMBLE_BYTES + dictionary.length() + 1), ALIGNMENT);
        String text = dictionary + " ".repeat(padding) + "\n";
        return ByteBuffer.allocate(PREAMBLE_BYTES + text.length())
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .putShort((short) text.length())
                .put(text.getBytes(StandardCharsets.US_ASCII))
                .array();
    }

    /**
     * Reads an array.
     *
     * @throws InputException if the file cannot be read, or an {@code int64} in it lies beyond ±2⁵³
     * @throws MalformedFileException if it is no {@code .npy} file of version 1.0, is in column-major order, has
     *     another dtype, or its length does not agree with its shape
     */
    public static Array read(Path path) {
        ByteBuffer file = ByteBuffer.wrap(InputFiles.bytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        if (file.remaining() < PREAMBLE_BYTES || file.mismatch(ByteBuffer.wrap(MAGIC)) != MAGIC.length) {
            throw new MalformedFileException(path, "does not begin like a .npy file of version 1.0");
        }
        int headerBytes = Short.toUnsignedInt(file.getShort(MAGIC.length));
        if (headerBytes > file.capacity() - PREAMBLE_BYTES) {
            throw new MalformedFileException(path, "the file ends inside the header");
        }
        String text = new String(file.array(), PREAMBLE_BYTES, headerBytes, StandardCharsets.ISO_8859_1);
        Matcher header = HEADER.matcher(text);
        if (!header.matches()) {
            String found = text.strip();
            throw new MalformedFileException(path, "found header "
                    + (found.length() <= SHOWN ? found : found.substring(0, SHOWN) + "…")
                    + ", expected a dictionary of descr, fortran_order and shape");
        }
        if (header.group(2).equals("True")) {
            throw new MalformedFileException(path, "found column-major (fortran_order) data, expected row-major");
        }
        int[] shape = shape(path, header.group(3));
        return new Array(
                shape, values(path, header.group(1), shape, file.position(PREAMBLE_BYTES + headerBytes).slice()));
    }

    private static int[] shape(Path path, String tuple) {
        String[] extents = tuple.isBlank() ? new String[0] : tuple.split(", ?");
        try {
            if (extents.length > MAX_DIMENSIONS) {
                throw new NumberFormatException();
            }
            return Arrays.stream(extents).mapToInt(Integer::parseInt).toArray();
        } catch (NumberFormatException e) {
            throw new MalformedFileException(path, "found shape (" + tuple + "), expected extents in 0.."
                    + Integer.MAX_VALUE + ", at most " + MAX_DIMENSIONS, e);
        }
    }

    private static double[] values(Path path, String descr, int[] shape, ByteBuffer slice) {
        ByteBuffer data = slice.order(ByteOrder.LITTLE_ENDIAN);
        int elementBytes =
                switch (descr) {
                    case "<f8", "<i8" -> 8;
                    case "<f4", "<i4" -> 4;
                    default -> throw new MalformedFileException(
                            path, "found dtype '" + descr + "', expected one of '<f8', '<f4', '<i8', '<i4'");
                };
        long needed = 1;
        for (int extent : shape) {
            // Once past the file's length the product only has to stay there.
            needed = Math.min(needed * extent, Integer.MAX_VALUE);
        }
        if (needed * elementBytes != data.remaining()) {
            throw new MalformedFileException(path, "found " + data.remaining() + " data bytes, expected "
                    + elementBytes + " for each element of shape " + Arrays.toString(shape));
        }
        double[] values = new double[(int) needed];
        for (int i = 0; i < values.length; i++) {
            values[i] =
                    switch (descr) {
                        case "<f8" -> data.getDouble();
                        case "<f4" -> data.getFloat();
                        case "<i4" -> data.getInt();
                        default -> exact(path, i, data.getLong());
                    };
        }
        return values;
    }

    private static double exact(Path path, int index, long value) {
        if (value > MAX_EXACT_DOUBLE || value < -MAX_EXACT_DOUBLE) {
            throw new InputException(
                    path + ": element " + index + " is " + value + ", beyond what a double holds exactly");
        }
        return value;
    }
}
