package org.plumbline.io;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A safetensors file, open for reading: 8 bytes of little-endian header length, a JSON header that gives dtype, shape
 * and byte range of each tensor, then the tensors, little-endian and row-major
 * (<a href="https://github.com/huggingface/safetensors#format">format</a>).
 *
 * <p>The file is memory-mapped, so opening costs the header alone and files beyond 2 GB work; each load copies one
 * tensor into a fresh array of at most 2³¹ − 9 elements. The whole header is checked at opening: lengths, duplicate
 * names, dtypes, and that the tensors tile the data section exactly. Values are not judged: a NaN is read as one.
 * Reading is thread-safe; truncating the file while it is open is not survivable.
 */
public final class SafetensorsFile implements AutoCloseable {

    /** The longest header accepted, 100 MB, the limit of the format's own implementation. */
    public static final long MAX_HEADER_BYTES = 100_000_000;

    private static final int LENGTH_BYTES = 8;
    private static final int MAX_ELEMENTS = Integer.MAX_VALUE - 8;
    /** Integers up to here are exact in binary64. */
    private static final long MAX_EXACT_DOUBLE = 1L << 53;

    private static final ValueLayout.OfDouble F64 = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfShort I16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);

    private final Path path;
    private final Arena arena;
    private final MemorySegment data;
    private final SafetensorsHeader header;

    private SafetensorsFile(Path path, Arena arena, MemorySegment data, SafetensorsHeader header) {
        this.path = path;
        this.arena = arena;
        this.data = data;
        this.header = header;
    }

    /**
     * Maps a file and checks its header.
     *
     * @throws InputException if the file cannot be read
     * @throws MalformedFileException if it is not a well-formed safetensors file
     */
    @SuppressWarnings("MustBeClosedChecker") // Closed by the file that is returned, or here when none is.
    public static SafetensorsFile open(Path path) {
        long size = InputFiles.size(path);
        if (size < LENGTH_BYTES) {
            throw new MalformedFileException(
                    path, "found " + size + " bytes, expected at least 8 for the header's length");
        }
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
            long headerBytes = file.get(I64, 0);
            long available = Math.min(size - LENGTH_BYTES, MAX_HEADER_BYTES);
            Optional<String> foreign = ForeignFile.kind(
                    file.asSlice(0, Math.min(size, ForeignFile.HEAD_BYTES)).toArray(ValueLayout.JAVA_BYTE));
            if (headerBytes < 0 || headerBytes > available) {
                if (foreign.isPresent()) {
                    throw new MalformedFileException(path, foreign.get());
                }
                throw new MalformedFileException(path, "found header length " + Long.toUnsignedString(headerBytes)
                        + ", expected at most " + available + ": truncated, or not a safetensors file");
            }
            byte[] json = file.asSlice(LENGTH_BYTES, headerBytes).toArray(ValueLayout.JAVA_BYTE);
            MemorySegment data = file.asSlice(LENGTH_BYTES + headerBytes);
            return new SafetensorsFile(
                    path, arena, data, SafetensorsHeader.parse(path, json, data.byteSize()));
        } catch (IOException e) {
            arena.close();
            throw InputFiles.unreadable(path, e);
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /** The file's path. */
    public Path path() {
        return path;
    }

    /** Names of all tensors, in the header's order. */
    public Set<String> names() {
        return header.tensors().keySet();
    }

    /** The free-form metadata, sorted by key; empty if there is none. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /**
     * The shape of a tensor; a scalar's is empty.
     *
     * @throws InputException if there is no such tensor
     */
    public int[] shape(String name) {
        return tensor(name).shape().clone();
    }

    /**
     * The element type of a tensor in the file.
     *
     * @throws InputException if there is no such tensor
     */
    public Dtype dtype(String name) {
        return tensor(name).dtype();
    }

    /**
     * Demands a shape.
     *
     * @throws InputException if there is no such tensor, or its shape is another one
     */
    public void requireShape(String name, int... expected) {
        int[] found = tensor(name).shape();
        if (!Arrays.equals(found, expected)) {
            throw unusable(name, "found shape " + Arrays.toString(found) + ", expected " + Arrays.toString(expected));
        }
    }

    /**
     * A tensor as {@code double}s, row-major. Every dtype widens exactly.
     *
     * @throws InputException if there is no such tensor, it does not fit into an array, or it holds an {@code I64}
     *     beyond ±2⁵³, which no {@code double} holds exactly
     */
    public double[] doubles(String name) {
        SafetensorsHeader.Tensor tensor = tensor(name);
        double[] values = new double[length(name, tensor)];
        MemorySegment source = source(tensor);
        switch (tensor.dtype()) {
            case F64 -> MemorySegment.copy(source, F64, 0, values, 0, values.length);
            case F32, F16, BF16 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = floatAt(source, tensor.dtype(), i);
                }
            }
            case I64, I32, I16, I8, U32, U16, U8, BOOL -> {
                for (int i = 0; i < values.length; i++) {
                    long value = integerAt(name, source, tensor.dtype(), i);
                    if (Math.abs(value) > MAX_EXACT_DOUBLE || value == Long.MIN_VALUE) {
                        throw unusable(name, "element " + i + " is " + value + ", beyond what a double holds exactly");
                    }
                    values[i] = value;
                }
            }
        }
        return values;
    }

    /**
     * A tensor as {@code float}s, row-major, {@code F64} and integers rounded to nearest.
     *
     * @throws InputException if there is no such tensor, it does not fit into an array, or a finite value overflows
     */
    public float[] floats(String name) {
        SafetensorsHeader.Tensor tensor = tensor(name);
        float[] values = new float[length(name, tensor)];
        MemorySegment source = source(tensor);
        switch (tensor.dtype()) {
            case F32 -> MemorySegment.copy(source, F32, 0, values, 0, values.length);
            case F16, BF16 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = floatAt(source, tensor.dtype(), i);
                }
            }
            case F64 -> {
                for (int i = 0; i < values.length; i++) {
                    double value = source.getAtIndex(F64, i);
                    values[i] = (float) value;
                    if (Float.isInfinite(values[i]) && !Double.isInfinite(value)) {
                        throw unusable(name, "element " + i + " is " + value + ", which overflows a float");
                    }
                }
            }
            case I64, I32, I16, I8, U32, U16, U8, BOOL -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = integerAt(name, source, tensor.dtype(), i);
                }
            }
        }
        return values;
    }

    /**
     * An integer or boolean tensor as {@code int}s, row-major.
     *
     * @throws InputException if there is no such tensor, it does not fit into an array, it is floating-point, or a
     *     value is outside the range of {@code int}
     */
    public int[] ints(String name) {
        SafetensorsHeader.Tensor tensor = tensor(name);
        if (tensor.dtype().isFloating()) {
            throw unusable(name, "found dtype " + tensor.dtype() + ", expected an integer type");
        }
        int[] values = new int[length(name, tensor)];
        MemorySegment source = source(tensor);
        for (int i = 0; i < values.length; i++) {
            long value = integerAt(name, source, tensor.dtype(), i);
            values[i] = (int) value;
            if (values[i] != value) {
                throw unusable(name, "element " + i + " is " + value + ", outside the range of int");
            }
        }
        return values;
    }

    /** Unmaps the file. Loads fail from here on; arrays already loaded are unaffected. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    private static float floatAt(MemorySegment source, Dtype dtype, long i) {
        return switch (dtype) {
            case F32 -> source.getAtIndex(F32, i);
            case F16 -> Float.float16ToFloat(source.getAtIndex(I16, i));
            case BF16 -> Float.intBitsToFloat(source.getAtIndex(I16, i) << 16);
            case F64, I64, I32, I16, I8, U32, U16, U8, BOOL -> throw new IllegalArgumentException(dtype.name());
        };
    }

    private long integerAt(String name, MemorySegment source, Dtype dtype, long i) {
        return switch (dtype) {
            case I64 -> source.getAtIndex(I64, i);
            case I32 -> source.getAtIndex(I32, i);
            case I16 -> source.getAtIndex(I16, i);
            case I8 -> source.get(ValueLayout.JAVA_BYTE, i);
            case U32 -> Integer.toUnsignedLong(source.getAtIndex(I32, i));
            case U16 -> Short.toUnsignedLong(source.getAtIndex(I16, i));
            case U8 -> Byte.toUnsignedLong(source.get(ValueLayout.JAVA_BYTE, i));
            case BOOL -> {
                byte value = source.get(ValueLayout.JAVA_BYTE, i);
                if (value != 0 && value != 1) {
                    throw new MalformedFileException(
                            path, "tensor '" + name + "': element " + i + " is byte " + value + ", expected 0 or 1");
                }
                yield value;
            }
            case F64, F32, F16, BF16 -> throw new IllegalArgumentException(dtype.name());
        };
    }

    private MemorySegment source(SafetensorsHeader.Tensor tensor) {
        return data.asSlice(tensor.begin(), tensor.end() - tensor.begin());
    }

    private SafetensorsHeader.Tensor tensor(String name) {
        SafetensorsHeader.Tensor tensor = header.tensors().get(name);
        if (tensor == null) {
            String some = names().stream().limit(5).reduce((a, b) -> a + ", " + b).orElse("none");
            throw unusable(name, "not in this file, which has " + names().size() + " tensors: " + some
                    + (names().size() > 5 ? ", …" : ""));
        }
        return tensor;
    }

    private int length(String name, SafetensorsHeader.Tensor tensor) {
        if (tensor.count() > MAX_ELEMENTS) {
            throw unusable(name, "found " + tensor.count() + " elements, expected at most " + MAX_ELEMENTS);
        }
        return (int) tensor.count();
    }

    private InputException unusable(String name, String detail) {
        return new InputException(path + ": tensor '" + name + "': " + detail);
    }
}
