package org.plumbline.text;

/**
 * One training sequence: {@code L + 1} tokens of a document, of which the first {@code L} are fed and the last
 * {@code L} are their labels.
 *
 * @param documentId the document it was cut from
 * @param startByte its first byte in the document's UTF-8 form
 * @param endByte one past its last byte
 * @param text the document's text between the two; a character cut at either end appears as U+FFFD
 * @param tokens {@code L + 1} token ids; the sequence's own, treat as read-only
 */
public record TextSequence(String documentId, int startByte, int endByte, String text, int[] tokens) {}
