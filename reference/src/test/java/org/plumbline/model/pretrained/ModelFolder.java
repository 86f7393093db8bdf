package org.plumbline.model.pretrained;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.plumbline.io.Dtype;
import org.plumbline.io.Json;
import org.plumbline.io.SafetensorsFile;

/** A model folder that is put together by hand, so that it can be wrong. */
final class ModelFolder {
    private static final String SINGLE = "model.safetensors";

    /** A tensor as a file has it. */
    record Tensor(int[] shape, double[] values) {}

    private final Path path;

    private ModelFolder(Path path) {
        this.path = path;
    }

    /** A copy of a saved model in a new folder. */
    static ModelFolder copyOf(Path source) {
        try {
            Path target = Files.createTempDirectory("plumbline-model");
            target.toFile().deleteOnExit();
            for (String name : new String[] {"config.json", SINGLE}) {
                Files.copy(source.resolve(name), target.resolve(name));
                target.resolve(name).toFile().setWritable(true);
                target.resolve(name).toFile().deleteOnExit();
            }
            return new ModelFolder(target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path path() {
        return path;
    }

    /** Changes the configuration. */
    ModelFolder config(Consumer<Map<String, Object>> change) {
        Path file = path.resolve("config.json");
        @SuppressWarnings("unchecked")
        Map<String, Object> config = Json.read(file, LinkedHashMap.class);
        change.accept(config);
        Json.write(file, config);
        return this;
    }

    /** The tensors of the one file, by name. */
    SequencedMap<String, Tensor> tensors() {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        try (SafetensorsFile file = SafetensorsFile.open(path.resolve(SINGLE))) {
            file.names().forEach(name -> tensors.put(name, new Tensor(file.shape(name), file.doubles(name))));
        }
        return tensors;
    }

    /** Changes the tensors of the one file. */
    ModelFolder tensors(Consumer<Map<String, Tensor>> change) {
        return tensors(Dtype.F64, change);
    }

    /** Changes the tensors of the one file, and their type. */
    ModelFolder tensors(Dtype dtype, Consumer<Map<String, Tensor>> change) {
        Map<String, Tensor> tensors = tensors();
        change.accept(tensors);
        return write(SINGLE, dtype, tensors);
    }

    /** Writes a safetensors file. */
    ModelFolder write(String name, Dtype dtype, Map<String, Tensor> tensors) {
        Map<String, Object> header = new LinkedHashMap<>();
        long end = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            long begin = end;
            end += (long) entry.getValue().values().length * dtype.bytes();
            header.put(entry.getKey(), Map.of("dtype", dtype.name(), "shape", entry.getValue().shape(),
                    "data_offsets", new long[] {begin, end}));
        }
        ByteBuffer data = ByteBuffer.allocate((int) end).order(ByteOrder.LITTLE_ENDIAN);
        tensors.values().forEach(tensor -> {
            for (double value : tensor.values()) {
                put(data, dtype, value);
            }
        });
        return bytes(name, safetensors(Json.line(header), data.array()));
    }

    private static void put(ByteBuffer data, Dtype dtype, double value) {
        switch (dtype) {
            case F64 -> data.putDouble(value);
            case F32 -> data.putFloat((float) value);
            case F16 -> data.putShort(Float.floatToFloat16((float) value));
            case BF16 -> data.putShort((short) (Float.floatToRawIntBits((float) value) >> 16));
            case I64 -> data.putLong((long) value);
            default -> throw new IllegalArgumentException(dtype.name());
        }
    }

    /** The bytes of a safetensors file. */
    static byte[] safetensors(String header, byte[] data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length).put(json).put(data).array();
    }

    /** Writes a file as it is. */
    ModelFolder bytes(String name, byte[] bytes) {
        try {
            Files.write(path.resolve(name), bytes);
            path.resolve(name).toFile().deleteOnExit();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes a file. */
    ModelFolder without(String name) {
        try {
            Files.delete(path.resolve(name));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces the one file by two shards and an index. */
    ModelFolder sharded() {
        SequencedMap<String, Tensor> tensors = tensors();
        Map<String, Tensor> first = new LinkedHashMap<>();
        Map<String, Tensor> second = new LinkedHashMap<>();
        Map<String, String> map = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            boolean half = 2 * first.size() < tensors.size();
            (half ? first : second).put(name, tensor);
            map.put(name, half ? "a.safetensors" : "b.safetensors");
        });
        without(SINGLE).write("a.safetensors", Dtype.F64, first).write("b.safetensors", Dtype.F64, second);
        return index(map);
    }

    /** Writes the index of shards. */
    ModelFolder index(Map<String, String> map) {
        return bytes("model.safetensors.index.json",
                Json.pretty(Map.of("metadata", Map.of(), "weight_map", map)).getBytes(StandardCharsets.UTF_8));
    }

    /** The index of shards. */
    @SuppressWarnings("unchecked")
    Map<String, String> index() {
        return (Map<String, String>)
                Json.read(path.resolve("model.safetensors.index.json"), LinkedHashMap.class).get("weight_map");
    }
}
