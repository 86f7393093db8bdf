package org.plumbline.influence.corpus;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.plumbline.io.AtomicFiles;
import org.plumbline.io.Hashes;
import org.plumbline.io.InputException;
import org.plumbline.text.ByteTokenizer;
import org.plumbline.text.EncodingOptions;
import org.plumbline.text.HuggingFaceTokenizer;
import org.plumbline.text.IdTokenizer;
import org.plumbline.text.Tokenizer;

/**
 * A tokenizer and what a manifest calls it.
 *
 * @param files that a model's folder needs of it: what writes each, by name
 * @param hash SHA-256 of its file, or of its files by name, or {@value #BYTES}
 * @param specialTokens what becomes of a special token's text: {@value #PARSED} into the token, or {@value #AS_TEXT}
 */
public record HashedTokenizer(
        Tokenizer tokenizer, SequencedMap<String, Consumer<Path>> files, String hash, String specialTokens) {
    /** The text of a special token is that token. */
    public static final String PARSED = "parse";
    /** The text of a special token is text like any other. */
    public static final String AS_TEXT = "text";

    /** The name of the tokenizer that has a token for each byte. */
    public static final String BYTES = "bytes";

    /**
     * Reads a tokenizer.
     *
     * @param path a {@code tokenizer.json}, or a folder with one or with {@code vocab.json} and {@code merges.txt}
     * @throws InputException if it is missing, malformed or not supported
     */
    public static HashedTokenizer load(Path path) {
        List<Path> sources = HuggingFaceTokenizer.files(path);
        Tokenizer tokenizer = HuggingFaceTokenizer.load(path);
        boolean one = sources.size() == 1;
        SequencedMap<String, Consumer<Path>> files = new LinkedHashMap<>();
        sources.forEach(source -> files.put(one ? HuggingFaceTokenizer.FILE : source.getFileName().toString(),
                target -> AtomicFiles.write(target, out -> Files.copy(source, out))));
        return new HashedTokenizer(
                tokenizer, files, one ? Hashes.sha256(sources.getFirst()) : Hashes.sha256(sources), PARSED);
    }

    /** {@value #BYTES}, or the tokenizer at this path. */
    public static HashedTokenizer named(String name) {
        return name.equals(BYTES)
                ? new HashedTokenizer(new ByteTokenizer(), ofText(ByteTokenizer.json()).files(), BYTES, PARSED)
                : load(Path.of(name));
    }

    /** Token ids without text. */
    public static HashedTokenizer ids(int vocabulary) {
        return new HashedTokenizer(new IdTokenizer(vocabulary), new LinkedHashMap<>(), "ids", PARSED);
    }

    /** The same tokenizer for text that nobody has checked: special tokens in it are text. */
    public HashedTokenizer withSpecialTokensAsText() {
        Tokenizer plain = tokenizer instanceof HuggingFaceTokenizer known
                ? known.with(EncodingOptions.PLAIN_TEXT) : tokenizer;
        return new HashedTokenizer(plain, files, hash, AS_TEXT);
    }

    /** The tokenizer that {@link #load} would read from a {@code tokenizer.json} of this text. */
    public static HashedTokenizer ofText(String json) {
        byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
        SequencedMap<String, Consumer<Path>> files = new LinkedHashMap<>();
        files.put(HuggingFaceTokenizer.FILE, target -> AtomicFiles.write(target, out -> out.write(utf8)));
        return new HashedTokenizer(HuggingFaceTokenizer.parse(json), files, Hashes.sha256(utf8), PARSED);
    }
}
