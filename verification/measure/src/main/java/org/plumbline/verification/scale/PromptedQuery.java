package org.plumbline.verification.scale;

import java.util.stream.IntStream;
import org.plumbline.io.InputException;
import org.plumbline.model.Example;
import org.plumbline.text.CorpusDocument;
import org.plumbline.text.Packing;
import org.plumbline.text.Tokenizer;

/**
 * A prompt and the completion whose log-likelihood is meant.
 *
 * @param tokens of the prompt, then of the completion
 */
public record PromptedQuery(String name, String prompt, String completion, int[] tokens, Example example) {

    /**
     * Tokenises prompt and completion each by itself. Without a prompt and begin token the completion's
     * first token is given.
     *
     * @param beginToken put before the prompt as before the documents of the corpus, or {@link Packing#NONE}
     * @throws InputException if there is nothing to predict, or too much for the model
     */
    public static PromptedQuery of(String name, String prompt, String completion, ModelFolder model, int beginToken) {
        Tokenizer tokenizer = model.tokenizer().tokenizer();
        int[] given = IntStream.concat(beginToken == Packing.NONE ? IntStream.empty() : IntStream.of(beginToken),
                IntStream.of(tokenizer.encode(prompt).ids())).toArray();
        int[] predicted = tokenizer.encode(completion).ids();
        int[] tokens = IntStream.concat(IntStream.of(given), IntStream.of(predicted)).toArray();
        if (predicted.length == 0 || tokens.length < 2) {
            throw new InputException(name + ": found a completion of " + predicted.length + " tokens after a prompt of "
                    + given.length + ", expected something to predict and something before it");
        }
        int most = model.model().maximumLength();
        if (tokens.length - 1 > most) {
            throw new InputException(name + ": found " + (tokens.length - 1)
                    + " positions, expected at most the " + most + " of the model");
        }
        return new PromptedQuery(
                name, prompt, completion, tokens, Example.ofCompletion(tokens, Math.max(1, given.length)));
    }

    /** The query in a document: a prompt with its completion, or a text all of which is to be predicted. */
    public static PromptedQuery of(CorpusDocument document, ModelFolder model, int beginToken) {
        return switch (document) {
            case CorpusDocument.Completion(String id, String prompt, String completion, var _) ->
                    of(id, prompt, completion, model, beginToken);
            case CorpusDocument.Plain(String id, String text, var _) -> of(id, "", text, model, beginToken);
            case CorpusDocument.Tokens(String id, var _) ->
                    throw new InputException(id + ": found tokens, expected the text of a query");
        };
    }
}
