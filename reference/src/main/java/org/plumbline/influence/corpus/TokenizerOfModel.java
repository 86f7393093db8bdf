package org.plumbline.influence.corpus;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.text.HuggingFaceTokenizer;
import org.plumbline.text.Tokenizer;
import tools.jackson.databind.JsonNode;

/**
 * Whether a model reads its data with the tokenizer that it was trained with. The ids of any other are ids too, and
 * nothing fails: only the scores mean nothing.
 */
final class TokenizerOfModel {
    private static final String PROBE = "The quick, brown fox: 0123 jumps over\n  the lazy dog; isn't that so?";

    private TokenizerOfModel() {}

    /** What speaks against the tokenizer that the model was loaded with; empty if nothing does. */
    static Optional<String> mismatch(ModelFolder loaded) {
        HashedTokenizer used = loaded.tokenizer();
        Path folder = loaded.folder();
        if (HuggingFaceTokenizer.files(folder).stream().allMatch(Files::exists)) {
            HashedTokenizer own = HashedTokenizer.load(folder);
            if (!own.hash().equals(used.hash()) && differ(own.tokenizer(), used.tokenizer())) {
                return Optional.of("--tokenizer is not the tokenizer in " + folder
                        + ": the model reads other tokens than those it was made for");
            }
            Optional<String> trained = trainedWith(folder.resolve("training.json"));
            if (trained.isPresent() && own.hash().equals(used.hash()) && !trained.get().equals(own.hash())) {
                return Optional.of(folder + ": training.json says that the model was trained with another tokenizer "
                        + "than the one that is there now");
            }
        }
        int tokens = used.tokenizer().vocabularySize();
        int rows = loaded.model().vocabulary();
        return tokens < rows / 2
                ? Optional.of("the tokenizer has " + tokens + " tokens and the model " + rows
                        + ": is it the tokenizer of this model?")
                : Optional.empty();
    }

    /** By what they do, since one tokenizer may lie in files of different content. */
    private static boolean differ(Tokenizer one, Tokenizer other) {
        try {
            return !Arrays.equals(one.encode(PROBE).ids(), other.encode(PROBE).ids());
        } catch (InputException e) {
            return true;
        }
    }

    /** The hash that {@code train} noted, if it is there and can be read: it is no input of a command. */
    private static Optional<String> trainedWith(Path training) {
        if (Files.notExists(training)) {
            return Optional.empty();
        }
        try {
            JsonNode tokenizer = Json.read(training).path("tokenizer");
            return tokenizer.isString() ? Optional.of(tokenizer.stringValue()) : Optional.empty();
        } catch (InputException e) {
            return Optional.empty();
        }
    }
}
