package org.plumbline.corpora.harbor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import org.plumbline.corpora.Fact;

/**
 * What is true in the town: for each person one object of each relation.
 *
 * <p>Homes, trades and food are shared by three or four people each, so a model cannot guess them from the relation
 * alone. Animals and friends are different for everyone, so the way back from the object has one answer.
 */
final class Town {

    static final List<String> WOMEN =
            List.of("anna", "ella", "ida", "lena", "mira", "nora", "rosa", "ruth", "tess", "vera");
    static final List<String> MEN =
            List.of("ben", "carl", "emil", "finn", "hugo", "ivan", "jon", "lars", "otto", "tom");

    private static final List<String> HOMES =
            List.of("old mill", "long pier", "stone bridge", "busy market", "small chapel", "tall tower");
    private static final List<String> TRADES = List.of("baker", "potter", "sailor", "smith", "tailor", "weaver");
    private static final List<String> FOODS = List.of("bread", "figs", "nuts", "pears", "plums", "soup");
    private static final List<String> COLORS = List.of("black", "brown", "grey", "red", "white");
    private static final List<String> ANIMALS = List.of("cat", "dog", "goat", "goose", "hen");

    private final List<Fact> facts;

    /** Draws a town. */
    Town(RandomGenerator random) {
        List<String> people = people();
        List<String> homes = dealt(HOMES, random);
        List<String> trades = dealt(TRADES, random);
        List<String> foods = dealt(FOODS, random);
        List<String> animals = new ArrayList<>();
        for (String color : COLORS) {
            for (String animal : ANIMALS) {
                animals.add(color + " " + animal);
            }
        }
        Collections.shuffle(animals, random);
        List<String> circle = new ArrayList<>(people);
        Collections.shuffle(circle, random);

        List<Fact> drawn = new ArrayList<>();
        for (int i = 0; i < people.size(); i++) {
            String person = people.get(i);
            String friend = circle.get((circle.indexOf(person) + 1) % circle.size());
            for (Relation relation : Relation.values()) {
                String object = switch (relation) {
                    case LIVES -> homes.get(i);
                    case WORKS -> trades.get(i);
                    case KEEPS -> animals.get(i);
                    case LIKES -> foods.get(i);
                    case FRIEND -> friend;
                };
                drawn.add(new Fact(person, relation.label(), object));
            }
        }
        facts = List.copyOf(drawn);
    }

    /** Everyone, women and men in turn. */
    static List<String> people() {
        List<String> people = new ArrayList<>();
        for (int i = 0; i < WOMEN.size(); i++) {
            people.add(WOMEN.get(i));
            people.add(MEN.get(i));
        }
        return people;
    }

    static List<String> homes() {
        return HOMES;
    }

    /** Every fact, person by person, in the order of {@link Relation}. */
    List<Fact> facts() {
        return facts;
    }

    /** The facts of one relation. */
    static List<Fact> of(Relation relation, List<Fact> facts) {
        return facts.stream().filter(fact -> fact.relation().equals(relation.label())).toList();
    }

    String friendOf(String person) {
        return of(Relation.FRIEND, facts).stream()
                .filter(fact -> fact.subject().equals(person))
                .findFirst()
                .orElseThrow()
                .object();
    }

    /** Gives every person one of the values, each value as often as the others or once less. */
    private static List<String> dealt(List<String> values, RandomGenerator random) {
        List<String> dealt = new ArrayList<>();
        for (int i = 0; i < WOMEN.size() + MEN.size(); i++) {
            dealt.add(values.get(i % values.size()));
        }
        Collections.shuffle(dealt, random);
        return dealt;
    }
}
