package org.plumbline.corpora.harbor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.plumbline.corpora.Corpus;
import org.plumbline.corpora.Document;
import org.plumbline.corpora.Fact;
import org.plumbline.corpora.Query;

/** Generates the corpus {@code harbor}. */
public final class Harbor {

    /** The name of the corpus. */
    public static final String NAME = "harbor";

    private static final long SEED = 20260101;
    private static final int BACKGROUND_DOCUMENTS = 70;
    private static final int REVERSE_QUERIES = 5;

    private Harbor() {}

    /** Generates the bundled corpus; every call returns the same content. */
    public static Corpus generate() {
        return generate(SEED);
    }

    /** Generates a corpus of the same design from another seed: another town, other documents, the same words. */
    public static Corpus generate(long seed) {
        SplittableRandom root = new SplittableRandom(seed);
        // One generator a purpose: a change of one step leaves the draws of the others as they were.
        SplittableRandom forTown = root.split();
        SplittableRandom forRepetitions = root.split();
        SplittableRandom forReversed = root.split();
        SplittableRandom forPlan = root.split();
        SplittableRandom forWording = root.split();
        SplittableRandom forBackground = root.split();
        SplittableRandom forOrder = root.split();
        SplittableRandom forQueries = root.split();

        Town town = new Town(forTown);
        Map<Fact, Integer> repetitions = Plan.repetitions(town, forRepetitions);
        List<Fact> animals = new ArrayList<>(Town.of(Relation.KEEPS, town.facts()));
        Collections.shuffle(animals, forReversed);
        List<Fact> reversed = animals.subList(0, animals.size() / 2);
        List<Fact> forwardOnly = animals.subList(animals.size() / 2, animals.size());

        List<List<Fact>> plan = Plan.documents(town, repetitions, forPlan);
        Wording wording = new Wording(Set.copyOf(reversed), forWording);
        List<Document> documents = documents(plan, wording, forBackground, forOrder);

        List<Query> queries = new ArrayList<>();
        for (Relation relation : Relation.values()) {
            List<Fact> facts = new ArrayList<>(Town.of(relation, town.facts()));
            Collections.shuffle(facts, forQueries);
            for (int times : Plan.REPETITIONS) {
                Fact fact = facts.stream().filter(f -> repetitions.get(f) == times).findFirst().orElseThrow();
                String text = fact.subject() + " " + relation.say(0, fact.object());
                queries.add(query(queries.size(), "forward", text, fact.object(), fact, documents));
            }
        }
        for (Fact fact : reversed.subList(0, REVERSE_QUERIES)) {
            String text = Wording.reverse(fact);
            queries.add(query(queries.size(), "reverse-stated", text, fact.subject(), fact, documents));
        }
        for (Fact fact : forwardOnly.subList(0, REVERSE_QUERIES)) {
            String text = Wording.reverse(fact);
            queries.add(query(queries.size(), "reverse-unstated", text, fact.subject(), fact, documents));
        }
        return new Corpus(NAME, documents, queries);
    }

    private static List<Document> documents(
            List<List<Fact>> plan, Wording wording, SplittableRandom forBackground, SplittableRandom forOrder) {
        List<Document> unnumbered = new ArrayList<>();
        for (List<Fact> facts : plan) {
            unnumbered.add(new Document("", wording.text(facts), facts));
        }
        for (String text : Background.texts(BACKGROUND_DOCUMENTS, forBackground)) {
            unnumbered.add(new Document("", text, List.of()));
        }
        Collections.shuffle(unnumbered, forOrder);
        List<Document> documents = new ArrayList<>();
        for (Document document : unnumbered) {
            String id = String.format(Locale.ROOT, "%s-%03d", NAME, documents.size() + 1);
            documents.add(new Document(id, document.text(), document.facts()));
        }
        return documents;
    }

    /** Cuts a text before the words at its end that complete it. */
    private static Query query(
            int index, String group, String text, String end, Fact fact, List<Document> documents) {
        String completion = " " + end;
        List<String> support = documents.stream()
                .filter(document -> document.facts().contains(fact))
                .map(Document::id)
                .toList();
        String prompt = text.substring(0, text.length() - completion.length());
        String id = String.format(Locale.ROOT, "%s-q%02d", NAME, index + 1);
        return new Query(id, group, prompt, completion, fact, support);
    }
}
