package org.plumbline.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Collects named tensors and writes them as one safetensors file ({@link SafetensorsFile} gives the format).
 *
 * <p>The bytes depend on the content alone, not on the order of the calls: metadata sorted by key; tensors by
 * decreasing element size, then by name in code-unit order, so that each is aligned to its element size; the header
 * padded with spaces to 8 bytes. Arrays are not copied: leave them unchanged until {@link #write}.
 */
public final class SafetensorsWriter {

    private static final int ALIGNMENT = 8;

    private final Map<String, String> metadata = new TreeMap<>();
    private final Map<String, Entry> entries = new TreeMap<>();

    private record Entry(String name, Dtype dtype, int[] shape, int length, RowMajor.Elements elements) {
        long bytes() {
            return (long) length * dtype.bytes();
        }
    }

    /** Sets a metadata entry, replacing an earlier one of this key. */
    public SafetensorsWriter metadata(String key, String value) {
        metadata.put(Objects.requireNonNull(key), Objects.requireNonNull(value));
        return this;
    }

    /**
     * Adds a tensor of dtype {@code F64}.
     *
     * @param values row-major
     * @param shape extents whose product is the number of values; none for a scalar
     */
    public SafetensorsWriter add(String name, double[] values, int... shape) {
        return add(name, Dtype.F64, shape, values.length, RowMajor.Elements.of(values));
    }

    /**
     * Adds a tensor of dtype {@code F32}.
     *
     * @param values row-major
     * @param shape extents whose product is the number of values; none for a scalar
     */
    public SafetensorsWriter add(String name, float[] values, int... shape) {
        return add(name, Dtype.F32, shape, values.length, RowMajor.Elements.of(values));
    }

    /**
     * Adds a tensor of dtype {@code I64}.
     *
     * @param values row-major
     * @param shape extents whose product is the number of values; none for a scalar
     */
    public SafetensorsWriter add(String name, long[] values, int... shape) {
        return add(name, Dtype.I64, shape, values.length, RowMajor.Elements.of(values));
    }

    /**
     * Adds a tensor of dtype {@code I32}.
     *
     * @param values row-major
     * @param shape extents whose product is the number of values; none for a scalar
     */
    public SafetensorsWriter add(String name, int[] values, int... shape) {
        return add(name, Dtype.I32, shape, values.length, RowMajor.Elements.of(values));
    }

    private SafetensorsWriter add(String name, Dtype dtype, int[] shape, int length, RowMajor.Elements elements) {
        if (name.equals(SafetensorsHeader.METADATA)) {
            throw new IllegalArgumentException("'" + name + "' is reserved by the format, expected another name");
        }
        RowMajor.requireFills("tensor '" + name + "'", length, shape);
        if (entries.putIfAbsent(name, new Entry(name, dtype, shape.clone(), length, elements)) != null) {
            throw new IllegalArgumentException("tensor '" + name + "' was added before, expected it once");
        }
        return this;
    }

    /**
     * Writes the file atomically, replacing it if it exists.
     *
     * @throws InputException if the file cannot be written
     */
    public void write(Path path) {
        List<Entry> order = new ArrayList<>(entries.values());
        order.sort(Comparator.comparingInt((Entry e) -> -e.dtype().bytes()).thenComparing(Entry::name));
        byte[] header = header(order);
        AtomicFiles.write(path, out -> {
            out.write(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(header.length)
                    .array());
            out.write(header);
            for (Entry entry : order) {
                RowMajor.write(out, entry.elements(), entry.length(), entry.dtype().bytes());
            }
        });
    }

    private byte[] header(List<Entry> order) {
        Map<String, Object> root = new LinkedHashMap<>();
        if (!metadata.isEmpty()) {
            root.put(SafetensorsHeader.METADATA, metadata);
        }
        long begin = 0;
        for (Entry entry : order) {
            Map<String, Object> description = new LinkedHashMap<>();
            description.put("dtype", entry.dtype().name());
            description.put("shape", entry.shape());
            description.put("data_offsets", new long[] {begin, begin + entry.bytes()});
            root.put(entry.name(), description);
            begin += entry.bytes();
        }
        byte[] json = Json.line(root).getBytes(StandardCharsets.UTF_8);
        int padding = Math.floorMod(-json.length, ALIGNMENT);
        return ByteBuffer.allocate(json.length + padding)
                .put(json)
                .put(" ".repeat(padding).getBytes(StandardCharsets.US_ASCII))
                .array();
    }
}
