package org.plumbline.model.pretrained;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.plumbline.engine.Storage;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.io.SafetensorsWriter;
import org.plumbline.model.Parameters;
import org.plumbline.program.Shape;

/** Writes parameters as one safetensors file, or as shards with an index. */
final class WeightWriter {
    private final CheckpointFormat format;
    private final Parameters parameters;

    WeightWriter(CheckpointFormat format, Parameters parameters) {
        this.format = format;
        this.parameters = parameters;
    }

    /**
     * @param shardBytes most bytes of a file, unless one tensor alone has more
     * @throws InputException if the folder cannot be written to, or holds a model in the other of the two layouts
     */
    void write(Path folder, long shardBytes) {
        List<List<String>> shards = shards(shardBytes);
        boolean single = shards.size() <= 1;
        Path other = folder.resolve(single ? TensorFiles.INDEX : TensorFiles.SINGLE);
        if (Files.exists(other)) {
            throw new InputException(folder + ": holds " + other.getFileName()
                    + ", which would contradict what is to be written beside it; expected another folder");
        }
        if (single) {
            write(folder.resolve(TensorFiles.SINGLE), shards.getFirst());
        } else {
            writeShards(folder, shards);
        }
    }

    private void writeShards(Path folder, List<List<String>> shards) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < shards.size(); i++) {
            String name = String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, shards.size());
            write(folder.resolve(name), shards.get(i));
            shards.get(i).forEach(parameter -> map.put(parameter, name));
        }
        long total = parameters.space().size() * parameters.precision().bytes();
        Map<String, Object> index = new LinkedHashMap<>();
        index.put("metadata", Map.of("total_size", total));
        index.put(TensorFiles.WEIGHT_MAP, map);
        // The index comes last: shards without one are not a model.
        Json.write(folder.resolve(TensorFiles.INDEX), index);
    }

    private List<List<String>> shards(long shardBytes) {
        List<List<String>> shards = new ArrayList<>(List.of(new ArrayList<>()));
        long filled = 0;
        for (Map.Entry<String, Shape> entry : parameters.space().shapes().entrySet()) {
            long bytes = (long) entry.getValue().size() * parameters.precision().bytes();
            if (filled > 0 && bytes > shardBytes - filled) {
                shards.add(new ArrayList<>());
                filled = 0;
            }
            shards.getLast().add(entry.getKey());
            filled += bytes;
        }
        return shards;
    }

    private void write(Path path, List<String> names) {
        // Transformers reads no safetensors file that does not name its format.
        SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
        for (String name : names) {
            Shape shape = parameters.space().shape(name);
            Storage values = parameters.storages().get(name);
            boolean transposed = format.transposed(name);
            int[] dimensions = transposed ? new int[] {shape.dimension(1), shape.dimension(0)} : shape.dimensions();
            switch (transposed ? Matrices.transpose(values, shape.dimension(0), shape.dimension(1)) : values) {
                case Storage.Floats(float[] array) -> writer.add(name, array, dimensions);
                case Storage.Doubles(double[] array) -> writer.add(name, array, dimensions);
                case Storage.Indices _ -> throw new IllegalArgumentException("weights are real numbers");
            }
        }
        writer.write(path);
    }
}
