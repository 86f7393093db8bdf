package org.plumbline.text;

/**
 * A document that is in no sequence.
 *
 * @param id of the document
 * @param number how many documents of the corpus are before it
 * @param place where it begins
 * @param tokens how many it has, begin and end tokens among them
 * @param reason why it is left out, in words
 */
public record LeftOutDocument(String id, long number, DocumentPlace place, int tokens, String reason) {}
