package org.plumbline.verification.report;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.plumbline.influence.corpus.HashedTokenizer;
import org.plumbline.text.CorpusDocument;
import org.plumbline.text.DocumentSource;

/**
 * Texts of some documents of a corpus, and how a tokenizer cuts them, for scores that were kept without them.
 *
 * @param tokenizer if the tokens are to be shown
 */
public record CorpusText(Map<String, String> texts, Optional<HashedTokenizer> tokenizer) {
    /** No corpus. */
    public static final CorpusText NONE = new CorpusText(Map.of(), Optional.empty());

    /** Where texts come from. */
    @FunctionalInterface
    public interface Reader {
        /** Of the documents with these ids. */
        CorpusText read(Set<String> documents);

        /** Reads a corpus; of documents with one id the first counts. */
        static Reader of(DocumentSource source, Optional<HashedTokenizer> tokenizer) {
            return wanted -> {
                Map<String, String> texts = new HashMap<>();
                try (Stream<CorpusDocument> documents = source.open()) {
                    documents.filter(document -> wanted.contains(document.id()))
                            .forEach(document -> texts.putIfAbsent(document.id(), document.text()));
                }
                return new CorpusText(texts, tokenizer);
            };
        }
    }
}
