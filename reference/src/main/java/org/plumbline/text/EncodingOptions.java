package org.plumbline.text;

/**
 * What a tokenizer does about special tokens.
 *
 * @param addSpecialTokens whether to add those that the model expects around a text, as a beginning of text
 * @param parseSpecialTokens whether the text {@code <|endoftext|>} is that token; otherwise it is text like any other,
 *     as befits text that nobody has checked
 */
public record EncodingOptions(boolean addSpecialTokens, boolean parseSpecialTokens) {

    /** Adds nothing, and finds special tokens: the ids of Hugging Face's library without {@code add_special_tokens}. */
    public static final EncodingOptions DEFAULT = new EncodingOptions(false, true);

    /** Adds nothing and takes everything as text. */
    public static final EncodingOptions PLAIN_TEXT = new EncodingOptions(false, false);

    /** Adds special tokens and finds them. */
    public static final EncodingOptions WITH_SPECIAL_TOKENS = new EncodingOptions(true, true);
}
