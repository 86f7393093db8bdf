package org.plumbline.text;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;

/** Texts for properties: everyday characters and any others, in words, spaces and lines. */
final class Texts {

    private Texts() {}

    /** Well-formed Unicode, surrogate pairs among it, with enough repetition for merges. */
    static Arbitrary<String> unicode() {
        Arbitrary<String> common =
                Arbitraries.of("a", "b", "e", " ", "  ", "\n", "\r\n", "\t", "1", "2", ".", "é", "e\u0301");
        Arbitrary<String> rare = Arbitraries.integers()
                .between(0, Character.MAX_CODE_POINT)
                .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                .map(Character::toString);
        Arbitrary<String> words = Arbitraries.of("the", " the", "日本語", "🙂🙃", "\u00a0", "мир");
        return Arbitraries.frequencyOf(
                        Tuple.of(5, common),
                        Tuple.of(1, rare),
                        Tuple.of(3, words))
                .list()
                .ofMaxSize(60)
                .map(parts -> String.join("", parts));
    }
}
