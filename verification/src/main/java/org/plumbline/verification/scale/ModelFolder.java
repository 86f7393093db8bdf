package org.plumbline.verification.scale;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.plumbline.engine.Precision;
import org.plumbline.io.Hashes;
import org.plumbline.io.InputException;
import org.plumbline.io.InputFiles;
import org.plumbline.model.Decoder;
import org.plumbline.model.Parameters;
import org.plumbline.model.pretrained.PretrainedModel;
import org.plumbline.text.ByteTokenizer;
import org.plumbline.text.HuggingFaceTokenizer;
import org.plumbline.text.Tokenizer;

/**
 * A model with its tokenizer, from a folder in Hugging Face's layout. A folder without {@code tokenizer.json} whose model
 * has 256 tokens reads bytes.
 *
 * @param modelHash SHA-256 over {@code config.json} and all {@code .safetensors} files
 * @param tokenizerHash SHA-256 of {@code tokenizer.json}, or {@code bytes}
 */
public record ModelFolder(
        Decoder model, Parameters parameters, Tokenizer tokenizer, String modelHash, String tokenizerHash) {
    /** Name of the tokenizer's file. */
    public static final String TOKENIZER = "tokenizer.json";

    private static final int BYTES = 256;

    /**
     * @throws InputException if the folder holds no model, or one without its tokenizer
     */
    public static ModelFolder load(Path folder, Precision precision) {
        PretrainedModel pretrained = PretrainedModel.load(folder, precision);
        Path file = folder.resolve(TOKENIZER);
        boolean hasTokenizer = Files.exists(file);
        int vocabulary = pretrained.model().vocabulary();
        if (!hasTokenizer && vocabulary != BYTES) {
            throw new InputException(folder + ": found no " + TOKENIZER + " for a model of " + vocabulary + " tokens");
        }
        Tokenizer tokenizer = hasTokenizer ? HuggingFaceTokenizer.load(file) : new ByteTokenizer();
        if (tokenizer.vocabularySize() > vocabulary) {
            throw new InputException(file + ": found " + tokenizer.vocabularySize() + " tokens, expected at most the "
                    + vocabulary + " of the model");
        }
        return new ModelFolder(pretrained.model(), pretrained.parameters(), tokenizer, hash(folder),
                hasTokenizer ? Hashes.sha256(file) : "bytes");
    }

    private static String hash(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> files = entries.filter(path -> path.getFileName().toString().equals("config.json")
                    || path.getFileName().toString().endsWith(".safetensors")
                    && !path.getFileName().toString().startsWith("checkpoint")).sorted().toList();
            StringBuilder digests = new StringBuilder();
            files.forEach(path -> digests.append(path.getFileName()).append(' ').append(Hashes.sha256(path)).append('\n'));
            return Hashes.sha256(digests.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw InputFiles.unreadable(folder, e);
        }
    }
}
