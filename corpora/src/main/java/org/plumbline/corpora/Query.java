package org.plumbline.corpora;

import java.util.List;
import java.util.Objects;

/**
 * A question to a model trained on a corpus: how likely is the completion after the prompt, and which documents made
 * it so?
 *
 * @param id unique within its corpus
 * @param group what the query probes; a corpus's data sheet lists its groups
 * @param prompt the text before the completion
 * @param completion the text whose loss is the query; begins with a space where a new word begins
 * @param fact the fact that the completion states
 * @param support the ids of all documents that state the fact, in corpus order
 */
public record Query(String id, String group, String prompt, String completion, Fact fact, List<String> support) {

    public Query {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(prompt, "prompt");
        Objects.requireNonNull(completion, "completion");
        Objects.requireNonNull(fact, "fact");
        support = List.copyOf(support);
    }
}
