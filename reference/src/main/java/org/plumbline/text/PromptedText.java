package org.plumbline.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import org.plumbline.io.InputException;
import org.plumbline.model.Example;

/**
 * A prompt and its completion as tokens. The documents of a corpus, queries and {@code verify} all take their tokens
 * from here, so that a training record that is asked as a query is the same sequence with the same loss.
 *
 * <p><b>The rule.</b> The text {@code prompt + completion} is tokenized as one. The completion begins with the first
 * token that holds, or follows, the completion's first byte; this token and those after it are to be predicted. A token
 * that holds the end of the prompt and the beginning of the completion therefore belongs to the completion. The empty
 * prompt has no tokens.
 *
 * <p><b>Why.</b> One text is what a model reads in training and what Hugging Face's offsets describe
 * ({@code char_to_token} of the completion's first character is the border). Two texts tokenized apart make sequences
 * that training never produces: a prompt that ends in a space is followed by a word without one. If a token across the
 * border belonged to the prompt, a part of the completion would be given away and not scored.
 *
 * <p>The rule needs offsets alone, so it holds for every tokenizer: normalizers that change the length of a text keep
 * the places that it had, and what a normalizer makes of one character across several tokens stays with that character.
 *
 * @param prompt what is given
 * @param completion what is to be predicted
 * @param encoding the tokens of both, with their places in {@code prompt + completion}
 * @param promptTokens how many of the tokens belong to the prompt
 */
public record PromptedText(String prompt, String completion, Encoding encoding, int promptTokens) {

    /** Refuses {@code null} and a border outside the tokens. */
    public PromptedText {
        Objects.requireNonNull(prompt, "prompt");
        Objects.requireNonNull(completion, "completion");
        if (promptTokens < 0 || promptTokens > encoding.size()) {
            throw new IllegalArgumentException("found " + promptTokens + " tokens of a prompt, expected at most the "
                    + encoding.size() + " there are");
        }
    }

    /**
     * Tokenizes a prompt with its completion.
     *
     * @throws InputException if either holds an unpaired surrogate, or the tokenizer cannot express the text
     */
    public static PromptedText of(Tokenizer tokenizer, String prompt, String completion) {
        Utf8.requireWellFormed(prompt);
        Utf8.requireWellFormed(completion);
        Encoding encoding = tokenizer.encode(prompt + completion);
        int promptBytes = bytes(prompt);
        int border = 0;
        // An empty token at the border is what a normalizer or a template made of the prompt, or put after it.
        while (promptBytes > 0 && border < encoding.size() && encoding.ends()[border] <= promptBytes) {
            border++;
        }
        return new PromptedText(prompt, completion, encoding, border);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** How many of the tokens belong to the completion. */
    public int completionTokens() {
        return encoding.size() - promptTokens;
    }

    /** Whether one token holds the end of the prompt and the beginning of the completion. */
    public boolean straddles() {
        return promptTokens < encoding.size() && encoding.starts()[promptTokens] < bytes(prompt)
                && encoding.ends()[promptTokens] > bytes(prompt);
    }

    /**
     * Whether a begin token is to be put before the text: not before one that begins with it already.
     *
     * @param beginToken the token, or {@link Packing#NONE}
     */
    public boolean takes(int beginToken) {
        return beginToken != Packing.NONE && (encoding.size() == 0 || encoding.ids()[0] != beginToken);
    }

    /**
     * Whether a token of the completion is given and not predicted, since no token stands before it.
     *
     * @param beginToken the token before the prompt, or {@link Packing#NONE}
     */
    public boolean firstIsGiven(int beginToken) {
        return beginToken == Packing.NONE && promptTokens == 0 && encoding.size() > 0 && encoding.ends()[0] > 0;
    }

    /**
     * Whether prompt and completion, each tokenized by itself, are cut at the places where the whole is cut. Empty
     * tokens do not count: some tokenizers put one before every text.
     *
     * @param tokenizer that made the tokens
     */
    public boolean isCutAlikeApart(Tokenizer tokenizer) {
        try {
            int[] before = cuts(tokenizer.encode(prompt), 0);
            int[] after = cuts(tokenizer.encode(completion), bytes(prompt));
            int[] apart = IntStream.concat(IntStream.of(before), IntStream.of(after)).toArray();
            return Arrays.equals(cuts(encoding, 0), apart);
        } catch (InputException e) {
            // A normalizer can join what the vocabulary knows only as a whole.
            return false;
        }
    }

    /** First byte and one past the last of each token that has any. */
    private static int[] cuts(Encoding encoding, int offset) {
        return IntStream.range(0, encoding.size())
                .filter(t -> encoding.starts()[t] < encoding.ends()[t])
                .flatMap(t -> IntStream.of(offset + encoding.starts()[t], offset + encoding.ends()[t]))
                .toArray();
    }

    /**
     * All tokens in order.
     *
     * @param beginToken put before the prompt if it is not there, or {@link Packing#NONE}
     */
    public int[] tokens(int beginToken) {
        return IntStream.concat(
                        takes(beginToken) ? IntStream.of(beginToken) : IntStream.empty(),
                        IntStream.of(encoding.ids()))
                .toArray();
    }

    /**
     * The sequence whose loss is {@code −log p(completion | prompt)}. Where no token stands before the completion, its
     * first token is given ({@link #firstIsGiven}).
     *
     * @param beginToken put before the prompt if it is not there, or {@link Packing#NONE}
     * @throws InputException if there is nothing to predict
     */
    public Example example(int beginToken) {
        int[] tokens = tokens(beginToken);
        int given = promptTokens + (takes(beginToken) ? 1 : 0);
        if (completionTokens() == 0 || tokens.length < 2) {
            throw new InputException("found a completion of " + completionTokens() + " tokens after a prompt of "
                    + given + ", expected something to predict and something before it");
        }
        return Example.ofCompletion(tokens, Math.max(1, given));
    }
}
