package org.plumbline.corpora.harbor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.plumbline.corpora.Fact;

/**
 * Puts the facts of a document into words.
 *
 * <p>A document is one or two sentences about its facts, perhaps after an opening and before a closing sentence. All
 * ways to say it that keep to the length are listed, and one is drawn. Instances count how often a fact has been said,
 * so the documents must come in a fixed order.
 */
final class Wording {

    static final int SHORTEST = 14;
    static final int LONGEST = 22;

    static final String REVERSE = "a * belongs to ";

    private static final List<String> OPENINGS = List.of("", "people say that ");
    private static final List<String> CLOSINGS =
            List.of("", " the wind is cold.", " the sea is cold in winter.", " the boats come home every night.");

    /** The phrase of the first, second, … document that begins with a fact: a prompt's own words come most often. */
    private static final int[] PHRASES_OF_FIRSTS = {0, 1, 0, 2, 0};

    private final Set<Fact> reversed;
    private final RandomGenerator random;
    private final Map<Fact, Integer> timesFirst = new HashMap<>();
    private final Map<Fact, Integer> timesLater = new HashMap<>();

    /**
     * @param reversed the facts that are said backwards, from object to subject, where they first come later in a
     *     document
     */
    Wording(Set<Fact> reversed, RandomGenerator random) {
        this.reversed = reversed;
        this.random = random;
    }

    /** Returns the text that states the facts in their order. */
    String text(List<Fact> facts) {
        Fact first = facts.getFirst();
        int turn = timesFirst.merge(first, 1, Integer::sum) - 1;
        String start = first.subject() + " " + say(first, PHRASES_OF_FIRSTS[turn]);
        List<String> bodies = List.of(start);
        for (int i = 1; i < facts.size(); i++) {
            bodies = continued(bodies, facts.subList(0, i), facts.get(i));
        }
        List<String> texts = new ArrayList<>();
        for (String opening : OPENINGS) {
            for (String body : bodies) {
                for (String closing : CLOSINGS) {
                    String text = opening + body + "." + closing;
                    int words = text.split(" ").length;
                    if (words >= SHORTEST && words <= LONGEST) {
                        texts.add(text);
                    }
                }
            }
        }
        return texts.get(random.nextInt(texts.size()));
    }

    /** Every body continued in every way by one more fact. */
    private List<String> continued(List<String> bodies, List<Fact> said, Fact next) {
        int turn = timesLater.merge(next, 1, Integer::sum) - 1;
        if (turn == 0 && reversed.contains(next)) {
            String sentence = reverse(next);
            return bodies.stream().map(body -> body + ". " + sentence).toList();
        }
        boolean samePerson = said.getLast().subject().equals(next.subject());
        List<String> continued = new ArrayList<>();
        for (String body : bodies) {
            String sentence = body.substring(body.lastIndexOf(". ") + 1);
            for (int phrase : IntStream.range(0, Relation.of(next).phrases()).toArray()) {
                String predicate = say(next, phrase);
                String subject = samePerson && !isAmbiguous(said) ? pronoun(next.subject()) : next.subject();
                continued.add(body + ". " + subject + " " + predicate);
                // The object of a reversed sentence would become the subject of what follows its "and".
                if (!sentence.contains(" and ") && !predicate.contains(" and ") && !sentence.contains(" belongs to ")) {
                    continued.add(body + " and " + (samePerson ? "" : next.subject() + " ") + predicate);
                }
            }
        }
        return continued;
    }

    private static String say(Fact fact, int phrase) {
        return Relation.of(fact).say(phrase, fact.object());
    }

    static String reverse(Fact fact) {
        return REVERSE.replace("*", fact.object()) + fact.subject();
    }

    /** A pronoun might mean the friend who was named before. */
    private static boolean isAmbiguous(List<Fact> said) {
        return said.stream().anyMatch(fact -> Relation.of(fact) == Relation.FRIEND
                && pronoun(fact.object()).equals(pronoun(fact.subject())));
    }

    private static String pronoun(String person) {
        return Town.WOMEN.contains(person) ? "she" : "he";
    }
}
