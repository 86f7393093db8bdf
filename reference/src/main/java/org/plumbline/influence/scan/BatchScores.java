package org.plumbline.influence.scan;

import org.plumbline.batch.Batch;

/** Gives the sequences of a batch their scores. Any number of threads may ask at a time. */
interface BatchScores {

    /** Number of queries. */
    int queries();

    /** Whether each position gets a score too. */
    boolean tokens();

    /**
     * Writes the scores of a batch into the places of its sequences in a part.
     *
     * @param part zeros where the scores go; its token scores have the lengths of the sequences
     */
    void score(Batch batch, ScorePart part);
}
