package org.plumbline.text;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.plumbline.io.InputException;

/**
 * The sequences of one pass over a corpus ({@link Packing}), made as they are asked for: memory is that of one document
 * and one sequence. Reading on throws {@link InputException} where the corpus is malformed.
 */
public final class PackedSequences implements Iterator<TokenSequence>, AutoCloseable {

    private final Packing packing;
    private final Stream<CorpusDocument> stream;
    private final Iterator<CorpusDocument> documents;
    private final Tokenizer tokenizer;
    private final Deque<TokenSequence> ready = new ArrayDeque<>();
    /** The sequence that grows: {@code size} tokens, and for each whether predicting it bears loss. */
    private final int[] tokens;
    private final boolean[] bearsLoss;
    private final List<TokenSequence.Part> parts = new ArrayList<>();
    private int size;
    /** Whether the first token was in the sequence before. */
    private boolean carried;
    private long documentCount;
    private long withoutLoss;
    private long tokenCount;
    private long droppedTokens;
    private long sequenceCount;
    private long lossCount;

    /**
     * What became of a corpus so far.
     *
     * @param documents documents read
     * @param sequences sequences made
     * @param tokens tokens of the documents, begin and end tokens among them
     * @param droppedTokens tokens that are in no sequence
     * @param lossPositions predictions that count
     * @param sequencesWithoutLoss sequences left out because no prediction counts in them, such as
     *     those of a long prompt
     */
    public record Report(
            long documents, long sequences, long tokens, long droppedTokens,
            long lossPositions, long sequencesWithoutLoss) {}

    PackedSequences(Packing packing, Stream<CorpusDocument> stream, Tokenizer tokenizer) {
        this.packing = packing;
        this.stream = stream;
        this.documents = stream.iterator();
        this.tokenizer = tokenizer;
        this.tokens = new int[packing.length() + 1];
        this.bearsLoss = new boolean[packing.length() + 1];
    }

    @Override
    public boolean hasNext() {
        while (ready.isEmpty() && documents.hasNext()) {
            add(documents.next());
            if (packing.mode() != Packing.Mode.PACK) {
                finish();
            }
        }
        if (ready.isEmpty()) {
            finish();
        }
        return !ready.isEmpty();
    }

    @Override
    public TokenSequence next() {
        if (!hasNext()) {
            throw new NoSuchElementException("no more sequences");
        }
        return ready.remove();
    }

    /** What became of the documents read so far. */
    public Report report() {
        return new Report(documentCount, sequenceCount, tokenCount, droppedTokens, lossCount, withoutLoss);
    }

    @Override
    public void close() {
        stream.close();
    }

    private void add(CorpusDocument document) {
        documentCount++;
        PromptedText text = tokens(document);
        Piece piece = new Piece(document, text);
        boolean begins = text.takes(packing.beginToken());
        int added = (begins ? 1 : 0) + (packing.endToken() == Packing.NONE ? 0 : 1);
        tokenCount += piece.encoding.size() + added;
        boolean fits = true;
        if (begins) {
            fits = append(packing.beginToken(), packing.lossAcrossDocuments() && size > 0, piece, 0, 0);
        }
        for (int t = 0; t < piece.encoding.size() && fits; t++) {
            boolean first = t == 0 && !begins;
            int start = piece.encoding.starts()[t];
            boolean counts = t >= piece.promptTokens && (!first || packing.lossAcrossDocuments() && size > 0);
            fits = append(piece.encoding.ids()[t], counts, piece, start, piece.encoding.ends()[t]);
        }
        if (packing.endToken() != Packing.NONE && fits) {
            boolean alone = piece.encoding.size() == 0 && packing.beginToken() == Packing.NONE;
            append(packing.endToken(), !alone || packing.lossAcrossDocuments() && size > 0, piece, piece.endByte(),
                    piece.endByte());
        }
        droppedTokens += piece.encoding.size() + added - piece.appended;
    }

    /** A document being appended: its tokens, where its prompt ends, and how many tokens went in. */
    private static final class Piece {
        private final String id;
        private final Map<String, String> metadata;
        private final Encoding encoding;
        private final int promptTokens;
        private int appended;

        private Piece(CorpusDocument document, PromptedText text) {
            this.id = document.id();
            this.metadata = document.metadata();
            this.encoding = text.encoding();
            this.promptTokens = text.promptTokens();
        }

        private int endByte() {
            return encoding.size() == 0 ? 0 : encoding.ends()[encoding.size() - 1];
        }
    }

    private PromptedText tokens(CorpusDocument document) {
        return switch (document) {
            case CorpusDocument.Completion(String id, String prompt, String completion, var _) ->
                    tokens(id, prompt, completion);
            case CorpusDocument.Plain(String id, String text, var _) -> tokens(id, "", text);
            case CorpusDocument.Tokens(String id, int[] ids) -> new PromptedText("", "", encoding(id, ids), 0);
        };
    }

    private PromptedText tokens(String id, String prompt, String completion) {
        try {
            return PromptedText.of(tokenizer, prompt, completion);
        } catch (InputException e) {
            throw new InputException("document " + id + ": " + e.getMessage(), e);
        }
    }

    private Encoding encoding(String id, int[] ids) {
        for (int t = 0; t < ids.length; t++) {
            if (ids[t] < 0 || ids[t] >= tokenizer.vocabularySize()) {
                throw new InputException("document " + id + ", token " + t + ": found id " + ids[t]
                        + ", expected 0.." + (tokenizer.vocabularySize() - 1) + ", the tokenizer's vocabulary");
            }
        }
        return new Encoding(ids, new int[ids.length], new int[ids.length]);
    }

    /** Whether the sequence or the next one took the token; only a sequence that truncates does not. */
    private boolean append(int token, boolean counts, Piece piece, int startByte, int endByte) {
        if (size == tokens.length) {
            if (packing.mode() == Packing.Mode.TRUNCATE) {
                return false;
            }
            emit();
            carryLast();
        }
        tokens[size] = token;
        bearsLoss[size] = counts;
        TokenSequence.Part last = parts.isEmpty() ? null : parts.getLast();
        if (last != null && piece.appended > 0 && last.documentId().equals(piece.id)) {
            parts.set(parts.size() - 1, new TokenSequence.Part(piece.id, last.from(), size + 1, last.startByte(),
                    Math.max(last.endByte(), endByte), piece.metadata));
        } else {
            parts.add(new TokenSequence.Part(piece.id, size, size + 1, startByte, endByte, piece.metadata));
        }
        size++;
        piece.appended++;
        return true;
    }

    /** The last token of a full sequence is fed in the next one. */
    private void carryLast() {
        TokenSequence.Part last = parts.getLast();
        tokens[0] = tokens[size - 1];
        parts.clear();
        parts.add(new TokenSequence.Part(last.documentId(), 0, 1, last.endByte(), last.endByte(), last.metadata()));
        size = 1;
        carried = true;
    }

    private void emit() {
        boolean[] loss = Arrays.copyOfRange(bearsLoss, 1, bearsLoss.length);
        Arrays.fill(loss, size - 1, loss.length, false);
        int[] padded = tokens.clone();
        Arrays.fill(padded, size, padded.length, packing.paddingToken());
        TokenSequence sequence = new TokenSequence(padded, size - 1, loss, parts);
        if (sequence.lossPositions() == 0) {
            withoutLoss++;
        } else {
            ready.add(sequence);
            sequenceCount++;
            lossCount += sequence.lossPositions();
        }
    }

    /** Ends the sequence; what is left of one token predicts nothing. */
    private void finish() {
        if (size >= 2) {
            emit();
        } else if (size == 1 && !carried) {
            droppedTokens++;
        }
        size = 0;
        carried = false;
        parts.clear();
    }
}
