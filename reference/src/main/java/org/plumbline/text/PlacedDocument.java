package org.plumbline.text;

/**
 * A document and where it was found.
 *
 * @param document the document
 * @param number how many documents of the corpus are before it
 * @param place where it begins
 */
public record PlacedDocument(CorpusDocument document, long number, DocumentPlace place) {}
