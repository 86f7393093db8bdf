package org.plumbline.corpora;

import java.util.List;
import java.util.Objects;

/**
 * Documents to train on and queries to ask.
 *
 * @param name the name under which {@link org.plumbline.corpora.bundled.BundledCorpora} knows it
 * @param documents in a fixed order, already shuffled
 * @param queries in a fixed order, group by group
 */
public record Corpus(String name, List<Document> documents, List<Query> queries) {

    public Corpus {
        Objects.requireNonNull(name, "name");
        documents = List.copyOf(documents);
        queries = List.copyOf(queries);
    }
}
