package org.plumbline.influence.corpus;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.plumbline.text.LeftOutDocument;
import org.plumbline.text.PackedSequences;
import org.plumbline.text.TokenSequence;

/**
 * The sequences of a corpus with the documents that they are of, in one more pass over the documents. A sequence comes
 * when all of its documents have ended, so that their parts are counted: memory is that of the sequences of a document.
 */
final class CorpusColumns implements Iterator<CorpusColumns.Column>, AutoCloseable {
    private final PackedSequences packed;
    private final Deque<Column> begun = new ArrayDeque<>();
    /** Sequences that a document is in, by its number: those of documents that may be in more. */
    private final Map<Long, Integer> parts = new HashMap<>();
    private int number;

    /**
     * A sequence.
     *
     * @param number its number
     * @param documents that it is of, in order
     */
    record Column(int number, TokenSequence sequence, List<Piece> documents) {}

    /**
     * What a sequence has of a document.
     *
     * @param part which of the document's sequences it is, from 1
     * @param parts how many of them there are
     */
    record Piece(TokenSequence.Part tokens, int part, int parts) {}

    /**
     * @param leftOut told each document that is in no sequence
     */
    CorpusColumns(TokenizedCorpus corpus, Consumer<LeftOutDocument> leftOut) {
        this.packed = corpus.packing().open(corpus.source(), corpus.tokenizer().tokenizer(), leftOut);
    }

    @Override
    public boolean hasNext() {
        while (packed.hasNext() && !isWhole()) {
            TokenSequence sequence = packed.next();
            List<Piece> documents = new ArrayList<>();
            for (TokenSequence.Part part : sequence.parts()) {
                documents.add(new Piece(part, parts.merge(part.number(), 1, Integer::sum), 0));
            }
            begun.add(new Column(number++, sequence, documents));
        }
        return !begun.isEmpty();
    }

    /** Whether no later sequence can be of a document of the first one. */
    private boolean isWhole() {
        return begun.size() > 1
                && lastDocument(begun.getFirst()) < begun.getLast().sequence().parts().getFirst().number();
    }

    private static long lastDocument(Column column) {
        return column.sequence().parts().getLast().number();
    }

    @Override
    public Column next() {
        if (!hasNext()) {
            throw new NoSuchElementException("no more sequences");
        }
        Column first = begun.remove();
        List<Piece> documents = first.documents().stream()
                .map(piece -> new Piece(piece.tokens(), piece.part(), parts.getOrDefault(piece.tokens().number(), 1)))
                .toList();
        long last = begun.isEmpty() ? Long.MAX_VALUE : begun.getFirst().sequence().parts().getFirst().number();
        first.documents().forEach(piece -> {
            if (piece.tokens().number() < last) {
                parts.remove(piece.tokens().number());
            }
        });
        return new Column(first.number(), first.sequence(), documents);
    }

    @Override
    public void close() {
        packed.close();
    }
}
