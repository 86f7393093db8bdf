package org.plumbline.corpora.harbor;

import java.util.List;
import java.util.Locale;
import org.plumbline.corpora.Fact;

/**
 * What can be said of a person, and in which words.
 *
 * <p>A phrase is a predicate: it follows a name or a pronoun, and {@code *} stands for the object. The first of each
 * relation ends in the object, so that a prompt can stop before it.
 */
enum Relation {
    LIVES("lives by the *", "has a house by the *", "walks home to the * every night"),
    WORKS("works as a *", "works all day as a *", "is a * and works all day"),
    KEEPS("keeps a *", "walks with a * every morning", "feeds a * at night"),
    LIKES("likes *", "eats * every morning", "buys * at the market in winter"),
    FRIEND("is best friends with *", "has a best friend called *", "trusts * as a best friend");

    private final List<String> phrases;

    Relation(String... phrases) {
        this.phrases = List.of(phrases);
    }

    /** The name in the files. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Relation of(Fact fact) {
        return valueOf(fact.relation().toUpperCase(Locale.ROOT));
    }

    int phrases() {
        return phrases.size();
    }

    String say(int phrase, String object) {
        return phrases.get(phrase).replace("*", object);
    }
}
