package org.plumbline.influence.corpus;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.plumbline.io.Hashes;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.model.Example;
import org.plumbline.text.CorpusDocument;
import org.plumbline.text.DocumentSource;

/**
 * Several queries, and what a store of their scores calls them.
 *
 * @param list at least one
 * @param hash SHA-256 of the file that they were read from, or of their texts
 */
public record PromptedQueries(List<PromptedQuery> list, String hash) {

    /**
     * @throws InputException if there is no query
     */
    public PromptedQueries {
        list = List.copyOf(list);
        if (list.isEmpty()) {
            throw new InputException("found no query, expected at least one");
        }
    }

    /** Queries in memory. */
    public static PromptedQueries of(List<PromptedQuery> queries) {
        String texts = queries.stream()
                .map(query -> Json.line(new Text(query.text().prompt(), query.text().completion())))
                .collect(Collectors.joining("\n"));
        return new PromptedQueries(queries, Hashes.sha256(texts.getBytes(StandardCharsets.UTF_8)));
    }

    private record Text(String prompt, String completion) {}

    /**
     * Reads the queries of a file.
     *
     * @param beginToken put before each prompt as before the documents of the corpus, or {@code Packing.NONE}
     * @throws InputException if the file is malformed, has no query, or has one with nothing to predict or too much for
     *     the model
     */
    public static PromptedQueries read(DocumentSource source, ModelFolder model, int beginToken) {
        List<Path> files = source.files();
        try (Stream<CorpusDocument> documents = source.open()) {
            List<PromptedQuery> read =
                    documents.map(document -> PromptedQuery.of(document, model, beginToken)).toList();
            if (read.isEmpty()) {
                throw new InputException(files.getFirst() + ": found no query, expected at least one");
            }
            return new PromptedQueries(
                    read, files.size() == 1 ? Hashes.sha256(files.getFirst()) : Hashes.sha256(files));
        }
    }

    /** What their programs run on. */
    public List<Example> examples() {
        return list.stream().map(PromptedQuery::example).toList();
    }
}
