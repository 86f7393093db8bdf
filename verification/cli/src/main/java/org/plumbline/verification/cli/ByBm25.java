package org.plumbline.verification.cli;

import org.plumbline.batch.SequenceFile;
import org.plumbline.influence.corpus.CandidateFilter;

/**
 * The best by Lucene's BM25 over tokens.
 *
 * @param kept number of sequences
 */
record ByBm25(int kept) implements CandidateFilter {
    @Override
    public int[] candidates(SequenceFile sequences, int[] query) {
        return Bm25.top(sequences.size(), sequences::tokens, query, kept);
    }

    @Override
    public String describe() {
        return "the " + kept + " best by BM25";
    }
}
