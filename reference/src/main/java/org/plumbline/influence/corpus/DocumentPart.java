package org.plumbline.influence.corpus;

import java.util.Map;

/**
 * What a sequence has of a document.
 *
 * @param document its id
 * @param file that it is in, from the folder of the corpus
 * @param line where it begins, from 1; 0 in a file of token ids
 * @param offset first byte in a file of token ids; −1 elsewhere
 * @param part which of the document's sequences this is, from 1
 * @param parts how many sequences the document is in
 * @param metadata what its record had beside its text and id
 */
public record DocumentPart(
        String document, String file, long line, long offset, int part, int parts, Map<String, String> metadata) {

    static DocumentPart of(CorpusColumns.Piece piece) {
        return new DocumentPart(piece.tokens().documentId(), piece.tokens().place().file(),
                piece.tokens().place().line(), piece.tokens().place().offset(), piece.part(), piece.parts(),
                piece.tokens().metadata());
    }

    /** The id, and of a document in several sequences which of them this is. */
    public String named() {
        return parts == 1 ? document : document + " (part " + part + " of " + parts + ")";
    }
}
