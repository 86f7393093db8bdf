package org.plumbline.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.plumbline.io.InputException;

/**
 * Cuts documents into training sequences of exactly {@code L + 1} tokens, {@code L} inputs and the next token of each:
 * from the start of a document, one after the other, sharing no token and crossing no document. What is left at a
 * document's end is too short for a sequence and is dropped; the result counts it.
 *
 * @param tokenizer makes the tokens
 * @param length {@code L}, the inputs of a sequence
 */
public record Chunker(Tokenizer tokenizer, int length) {

    /**
     * What came out of a corpus.
     *
     * @param sequences the sequences, in the order of the documents
     * @param documents number of documents
     * @param shortDocuments those among them too short for a single sequence
     * @param droppedTokens tokens that ended up in no sequence
     */
    public record Chunks(List<TextSequence> sequences, int documents, int shortDocuments, long droppedTokens) {
        /** Copies the list. */
        public Chunks {
            sequences = List.copyOf(sequences);
        }
    }

    /**
     * @throws InputException if the length is less than 1
     */
    public Chunker {
        Objects.requireNonNull(tokenizer, "tokenizer");
        if (length < 1 || length == Integer.MAX_VALUE) {
            throw new InputException("sequence length: found " + length + ", expected at least 1");
        }
    }

    /**
     * Cuts the documents; a plain text is a single one, {@link Document#paragraphs} makes more of it.
     *
     * @throws InputException if no document is long enough for one sequence; the message gives the tokens of the
     *     longest and the tokens needed
     */
    public Chunks chunk(List<Document> documents) {
        List<TextSequence> sequences = new ArrayList<>();
        int shortDocuments = 0;
        long dropped = 0;
        int longest = 0;
        for (Document document : documents) {
            Encoding encoding = tokenizer.encode(document.text());
            cut(document, encoding, sequences);
            longest = Math.max(longest, encoding.size());
            shortDocuments += encoding.size() <= length ? 1 : 0;
            dropped += encoding.size() % (length + 1);
        }
        if (sequences.isEmpty()) {
            throw new InputException("text: found " + longest + " tokens in the longest of " + documents.size()
                    + " documents, expected at least " + (length + 1)
                    + ": " + length + " inputs and a label after the last");
        }
        return new Chunks(sequences, documents.size(), shortDocuments, dropped);
    }

    private void cut(Document document, Encoding encoding, List<TextSequence> sequences) {
        byte[] utf8 = document.text().getBytes(StandardCharsets.UTF_8);
        int size = length + 1;
        for (int from = 0; from <= encoding.size() - size; from += size) {
            int start = encoding.starts()[from];
            int end = encoding.ends()[from + length];
            sequences.add(new TextSequence(
                    document.id(),
                    start,
                    end,
                    new String(utf8, start, end - start, StandardCharsets.UTF_8),
                    Arrays.copyOfRange(encoding.ids(), from, from + size)));
        }
    }
}
