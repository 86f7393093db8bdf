package org.plumbline.text;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.plumbline.io.InputException;

/**
 * How documents become training sequences of {@code L} positions, position {@code t} reading token {@code t} and
 * predicting token {@code t + 1}. All of it is numbers and words, for a manifest.
 *
 * <p>Every token of a document but its first is predicted at most once, and exactly once unless something is cut off.
 * Positions beyond the text are padding: neither fed nor counted in the loss. Tokens of a prompt are
 * fed and bear no loss; {@link PromptedText} says which these are.
 *
 * <p>In a packed sequence attention and position numbers run on across documents, as they do in the usual
 * training of large models; {@code lossAcrossDocuments} only says whether predicting a document's first token
 * from the one before counts.
 *
 * @param length {@code L}, the positions of a sequence
 * @param mode which documents share a sequence
 * @param beginToken a token put before each document that does not begin with it, or {@link #NONE}
 * @param endToken a token put after each document, or {@link #NONE}; predicting it bears loss
 * @param paddingToken what stands in padding
 * @param lossAcrossDocuments whether a packed document's first token bears loss
 */
public record Packing(
        int length, Mode mode, int beginToken, int endToken, int paddingToken, boolean lossAcrossDocuments) {

    /** No token. */
    public static final int NONE = -1;

    /** Which documents share a sequence. */
    public enum Mode {
        /** One sequence for each document, whose end is cut off if it is too long. */
        TRUNCATE,
        /** As many sequences as a document needs, each beginning with the last token of the one before. */
        SPLIT,
        /** Documents one after the other, cut without regard to their ends; needs an end or begin token. */
        PACK
    }

    /**
     * @throws InputException if the length is not positive, a token is no id, or documents are packed
     *     with nothing between
     */
    public Packing {
        Objects.requireNonNull(mode, "mode");
        if (length < 1 || length > 1 << 28) {
            throw new InputException("sequence length: found " + length + ", expected 1.." + (1 << 28));
        }
        if (beginToken < NONE || endToken < NONE || paddingToken < 0) {
            throw new InputException("packing: found the tokens " + beginToken + ", " + endToken
                    + " and " + paddingToken + ", expected ids, or " + NONE + " for no begin or end token");
        }
        if (mode == Mode.PACK && beginToken == NONE && endToken == NONE) {
            throw new InputException(
                    "packing: found neither begin nor end token, expected one between packed documents");
        }
    }

    /** A sequence for each document, the end of long ones cut off, nothing added. */
    public static Packing truncating(int length) {
        return new Packing(length, Mode.TRUNCATE, NONE, NONE, 0, false);
    }

    /** As many sequences as each document needs, nothing added. */
    public static Packing splitting(int length) {
        return new Packing(length, Mode.SPLIT, NONE, NONE, 0, false);
    }

    /** Documents one after the other with a token after each, as nanoGPT has them. */
    public static Packing packed(int length, int endToken) {
        return new Packing(length, Mode.PACK, NONE, endToken, 0, true);
    }

    /**
     * Checks that a model can read the sequences.
     *
     * @param context largest number of positions that it knows
     * @throws InputException if they are longer
     */
    public void requireWithin(int context) {
        if (length > context) {
            throw new InputException("sequence length: found " + length + ", expected at most " + context
                    + ", the context of the model");
        }
    }

    /**
     * Sequences of a corpus, in its order. Close the result.
     *
     * @param source the documents
     * @param tokenizer makes the tokens of those that are text
     * @throws InputException if a begin, end or padding token is outside the vocabulary
     */
    public PackedSequences open(DocumentSource source, Tokenizer tokenizer) {
        return open(source, tokenizer, _ -> {});
    }

    /**
     * As {@link #open(DocumentSource, Tokenizer)}.
     *
     * @param leftOut told each document that is in no sequence
     */
    public PackedSequences open(DocumentSource source, Tokenizer tokenizer, Consumer<LeftOutDocument> leftOut) {
        requireTokensOf(tokenizer);
        return new PackedSequences(this, source.openPlaced(), tokenizer, leftOut);
    }

    /**
     * Sequences of documents that are in memory, in their order.
     *
     * @param tokenizer makes the tokens of those that are text
     * @throws InputException if a begin, end or padding token is outside the vocabulary
     */
    public PackedSequences open(List<? extends CorpusDocument> documents, Tokenizer tokenizer) {
        requireTokensOf(tokenizer);
        return new PackedSequences(this, documents.stream().map(document -> document), tokenizer);
    }

    private void requireTokensOf(Tokenizer tokenizer) {
        for (int token : new int[] {beginToken, endToken, paddingToken}) {
            if (token >= tokenizer.vocabularySize()) {
                throw new InputException("packing: found token id " + token + ", expected 0.."
                        + (tokenizer.vocabularySize() - 1) + ", the tokenizer's vocabulary");
            }
        }
    }
}
