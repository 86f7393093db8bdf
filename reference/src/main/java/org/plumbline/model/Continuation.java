package org.plumbline.model;

import java.util.List;

/**
 * What a model wrote after a prompt.
 *
 * @param tokens in order; the end token, where it was met, is the last
 * @param stop why there are no more
 */
public record Continuation(List<Token> tokens, Stop stop) {

    public Continuation {
        tokens = List.copyOf(tokens);
    }

    /**
     * A token.
     *
     * @param logProbability {@code log p(token | all before it)} of the model in nats, whatever it was sampled from
     */
    public record Token(int id, double logProbability) {}

    /** Why a continuation ends. */
    public enum Stop {
        /** The end token was written. */
        END_TOKEN,
        /** It has as many tokens as were asked for. */
        LENGTH,
        /** The model reads no more positions. */
        CONTEXT
    }

    /** {@code log p(continuation | prompt)} in nats. */
    public double logProbability() {
        return tokens.stream().mapToDouble(Token::logProbability).sum();
    }

    /** The ids of the tokens, without the end token. */
    public int[] text() {
        return tokens.stream().limit(tokens.size() - (stop == Stop.END_TOKEN ? 1 : 0)).mapToInt(Token::id).toArray();
    }
}
