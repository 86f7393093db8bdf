package org.plumbline.text;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.plumbline.io.InputException;

/**
 * The sequences of one pass over a corpus ({@link Packing}), made as they are asked for: memory is that of one document
 * and one sequence. Reading on throws {@link InputException} where the corpus is malformed.
 */
public final class PackedSequences implements Iterator<TokenSequence>, AutoCloseable {

    private final Packing packing;
    private final Stream<PlacedDocument> stream;
    private final Iterator<PlacedDocument> documents;
    private final Consumer<LeftOutDocument> leftOut;
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
    private long leftOutCount;
    /** Whether the token carried over is in no sequence before. */
    private boolean carriedAlone;
    /** Whether the sequence emitted last is one. */
    private boolean kept;
    /** Document whose tokens were last in a sequence. */
    private long lastKept = -1;

    /**
     * What became of a corpus so far.
     *
     * @param documents documents read
     * @param sequences sequences made
     * @param tokens tokens of the documents, begin and end tokens among them
     * @param droppedTokens tokens that are in no sequence: cut off, alone, or in a sequence without loss
     * @param lossPositions predictions that count
     * @param sequencesWithoutLoss sequences left out because no prediction counts in them, such as
     *     those of a long prompt
     * @param documentsLeftOut documents none of whose tokens are in a sequence
     */
    public record Report(
            long documents, long sequences, long tokens, long droppedTokens,
            long lossPositions, long sequencesWithoutLoss, long documentsLeftOut) {}

    /** Documents in memory. */
    PackedSequences(Packing packing, Stream<CorpusDocument> stream, Tokenizer tokenizer) {
        this(packing, numbered(stream), tokenizer, _ -> {});
    }

    /**
     * @param leftOut told each document that is in no sequence
     */
    PackedSequences(
            Packing packing, Stream<PlacedDocument> stream, Tokenizer tokenizer, Consumer<LeftOutDocument> leftOut) {
        this.leftOut = leftOut;
        this.packing = packing;
        this.stream = stream;
        this.documents = stream.iterator();
        this.tokenizer = tokenizer;
        this.tokens = new int[packing.length() + 1];
        this.bearsLoss = new boolean[packing.length() + 1];
    }

    private static Stream<PlacedDocument> numbered(Stream<CorpusDocument> documents) {
        long[] number = {0};
        return documents.sequential().map(document ->
                new PlacedDocument(document, number[0]++, DocumentPlace.NONE));
    }

    @Override
    public boolean hasNext() {
        while (ready.isEmpty() && documents.hasNext()) {
            PlacedDocument document = documents.next();
            Piece piece = add(document);
            if (packing.mode() != Packing.Mode.PACK) {
                finish();
                if (lastKept != document.number()) {
                    leave(piece);
                }
            } else if (piece.appended == 0) {
                leave(piece);
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
        return new Report(
                documentCount, sequenceCount, tokenCount, droppedTokens, lossCount, withoutLoss, leftOutCount);
    }

    @Override
    public void close() {
        stream.close();
    }

    private void leave(Piece piece) {
        leftOutCount++;
        String reason = switch (piece.all) {
            case 0 -> "it has no token";
            case 1 -> "it has one token, and nothing to predict";
            default -> "no prediction counts in its sequences: its prompt fills them";
        };
        leftOut.accept(new LeftOutDocument(piece.id, piece.number, piece.place, piece.all, reason));
    }

    private Piece add(PlacedDocument placed) {
        documentCount++;
        Piece piece = new Piece(placed, DocumentTokens.of(placed, tokenizer));
        boolean begins = piece.takes(packing.beginToken());
        int added = (begins ? 1 : 0) + (packing.endToken() == Packing.NONE ? 0 : 1);
        piece.all = piece.encoding.size() + added;
        tokenCount += piece.all;
        boolean fits = true;
        if (begins) {
            fits = append(packing.beginToken(), packing.lossAcrossDocuments() && size > 0, piece, 0, 0);
        }
        for (int t = 0; t < piece.encoding.size() && fits; t++) {
            boolean first = t == 0 && !begins;
            int start = piece.encoding.starts()[t];
            boolean counts = piece.predicted[t] && (!first || packing.lossAcrossDocuments() && size > 0);
            fits = append(piece.encoding.ids()[t], counts, piece, start, piece.encoding.ends()[t]);
        }
        if (packing.endToken() != Packing.NONE && fits) {
            boolean alone = piece.encoding.size() == 0 && packing.beginToken() == Packing.NONE;
            boolean counts = piece.endIsPredicted && (!alone || packing.lossAcrossDocuments() && size > 0);
            append(packing.endToken(), counts, piece, piece.endByte(), piece.endByte());
        }
        droppedTokens += piece.all - piece.appended;
        return piece;
    }

    /** A document being appended: its tokens, where its prompt ends, and how many tokens went in. */
    private static final class Piece {
        private final String id;
        private final Map<String, String> metadata;
        private final Encoding encoding;
        private final boolean[] predicted;
        private final boolean endIsPredicted;
        private final long number;
        private final DocumentPlace place;
        private int all;
        private int appended;

        private Piece(PlacedDocument placed, DocumentTokens tokens) {
            this.id = placed.document().id();
            this.metadata = placed.document().metadata();
            this.number = placed.number();
            this.place = placed.place();
            this.encoding = tokens.encoding();
            this.predicted = tokens.predicted();
            this.endIsPredicted = tokens.endIsPredicted();
        }

        private boolean takes(int beginToken) {
            return beginToken != Packing.NONE && (encoding.size() == 0 || encoding.ids()[0] != beginToken);
        }

        private int endByte() {
            return encoding.size() == 0 ? 0 : encoding.ends()[encoding.size() - 1];
        }
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
        if (last != null && piece.appended > 0 && last.number() == piece.number) {
            parts.set(parts.size() - 1, new TokenSequence.Part(piece.id, last.from(), size + 1, last.startByte(),
                    Math.max(last.endByte(), endByte), piece.metadata, piece.number, piece.place));
        } else {
            parts.add(new TokenSequence.Part(piece.id, size, size + 1, startByte, endByte, piece.metadata,
                    piece.number, piece.place));
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
        parts.add(new TokenSequence.Part(last.documentId(), 0, 1, last.endByte(), last.endByte(), last.metadata(),
                last.number(), last.place()));
        size = 1;
        carried = true;
        carriedAlone = !kept;
        droppedTokens -= kept ? 0 : 1;
    }

    private void emit() {
        boolean[] loss = Arrays.copyOfRange(bearsLoss, 1, bearsLoss.length);
        Arrays.fill(loss, size - 1, loss.length, false);
        int[] padded = tokens.clone();
        Arrays.fill(padded, size, padded.length, packing.paddingToken());
        TokenSequence sequence = new TokenSequence(padded, size - 1, loss, parts);
        if (sequence.lossPositions() == 0) {
            withoutLoss++;
            droppedTokens += size - (carried && !carriedAlone ? 1 : 0);
            kept = false;
        } else {
            ready.add(sequence);
            kept = true;
            lastKept = parts.getLast().number();
            sequenceCount++;
            lossCount += sequence.lossPositions();
        }
    }

    /** Ends the sequence; what is left of one token predicts nothing. */
    private void finish() {
        if (size >= 2) {
            emit();
        } else if (size == 1 && (!carried || carriedAlone)) {
            droppedTokens++;
        }
        size = 0;
        carried = false;
        parts.clear();
    }
}
