package org.plumbline.text;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A document of a corpus: its name, what it says, and what else was known about it. */
public sealed interface CorpusDocument {

    /** What reports call it: the id that it came with, or its place, {@code file:line}. The same in every pass. */
    String id();

    /** Other fields of its record, by name, in their order; a value that was no string is its JSON. */
    Map<String, String> metadata();

    /** All of its text; empty for a document that came as tokens. */
    String text();

    /**
     * A text, every token of which is to be predicted.
     *
     * @param id its name
     * @param text its text
     * @param metadata other fields
     */
    record Plain(String id, String text, Map<String, String> metadata) implements CorpusDocument {
        /** Copies the metadata. */
        public Plain {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(text, "text");
            metadata = copy(metadata);
        }
    }

    /**
     * A prompt, which is read, and its completion, which is to be predicted. {@link PromptedText} draws the border.
     *
     * @param id its name
     * @param prompt what is given
     * @param completion what follows, without anything between
     * @param metadata other fields
     */
    record Completion(String id, String prompt, String completion, Map<String, String> metadata)
            implements CorpusDocument {
        /** Copies the metadata. */
        public Completion {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(prompt, "prompt");
            Objects.requireNonNull(completion, "completion");
            metadata = copy(metadata);
        }

        @Override
        public String text() {
            return prompt + completion;
        }
    }

    /**
     * A text that is tokens already. The arrays are the document's own: treat them as read-only.
     *
     * @param id its name
     * @param tokens token ids
     * @param predicted for each token whether it is to be predicted
     * @param metadata other fields
     */
    record Tokens(String id, int[] tokens, boolean[] predicted, Map<String, String> metadata)
            implements CorpusDocument {
        /** Copies the metadata. */
        public Tokens {
            Objects.requireNonNull(id, "id");
            if (predicted.length != tokens.length) {
                throw new IllegalArgumentException("found " + tokens.length + " tokens and " + predicted.length
                        + " predictions, expected as many");
            }
            metadata = copy(metadata);
        }

        /** Tokens that are all to be predicted. */
        public Tokens(String id, int[] tokens) {
            this(id, tokens, all(tokens.length), Map.of());
        }

        private static boolean[] all(int length) {
            boolean[] predicted = new boolean[length];
            Arrays.fill(predicted, true);
            return predicted;
        }

        @Override
        public String text() {
            return "";
        }
    }

    /**
     * A conversation as the text that a model's template makes of it ({@link ChatTemplate}). Tokens that hold a byte of
     * the predicted parts are to be predicted.
     *
     * @param id its name
     * @param text all turns with what the template puts around them
     * @param predicted parts of the text, in order
     * @param metadata other fields
     */
    record Conversation(String id, String text, List<TextSpan> predicted, Map<String, String> metadata)
            implements CorpusDocument {
        /** Copies the list and the metadata. */
        public Conversation {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(text, "text");
            predicted = List.copyOf(predicted);
            metadata = copy(metadata);
        }
    }

    private static Map<String, String> copy(Map<String, String> metadata) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }
}
