package org.plumbline.corpora;

import java.util.List;
import java.util.Objects;

/**
 * A document and what it states.
 *
 * @param id unique within its corpus
 * @param text the whole text
 * @param facts the facts that the text states, in the order in which it states them; empty for background
 */
public record Document(String id, String text, List<Fact> facts) {

    public Document {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(text, "text");
        facts = List.copyOf(facts);
    }
}
