package org.plumbline.corpora.harbor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.plumbline.corpora.Fact;

/**
 * Which document states which facts.
 *
 * <p>Within each relation a quarter of the facts is stated in 4, 6, 8 and 10 documents. In half of these, or nearly,
 * the fact comes first, so that its words follow the person's name directly. What else a document states is drawn:
 * mostly about the same person, otherwise about another, preferably the friend.
 */
final class Plan {

    static final List<Integer> REPETITIONS = List.of(4, 6, 8, 10);

    private static final int DOCUMENTS_OF_THREE_FACTS = 40;
    private static final double SAME_PERSON = 0.7;
    private static final int WEIGHT_OF_FRIEND = 10;

    private Plan() {}

    /** Draws how many documents state each fact. */
    static Map<Fact, Integer> repetitions(Town town, RandomGenerator random) {
        Map<Fact, Integer> repetitions = new LinkedHashMap<>();
        for (Relation relation : Relation.values()) {
            List<Fact> facts = new ArrayList<>(Town.of(relation, town.facts()));
            Collections.shuffle(facts, random);
            for (int i = 0; i < facts.size(); i++) {
                repetitions.put(facts.get(i), REPETITIONS.get(i % REPETITIONS.size()));
            }
        }
        return repetitions;
    }

    /** Draws the documents, each as the two or three facts that it states in order. */
    static List<List<Fact>> documents(Town town, Map<Fact, Integer> repetitions, SplittableRandom random) {
        // A draw fails when what is left at its end cannot be combined; the next starts over from a seed of its own.
        return Stream.generate(random::split)
                .map(seed -> attempt(town, repetitions, seed))
                .filter(documents -> !documents.isEmpty())
                .findFirst()
                .orElseThrow();
    }

    /** Returns no documents if the draw fails. */
    private static List<List<Fact>> attempt(Town town, Map<Fact, Integer> repetitions, RandomGenerator random) {
        Map<Fact, Integer> left = new LinkedHashMap<>(repetitions);
        List<List<Fact>> documents = new ArrayList<>();
        for (Fact first : firsts(repetitions, random)) {
            left.merge(first, -1, Integer::sum);
            documents.add(new ArrayList<>(List.of(first)));
        }
        for (int i = 0; i < documents.size(); i++) {
            List<Fact> document = documents.get(i);
            boolean samePerson = i < DOCUMENTS_OF_THREE_FACTS || random.nextDouble() < SAME_PERSON;
            int size = i < DOCUMENTS_OF_THREE_FACTS ? 3 : 2;
            while (document.size() < size) {
                Map<Fact, Integer> weights = weights(town, left, document, samePerson);
                if (weights.isEmpty()) {
                    return List.of();
                }
                Fact next = draw(weights, random);
                left.merge(next, -1, Integer::sum);
                document.add(next);
            }
        }
        return documents;
    }

    /** The first fact of each document: every fact once, then those that occur often enough once more, and so on. */
    private static List<Fact> firsts(Map<Fact, Integer> repetitions, RandomGenerator random) {
        int statements = repetitions.values().stream().mapToInt(Integer::intValue).sum();
        int documents = (statements - DOCUMENTS_OF_THREE_FACTS) / 2;
        List<Fact> firsts = new ArrayList<>();
        for (int round = 0; firsts.size() < documents; round++) {
            int rounds = round;
            List<Fact> facts = new ArrayList<>(repetitions.keySet().stream()
                    .filter(fact -> repetitions.get(fact) / 2 > rounds)
                    .toList());
            Collections.shuffle(facts, random);
            firsts.addAll(facts);
        }
        List<Fact> chosen = new ArrayList<>(firsts.subList(0, documents));
        Collections.shuffle(chosen, random);
        return chosen;
    }

    /** What a document may state next, weighted by how often it is still to be stated. */
    private static Map<Fact, Integer> weights(
            Town town, Map<Fact, Integer> left, List<Fact> document, boolean samePerson) {
        Fact first = document.getFirst();
        String friend = town.friendOf(first.subject());
        Map<Fact, Integer> same = new LinkedHashMap<>();
        Map<Fact, Integer> other = new LinkedHashMap<>();
        left.forEach((fact, count) -> {
            if (count > 0 && !document.contains(fact)) {
                boolean isSame = fact.subject().equals(first.subject());
                int weight = fact.subject().equals(friend) ? WEIGHT_OF_FRIEND * count : count;
                (isSame ? same : other).put(fact, weight);
            }
        });
        // A third fact is always about the first person.
        if (document.size() > 1) {
            return same;
        }
        Map<Fact, Integer> wanted = samePerson ? same : other;
        Map<Fact, Integer> otherwise = samePerson ? other : same;
        return wanted.isEmpty() ? otherwise : wanted;
    }

    private static Fact draw(Map<Fact, Integer> weights, RandomGenerator random) {
        int ticket = random.nextInt(weights.values().stream().mapToInt(Integer::intValue).sum());
        for (Map.Entry<Fact, Integer> entry : weights.entrySet()) {
            ticket -= entry.getValue();
            if (ticket < 0) {
                return entry.getKey();
            }
        }
        throw new AssertionError("a ticket below the sum of the weights belongs to one of them");
    }
}
