package org.plumbline.model;

/**
 * A decoder-only transformer: a language model that predicts each next token from the tokens before it.
 *
 * <p>Its inputs are {@link Example#TOKENS}, {@link Example#POSITIONS} and {@link Example#FED}; a position attends to itself
 * and to earlier fed ones, so padding on either side changes nothing.
 */
public sealed interface Decoder extends Model permits Gpt2, GptNeoX, Llama {

    /** Number of tokens. */
    int vocabulary();

    @Override
    default Likelihood likelihood() {
        return Likelihood.CATEGORICAL;
    }
}
