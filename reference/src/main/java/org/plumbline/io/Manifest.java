package org.plumbline.io;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link StoreFolder} holds and what it belongs to.
 *
 * @param format of this manifest
 * @param kind of the store: factors, queries, scores, training, report
 * @param complete whether nothing is missing
 * @param identity what must agree for the store to be used or continued: hashes of model, tokenizer and data, layers,
 *     seeds, precision, engine, versions
 * @param progress how far an unfinished store is
 * @param files what it holds
 */
public record Manifest(
        String format, String kind, boolean complete, Map<String, String> identity, Map<String, String> progress,
        List<Entry> files) {
    static final String FORMAT = "plumbline store 1";

    /** A file with its size and checksum. */
    public record Entry(String name, long bytes, String sha256) {
        public Entry {
            require(name, "a name of a file");
            require(sha256, "a checksum of a file");
        }
    }

    /** A manifest is input from outside, as any file is. */
    public Manifest {
        require(format, "format");
        require(kind, "kind");
        require(identity, "identity");
        require(progress, "progress");
        require(files, "files");
        identity.forEach((name, value) -> require(value, "identity." + name));
        progress.forEach((name, value) -> require(value, "progress." + name));
        files.forEach(file -> require(file, "a file"));
        identity = ordered(identity);
        progress = ordered(progress);
        files = List.copyOf(files);
    }

    private static void require(@Nullable Object value, String name) {
        if (value == null) {
            throw new InputException(name + " is null, expected a value");
        }
    }

    private static SequencedMap<String, String> ordered(Map<String, String> map) {
        return Collections.unmodifiableSequencedMap(new LinkedHashMap<>(map));
    }
}
