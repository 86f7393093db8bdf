package org.plumbline.influence.corpus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.plumbline.io.Hashes;
import org.plumbline.io.InputException;
import org.plumbline.text.ByteTokenizer;
import org.plumbline.text.HuggingFaceTokenizer;
import org.plumbline.text.Tokenizer;

/**
 * A tokenizer and what a manifest calls it.
 *
 * @param files that it was read from, empty for bytes
 * @param hash SHA-256 of its file, or of its files by name, or {@value #BYTES}
 */
public record HashedTokenizer(Tokenizer tokenizer, List<Path> files, String hash) {
    /** The name of the tokenizer that has a token for each byte. */
    public static final String BYTES = "bytes";

    /**
     * Reads a tokenizer.
     *
     * @param path a {@code tokenizer.json}, or a folder with one or with {@code vocab.json} and {@code merges.txt}
     * @throws InputException if it is missing, malformed or not supported
     */
    public static HashedTokenizer load(Path path) {
        List<Path> files = HuggingFaceTokenizer.files(path);
        Tokenizer tokenizer = HuggingFaceTokenizer.load(path);
        return new HashedTokenizer(
                tokenizer, files, files.size() == 1 ? Hashes.sha256(files.getFirst()) : Hashes.sha256(files));
    }

    /** {@value #BYTES}, or the tokenizer at this path. */
    public static HashedTokenizer named(String name) {
        return name.equals(BYTES) ? new HashedTokenizer(new ByteTokenizer(), List.of(), BYTES) : load(Path.of(name));
    }

    /**
     * Puts the tokenizer's files into a model folder; bytes get a {@code tokenizer.json} too.
     *
     * @throws InputException if the folder cannot be written to
     */
    public void save(Path folder) {
        if (tokenizer instanceof ByteTokenizer bytes) {
            bytes.save(folder.resolve(HuggingFaceTokenizer.FILE));
            return;
        }
        boolean one = files.size() == 1;
        for (Path file : files) {
            Path name = one ? Path.of(HuggingFaceTokenizer.FILE) : file.getFileName();
            try {
                // Beside the pair of files it would be read in their place.
                if (!one) {
                    Files.deleteIfExists(folder.resolve(HuggingFaceTokenizer.FILE));
                }
                if (!file.toAbsolutePath().equals(folder.resolve(name).toAbsolutePath())) {
                    Files.copy(file, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                }
            } catch (IOException e) {
                throw new InputException(folder + ": the tokenizer cannot be written: " + e.getMessage(), e);
            }
        }
    }
}
