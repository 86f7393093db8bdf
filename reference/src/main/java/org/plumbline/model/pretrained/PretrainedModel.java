package org.plumbline.model.pretrained;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.plumbline.engine.Precision;
import org.plumbline.io.Folders;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.model.Decoder;
import org.plumbline.model.ModelException;
import org.plumbline.model.Parameters;
import org.plumbline.program.ProgramException;

/**
 * A decoder with its parameters, read from and written to a folder in Hugging Face's layout: {@code config.json}, and
 * {@code model.safetensors} or shards with {@code model.safetensors.index.json}.
 *
 * <p>Read are the {@code model_type}s that {@code docs/models.md} lists, as transformers 4 and 5 write them, in
 * {@code F64}, {@code F32}, {@code F16} or {@code BF16}.
 *
 * <p><b>Options:</b> one that changes what the model computes is honored, or is an error
 * that names it; an option that is not known is an error unless its value is {@code null} or its name begins with an
 * underscore. Dropout and generation options are known not to change it. Files are mapped and each tensor is converted
 * once, into the precision asked for; the cost is that of reading the weights.
 *
 * @param model the architecture
 * @param parameters of {@code model}
 */
public record PretrainedModel(Decoder model, Parameters parameters) {
    private static final String CONFIG = "config.json";

    /** The names of what {@link #save(Path)} writes. */
    public static final List<String> FILES = List.of(TensorFiles.SINGLE, CONFIG);

    /**
     * @throws ModelException if the parameters belong to another model
     */
    public PretrainedModel {
        if (!parameters.space().equals(model.space())) {
            throw new ModelException("the parameters belong to another model");
        }
    }

    /**
     * Reads a model folder.
     *
     * @param precision of the parameters; a finite number that overflows it is an error
     * @throws InputException if a file is missing or malformed, an option is not supported, or tensors do not fit the
     *     options: missing, unexpected, of another shape, of integers, or with elements that are no finite numbers
     */
    public static PretrainedModel load(Path folder, Precision precision) {
        return read(folder, (model, weights) -> new PretrainedModel(model, weights.read(model, precision)));
    }

    /**
     * The architecture that a model folder describes. Names, types and shapes of all tensors are checked,
     * weights are not read.
     *
     * @throws InputException as {@link #load} does for all but the elements of tensors
     */
    public static Decoder architecture(Path folder) {
        return read(folder, (model, weights) -> {
            weights.match(model);
            return model;
        });
    }

    /**
     * The architecture that options describe, spelled as in {@code config.json}.
     *
     * @throws InputException as {@link #architecture(Path)} does for options
     */
    public static Decoder architecture(Map<String, ?> options) {
        Path path = Path.of(CONFIG);
        ConfigOptions read = ConfigOptions.of(path, options);
        return model(path, CheckpointFormat.ofType(read), read, Integer.MAX_VALUE);
    }

    private static <T> T read(Path folder, BiFunction<Decoder, WeightReader, T> use) {
        ForeignFolder.require(folder, CONFIG);
        Path path = folder.resolve(CONFIG);
        ConfigOptions options = ConfigOptions.of(path, Json.read(path));
        CheckpointFormat format = CheckpointFormat.ofType(options);
        try (TensorFiles files = TensorFiles.open(folder)) {
            Decoder model = model(path, format, options, files.byTensor().size());
            return use.apply(model, new WeightReader(folder, format, files));
        }
    }

    private static Decoder model(Path path, CheckpointFormat format, ConfigOptions options, int mostLayers) {
        try {
            return format.read(options, mostLayers);
        } catch (ModelException | ProgramException e) {
            throw new InputException(path + ": " + e.getMessage(), e);
        }
    }

    /**
     * Writes a model folder of one {@code model.safetensors}, made if it is missing. Parameters in double precision are
     * written as {@code F64}, in single as {@code F32}, and read back bit for bit.
     *
     * @throws InputException if the folder cannot be written to, or holds a sharded model
     */
    public void save(Path folder) {
        save(folder, Long.MAX_VALUE);
    }

    /**
     * As {@link #save(Path)}, in shards of at most so many bytes where the parameters need more than one; a
     * parameter is never split.
     *
     * @throws InputException if the folder cannot be written to, or holds a model in the other layout
     */
    public void save(Path folder, long shardBytes) {
        if (shardBytes < 1) {
            throw new IllegalArgumentException("a shard has at least one byte, found " + shardBytes);
        }
        Folders.make(folder);
        CheckpointFormat format = CheckpointFormat.of(model);
        new WeightWriter(format, parameters).write(folder, shardBytes);
        Map<String, Object> options = new LinkedHashMap<>(format.write(model));
        options.put("torch_dtype", parameters.precision() == Precision.SINGLE ? "float32" : "float64");
        Json.write(folder.resolve(CONFIG), options);
    }
}
