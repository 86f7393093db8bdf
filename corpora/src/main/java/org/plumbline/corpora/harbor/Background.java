package org.plumbline.corpora.harbor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/** Documents in the words of the others that state no fact: the influence of one on a query has nothing to build on. */
final class Background {

    private static final List<String> OPENINGS = List.of("in winter", "every morning", "every night", "all day");
    private static final List<String> CLAUSES =
            List.of("the wind is cold by the *", "the boats come home to the *", "people walk home to the *");
    private static final List<String> CLOSINGS =
            List.of("", " people say that the sea is cold.", " the boats come home.", " the wind is cold.");

    private Background() {}

    /** Draws distinct texts. */
    static List<String> texts(int count, RandomGenerator random) {
        List<String> texts = new ArrayList<>();
        for (String opening : OPENINGS) {
            for (String left : CLAUSES) {
                for (String right : CLAUSES) {
                    for (String here : Town.homes()) {
                        for (String there : Town.homes()) {
                            for (String closing : CLOSINGS) {
                                if (!left.equals(right) && !here.equals(there)) {
                                    texts.add(opening + " " + left.replace("*", here) + " and "
                                            + right.replace("*", there) + "." + closing);
                                }
                            }
                        }
                    }
                }
            }
        }
        texts.removeIf(text -> text.split(" ").length > Wording.LONGEST);
        Collections.shuffle(texts, random);
        return texts.subList(0, count);
    }
}
