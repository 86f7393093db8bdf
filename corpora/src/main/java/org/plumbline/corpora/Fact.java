package org.plumbline.corpora;

import java.util.Objects;

/**
 * One fact: that a relation holds between a subject and an object, such as {@code mira keeps "grey goose"}.
 *
 * @param subject whom the fact is about
 * @param relation name of the relation
 * @param object its value, in the words of the documents
 */
public record Fact(String subject, String relation, String object) {

    public Fact {
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(relation, "relation");
        Objects.requireNonNull(object, "object");
    }
}
