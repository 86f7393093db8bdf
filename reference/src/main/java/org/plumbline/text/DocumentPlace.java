package org.plumbline.text;

/**
 * Where a document begins.
 *
 * @param file its name, from the folder of the corpus; empty for a document that is in no file
 * @param line from 1; 0 in a file of token ids, and for a document that is in no file
 * @param offset first byte in a file of token ids, of what was compressed if the file is; −1 elsewhere
 */
public record DocumentPlace(String file, long line, long offset) {
    /** A document in memory. */
    public static final DocumentPlace NONE = new DocumentPlace("", 0, -1);

    static DocumentPlace line(String file, long line) {
        return new DocumentPlace(file, line, -1);
    }

    static DocumentPlace offset(String file, long offset) {
        return new DocumentPlace(file, 0, offset);
    }
}
