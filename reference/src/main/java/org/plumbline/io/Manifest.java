package org.plumbline.io;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

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
    public record Entry(String name, long bytes, String sha256) {}

    public Manifest {
        identity = ordered(identity);
        progress = ordered(progress);
        files = List.copyOf(files);
    }

    private static SequencedMap<String, String> ordered(Map<String, String> map) {
        return Collections.unmodifiableSequencedMap(new LinkedHashMap<>(map));
    }
}
