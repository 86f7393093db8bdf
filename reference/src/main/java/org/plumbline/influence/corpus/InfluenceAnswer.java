package org.plumbline.influence.corpus;

import org.plumbline.influence.query.Queries;

/**
 * The answer to a query: what is reported of the most influential sequences, and what all that were scanned scored.
 *
 * @param report of the sequences listed
 * @param sequences numbers of those scanned, ascending
 * @param scores the raw score of each of them
 * @param preconditioned the query as it was scanned with
 */
public record InfluenceAnswer(InfluenceReport report, int[] sequences, double[] scores, Queries preconditioned) {}
