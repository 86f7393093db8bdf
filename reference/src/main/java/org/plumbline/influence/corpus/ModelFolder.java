package org.plumbline.influence.corpus;

import java.io.IOException;
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

/** A model with its tokenizer, from a folder in Hugging Face's layout. */
public record ModelFolder(Path folder, Decoder model, Parameters parameters, HashedTokenizer tokenizer) {

    /**
     * Reads the weights.
     *
     * @throws InputException if the folder holds no model, or one that does not know all tokens of the tokenizer
     */
    public static ModelFolder load(Path folder, Precision precision, HashedTokenizer tokenizer) {
        // What is quick to find out comes before the weights are read.
        tokenizer.tokenizer().requireWithin(PretrainedModel.architecture(folder).vocabulary());
        PretrainedModel pretrained = PretrainedModel.load(folder, precision);
        return new ModelFolder(folder, pretrained.model(), pretrained.parameters(), tokenizer);
    }

    /** SHA-256 over {@code config.json} and the weights, by name; reads them all. */
    public String hash() {
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> files = entries.filter(path -> {
                String name = path.getFileName().toString();
                return name.equals("config.json") || name.startsWith("model") && name.endsWith(".safetensors");
            }).sorted().toList();
            return Hashes.sha256(files);
        } catch (IOException e) {
            throw InputFiles.unreadable(folder, e);
        }
    }
}
