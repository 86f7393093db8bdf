package org.plumbline.model.pretrained;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.io.MalformedFileException;
import org.plumbline.io.SafetensorsFile;
import tools.jackson.databind.JsonNode;

/**
 * The tensors of a model folder, by name: those of {@code model.safetensors}, or of the shards that
 * {@code model.safetensors.index.json} lists, memory-mapped. Each tensor is in exactly one file, the one that the index
 * says; a shard is a file of the folder itself.
 */
final class TensorFiles implements AutoCloseable {
    static final String SINGLE = "model.safetensors";
    static final String INDEX = "model.safetensors.index.json";
    static final String WEIGHT_MAP = "weight_map";

    private final List<SafetensorsFile> open = new ArrayList<>();
    private final SequencedMap<String, SafetensorsFile> byTensor = new LinkedHashMap<>();

    private TensorFiles() {}

    /**
     * @throws InputException if the folder has no such files or both kinds, or a shard is missing, elsewhere, or does
     *     not hold what the index says
     */
    static TensorFiles open(Path folder) {
        Path single = folder.resolve(SINGLE);
        Path index = folder.resolve(INDEX);
        if (Files.exists(single) == Files.exists(index)) {
            throw new InputException(folder + ": found " + (Files.exists(single) ? "both " : "neither ")
                    + SINGLE + " and " + INDEX + ", expected one of them");
        }
        TensorFiles files = new TensorFiles();
        try {
            if (Files.exists(single)) {
                files.add(single);
            } else {
                files.addShards(folder, index);
            }
            return files;
        } catch (RuntimeException | Error e) {
            files.close();
            throw e;
        }
    }

    private SafetensorsFile add(Path path) {
        SafetensorsFile file = SafetensorsFile.open(path);
        open.add(file);
        for (String name : file.names()) {
            SafetensorsFile other = byTensor.putIfAbsent(name, file);
            if (other != null) {
                throw new MalformedFileException(
                        path, "tensor '" + name + "' is in " + other.path().getFileName() + " already");
            }
        }
        return file;
    }

    private void addShards(Path folder, Path index) {
        Map<String, SafetensorsFile> shards = new TreeMap<>();
        Map<String, String> listed = listed(index);
        for (Map.Entry<String, String> entry : listed.entrySet()) {
            String shard = entry.getValue();
            if (!shards.containsKey(shard)) {
                shards.put(shard, add(shard(folder, index, shard)));
            }
            if (!shards.get(shard).names().contains(entry.getKey())) {
                throw new MalformedFileException(
                        index, "tensor '" + entry.getKey() + "' is not in '" + shard + "', where it is said to be");
            }
        }
        for (Map.Entry<String, SafetensorsFile> entry : byTensor.entrySet()) {
            if (!listed.containsKey(entry.getKey())) {
                throw new MalformedFileException(index, "tensor '" + entry.getKey() + "' of "
                        + entry.getValue().path().getFileName() + " is not listed");
            }
        }
    }

    private static Map<String, String> listed(Path index) {
        JsonNode map = Json.read(index).path(WEIGHT_MAP);
        if (!map.isObject() || map.isEmpty()) {
            throw new MalformedFileException(index, "'" + WEIGHT_MAP + "': expected an object from tensors to shards");
        }
        Map<String, String> listed = new LinkedHashMap<>();
        map.properties().forEach(entry -> {
            if (!entry.getValue().isString()) {
                throw new MalformedFileException(index, "tensor '" + entry.getKey() + "': found "
                        + entry.getValue().getNodeType() + ", expected the name of a shard");
            }
            listed.put(entry.getKey(), entry.getValue().stringValue());
        });
        return listed;
    }

    /** A shard's path; one that leaves the folder is not followed, nor one into a folder inside it. */
    private static Path shard(Path folder, Path index, String name) {
        MalformedFileException foreign = new MalformedFileException(index, "shard '" + name
                + "': expected the plain name of a .safetensors file of the same folder");
        try {
            Path relative = Path.of(name);
            boolean plain = relative.getNameCount() == 1 && relative.equals(relative.getFileName())
                    && !name.contains("/") && !name.contains("\\") && name.endsWith(".safetensors");
            if (!plain) {
                throw foreign;
            }
            Path shard = folder.resolve(relative);
            if (Files.notExists(shard)) {
                throw new InputException(shard + ": no such file; " + index.getFileName() + " lists it as a shard");
            }
            return shard;
        } catch (InvalidPathException _) {
            throw foreign;
        }
    }

    /** The file of each tensor. */
    SequencedMap<String, SafetensorsFile> byTensor() {
        return Collections.unmodifiableSequencedMap(byTensor);
    }

    @Override
    public void close() {
        open.forEach(SafetensorsFile::close);
    }
}
