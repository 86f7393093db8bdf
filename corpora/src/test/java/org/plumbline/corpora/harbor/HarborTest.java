package org.plumbline.corpora.harbor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.plumbline.corpora.Corpus;
import org.plumbline.corpora.Document;
import org.plumbline.corpora.Fact;
import org.plumbline.corpora.Query;

/** The design that the data sheet promises holds for every seed, not only for the bundled one. */
class HarborTest {

    @Provide
    Arbitrary<Corpus> corpora() {
        return Arbitraries.longs().map(Harbor::generate);
    }

    @Property(tries = 10)
    void eachFactIsStatedAsOftenAsPlanned(@ForAll("corpora") Corpus corpus) {
        Map<Fact, Long> repetitions = corpus.documents().stream()
                .flatMap(document -> document.facts().stream())
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        for (Relation relation : Relation.values()) {
            Map<Long, Long> facts = Town.of(relation, List.copyOf(repetitions.keySet())).stream()
                    .collect(Collectors.groupingBy(repetitions::get, Collectors.counting()));
            assertEquals(Map.of(4L, 5L, 6L, 5L, 8L, 5L, 10L, 5L), facts);
        }
    }

    @Property(tries = 10)
    void aTextNamesTheObjectsOfItsFactsAndNoOthers(@ForAll("corpora") Corpus corpus) {
        Set<Fact> facts =
                corpus.documents().stream().flatMap(document -> document.facts().stream()).collect(Collectors.toSet());
        Set<String> notPlaces = facts.stream()
                .filter(fact -> Relation.of(fact) != Relation.LIVES)
                .flatMap(HarborTest::names)
                .collect(Collectors.toSet());
        Set<String> all = facts.stream().flatMap(HarborTest::names).collect(Collectors.toSet());
        for (Document document : corpus.documents()) {
            boolean isBackground = document.facts().isEmpty();
            String text = " " + document.text().replace(".", "") + " ";
            // Background may speak of places, but of nothing else that a fact could be about.
            Set<String> named = (isBackground ? notPlaces : all).stream()
                    .filter(name -> text.contains(" " + name + " "))
                    .collect(Collectors.toSet());
            assertEquals(
                    document.facts().stream().flatMap(HarborTest::names).collect(Collectors.toSet()),
                    named,
                    document.text());
        }
    }

    @Property(tries = 10)
    void documentsAreShortAndTheirWordsFew(@ForAll("corpora") Corpus corpus) {
        Set<String> words = new HashSet<>();
        for (Document document : corpus.documents()) {
            assertTrue(document.text().matches("[a-z]+( [a-z]+|\\. [a-z]+)*\\."), document.text());
            List<String> text = List.of(document.text().replace(".", "").split(" "));
            assertTrue(text.size() >= Wording.SHORTEST && text.size() <= Wording.LONGEST, document.text());
            words.addAll(text);
        }
        assertTrue(words.size() <= 100, words.size() + " words");
    }

    @Property(tries = 10)
    void queriesAreSupportedByAllDocumentsThatStateTheirFact(@ForAll("corpora") Corpus corpus) {
        for (Query query : corpus.queries()) {
            List<Document> support = corpus.documents().stream()
                    .filter(document -> document.facts().contains(query.fact()))
                    .toList();
            assertEquals(support.stream().map(Document::id).toList(), query.support());
            String text = query.prompt() + query.completion();
            List<Document> verbatim = corpus.documents().stream()
                    .filter(document -> (" " + document.text()).contains(" " + text))
                    .toList();
            assertTrue(support.containsAll(verbatim), text);
            assertEquals(query.group().equals("reverse-unstated"), verbatim.isEmpty(), text);
        }
    }

    @Property(tries = 10)
    void theWayBackFromAnAnimalOrAFriendHasOneAnswer(@ForAll("corpora") Corpus corpus) {
        for (Relation relation : List.of(Relation.KEEPS, Relation.FRIEND)) {
            Set<Fact> facts = corpus.documents().stream()
                    .flatMap(document -> Town.of(relation, document.facts()).stream())
                    .collect(Collectors.toSet());
            assertEquals(20, facts.stream().map(Fact::object).distinct().count());
            assertFalse(facts.stream().anyMatch(fact -> fact.object().equals(fact.subject())));
        }
    }

    private static Stream<String> names(Fact fact) {
        return Stream.of(fact.subject(), fact.object());
    }
}
