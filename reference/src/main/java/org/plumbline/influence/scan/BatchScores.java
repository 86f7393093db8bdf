package org.plumbline.influence.scan;

import org.plumbline.batch.Batch;

/** Gives the sequences of a batch their scores. Any number of threads may ask at a time. */
interface BatchScores {

    /** Number of queries. */
    int queries();

    /** Whether each position gets a score too. */
    boolean tokens();

    /**
     * Writes the scores of a batch into its place in a part.
     *
     * @param part zeros where the scores go; its token scores have the lengths of the sequences
     * @param offset of the first sequence of the batch in the part
     */
    void score(Batch batch, ScorePart part, int offset);
}
