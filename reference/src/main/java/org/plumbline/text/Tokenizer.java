package org.plumbline.text;

import org.plumbline.io.InputException;

/** A map between text and sequences of token ids {@code 0 .. vocabularySize − 1}. Immutable and thread-safe. */
public interface Tokenizer {

    /**
     * The tokens of a text, with their places. The empty text has none.
     *
     * @throws InputException if the text holds an unpaired surrogate, which has no UTF-8 form
     */
    Encoding encode(String text);

    /**
     * The text of a sequence of tokens; what cannot be represented appears as U+FFFD.
     *
     * @throws InputException if an id is outside the vocabulary
     */
    String decode(int... ids);

    /** Number of token ids. */
    int vocabularySize();

    /**
     * A token as a reader is shown it.
     *
     * @throws InputException if the id is outside the vocabulary
     */
    String token(int id);

    /**
     * Checks that a model can read every token.
     *
     * @param modelVocabulary number of token ids that the model knows
     * @throws InputException if this tokenizer has more
     */
    default void requireWithin(int modelVocabulary) {
        if (vocabularySize() > modelVocabulary) {
            throw new InputException("tokenizer: found " + vocabularySize() + " token ids, expected at most "
                    + modelVocabulary + ", the vocabulary of the model");
        }
    }
}
