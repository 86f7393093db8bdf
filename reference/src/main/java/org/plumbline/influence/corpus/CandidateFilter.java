package org.plumbline.influence.corpus;

import java.util.stream.IntStream;
import org.plumbline.batch.SequenceFile;
import org.plumbline.influence.ranking.TfIdf;

/** Which sequences a query is scanned against. */
public interface CandidateFilter {

    /** Numbers of the sequences to scan, ascending. */
    int[] candidates(SequenceFile sequences, int[] query);

    /** In words, for a report. */
    String describe();

    /** All of them. */
    record None() implements CandidateFilter {
        @Override
        public int[] candidates(SequenceFile sequences, int[] query) {
            return IntStream.range(0, sequences.size()).toArray();
        }

        @Override
        public String describe() {
            return "none: all sequences are scanned";
        }
    }

    /**
     * The best by {@link TfIdf}.
     *
     * @param kept number of sequences
     */
    record ByTfIdf(int kept) implements CandidateFilter {
        @Override
        public int[] candidates(SequenceFile sequences, int[] query) {
            return new TfIdf(sequences.size(), sequences::tokens).top(query, kept);
        }

        @Override
        public String describe() {
            return "the " + kept + " best by TF-IDF";
        }
    }
}
