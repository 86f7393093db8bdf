package org.plumbline.text;

import java.util.Arrays;
import org.plumbline.io.InputException;

/**
 * The tokens of a document, and for each whether it is to be predicted.
 *
 * @param encoding the tokens with their places in the text; of a document that came as tokens, with no place
 * @param predicted for each token; the record's own, treat as read-only
 * @param endIsPredicted whether a token put after the document is to be predicted
 */
record DocumentTokens(Encoding encoding, boolean[] predicted, boolean endIsPredicted) {

    /**
     * @throws InputException with the document and its place, if its text holds an unpaired surrogate or cannot be
     *     expressed by the tokenizer, or a token is outside the vocabulary
     */
    static DocumentTokens of(PlacedDocument placed, Tokenizer tokenizer) {
        return switch (placed.document()) {
            case CorpusDocument.Completion(var _, String prompt, String completion, var _) ->
                    of(placed, tokenizer, prompt, completion);
            case CorpusDocument.Plain(var _, String text, var _) -> of(placed, tokenizer, "", text);
            case CorpusDocument.Conversation conversation -> of(placed, tokenizer, conversation);
            case CorpusDocument.Tokens(var _, int[] ids, boolean[] predicted, var _) -> {
                requireWithin(placed, ids, tokenizer.vocabularySize());
                yield of(new Encoding(ids, new int[ids.length], new int[ids.length]), predicted);
            }
        };
    }

    private static DocumentTokens of(PlacedDocument placed, Tokenizer tokenizer, String prompt, String completion) {
        try {
            PromptedText text = PromptedText.of(tokenizer, prompt, completion);
            boolean[] predicted = new boolean[text.encoding().size()];
            Arrays.fill(predicted, text.promptTokens(), predicted.length, true);
            return new DocumentTokens(text.encoding(), predicted, true);
        } catch (InputException e) {
            throw new InputException(named(placed) + ": " + e.getMessage(), e);
        }
    }

    private static DocumentTokens of(
            PlacedDocument placed, Tokenizer tokenizer, CorpusDocument.Conversation conversation) {
        try {
            Utf8.requireWellFormed(conversation.text());
            Encoding encoding = tokenizer.encode(conversation.text());
            boolean[] predicted = new boolean[encoding.size()];
            for (int t = 0; t < predicted.length; t++) {
                int start = encoding.starts()[t];
                int end = encoding.ends()[t];
                predicted[t] = conversation.predicted().stream().anyMatch(part -> part.holds(start, end));
            }
            return of(encoding, predicted);
        } catch (InputException e) {
            throw new InputException(named(placed) + ": " + e.getMessage(), e);
        }
    }

    /** What ends a document belongs to its last token. */
    private static DocumentTokens of(Encoding encoding, boolean[] predicted) {
        return new DocumentTokens(encoding, predicted, predicted.length == 0 || predicted[predicted.length - 1]);
    }

    private static void requireWithin(PlacedDocument placed, int[] ids, int vocabulary) {
        for (int t = 0; t < ids.length; t++) {
            if (ids[t] < 0 || ids[t] >= vocabulary) {
                throw new InputException(named(placed) + ", token " + t + ": found id " + ids[t] + ", expected 0.."
                        + (vocabulary - 1) + ", the tokenizer's vocabulary");
            }
        }
    }

    /** A document with an id of its own is found by its line, too. */
    private static String named(PlacedDocument placed) {
        DocumentPlace place = placed.place();
        String id = placed.document().id();
        String line = place.file() + ":" + place.line();
        return "document " + id + (place.line() < 1 || id.equals(line) ? "" : " (" + line + ")");
    }
}
