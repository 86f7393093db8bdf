package org.plumbline.model.pretrained;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.plumbline.io.InputException;
import org.plumbline.io.InputFiles;

/** Folders that are given for a model and are something else, or less than one, and what to do about it. */
final class ForeignFolder {
    private static final String ADAPTER = "adapter_config.json";
    private static final String STORE = "manifest.json";

    private ForeignFolder() {}

    /**
     * @param config the name of a model's configuration
     * @throws InputException if the folder is none, holds an adapter, is one of Plumbline's own stores, or holds
     *     weights in another format alone
     */
    static void require(Path folder, String config) {
        if (Files.isRegularFile(folder)) {
            throw new InputException(folder + ": found a file, expected the folder with " + config + " and weights");
        }
        if (!Files.isDirectory(folder)) {
            throw new InputException(folder + ": no such folder; expected one with " + config + " and weights");
        }
        List<String> names = names(folder);
        if (names.contains(ADAPTER)) {
            throw new InputException(folder + ": found an adapter (" + ADAPTER + "), expected a whole model; to merge "
                    + "it into its base model, give the folder of the model and --adapter with that of the adapter; "
                    + "move the adapter away to use the base model alone");
        }
        if (names.contains(STORE) && !names.contains(config)) {
            throw new InputException(folder + ": found " + STORE + " and no " + config
                    + ": this is a store of factors, queries or scores, expected a model folder");
        }
        boolean safe = names.stream().anyMatch(name -> name.endsWith(".safetensors") || name.equals(TensorFiles.INDEX));
        if (!safe) {
            foreign(names).ifPresent(found -> {
                throw new InputException(folder + ": " + found);
            });
        }
    }

    private static Optional<String> foreign(List<String> names) {
        for (String name : names) {
            if (name.startsWith("pytorch_model") || name.endsWith(".pt") || name.endsWith(".pth")) {
                return Optional.of("found " + name + " and no " + TensorFiles.SINGLE + ": weights as Python pickles "
                        + "are not read; write them with transformers: AutoModelForCausalLM.from_pretrained(DIR)"
                        + ".save_pretrained(DIR, safe_serialization=True)");
            }
            if (name.endsWith(".gguf")) {
                return Optional.of("found " + name + ", a quantized model for llama.cpp; expected the original with "
                        + TensorFiles.SINGLE);
            }
            if (name.equals("tf_model.h5") || name.equals("flax_model.msgpack")) {
                return Optional.of("found " + name + ", weights of another framework; expected " + TensorFiles.SINGLE
                        + ", which transformers' save_pretrained writes");
            }
        }
        return Optional.empty();
    }

    private static List<String> names(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw InputFiles.unreadable(folder, e);
        }
    }
}
