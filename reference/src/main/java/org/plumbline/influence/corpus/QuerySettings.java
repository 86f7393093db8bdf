package org.plumbline.influence.corpus;

import org.plumbline.influence.query.SolveSettings;
import org.plumbline.influence.ranking.TfIdf;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.io.InputException;

/**
 * How a query is answered.
 *
 * @param filter chooses the sequences that are scanned
 * @param rank of the preconditioned query gradient, 0 for all of it
 * @param top sequences of each sign that are listed
 * @param recall whether all sequences are scanned too, and the filter is measured against that scan
 * @param outputTokens whether the sequences listed get a score for each predicted token
 * @param inputTokens whether the sequences listed get a score for each token that is read
 * @param solve how the query is preconditioned
 */
public record QuerySettings(
        CandidateFilter filter, int rank, int top, boolean recall, boolean outputTokens, boolean inputTokens,
        SolveSettings solve) {

    /**
     * The {@value TfIdf#DEFAULT_KEPT} best sequences by TF-IDF are scanned at full rank; 20 of each sign are listed.
     */
    public static final QuerySettings DEFAULT =
            new QuerySettings(new CandidateFilter.ByTfIdf(TfIdf.DEFAULT_KEPT), 0, 20, false, false, false);

    /** With the fitted curvature in closed form. */
    public QuerySettings(
            CandidateFilter filter, int rank, int top, boolean recall, boolean outputTokens, boolean inputTokens) {
        this(filter, rank, top, recall, outputTokens, inputTokens, SolveSettings.CLOSED);
    }

    /**
     * @throws InputException if the rank is negative, no sequence is to be listed, or a query with exact products is to
     *     be truncated
     */
    public QuerySettings {
        if (rank < 0 || top < 1) {
            throw new InputException("rank " + rank + ", top " + top + ": expected at least 0 and at least 1");
        }
        if (solve.isExact() && rank > 0) {
            throw new InputException("exact products: found rank " + rank + ", expected whole queries");
        }
    }

    /** The same with another filter. */
    public QuerySettings withFilter(CandidateFilter other) {
        return new QuerySettings(other, rank, top, recall, outputTokens, inputTokens, solve);
    }

    /** The same at another rank. */
    public QuerySettings withRank(int other) {
        return new QuerySettings(filter, other, top, recall, outputTokens, inputTokens, solve);
    }

    /** The same with another number of sequences of each sign. */
    public QuerySettings withTop(int other) {
        return new QuerySettings(filter, rank, other, recall, outputTokens, inputTokens, solve);
    }

    /** The same with another way of preconditioning. */
    public QuerySettings withSolve(SolveSettings other) {
        return new QuerySettings(filter, rank, top, recall, outputTokens, inputTokens, other);
    }

    /** The kind of token scores that takes most memory. */
    public TokenScores tokens() {
        return inputTokens ? TokenScores.INPUT : outputTokens ? TokenScores.OUTPUT : TokenScores.GRADIENT;
    }
}
