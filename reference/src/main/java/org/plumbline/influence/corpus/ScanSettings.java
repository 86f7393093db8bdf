package org.plumbline.influence.corpus;

import java.nio.file.Path;
import java.util.Optional;
import org.plumbline.influence.query.Aggregation;
import org.plumbline.influence.query.SolveSettings;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.io.InputException;

/**
 * How a corpus is scored against queries.
 *
 * @param rank of the preconditioned query gradients, 0 for all of them
 * @param aggregation whether queries are scored each by itself or as one
 * @param tokens which score each token gets beside that of its sequence
 * @param queryStore folder of the preconditioned queries, which another scan can use again; if absent, a folder in
 *     that of the scores
 * @param solve how queries are preconditioned
 */
public record ScanSettings(
        int rank, Aggregation aggregation, TokenScores tokens, Optional<Path> queryStore, SolveSettings solve) {

    /** Each query by itself, at full rank, without scores of tokens. */
    public static final ScanSettings DEFAULT =
            new ScanSettings(0, Aggregation.NONE, TokenScores.NONE, Optional.empty());

    /** With the fitted curvature in closed form. */
    public ScanSettings(int rank, Aggregation aggregation, TokenScores tokens, Optional<Path> queryStore) {
        this(rank, aggregation, tokens, queryStore, SolveSettings.CLOSED);
    }

    /** The same with another way of preconditioning. */
    public ScanSettings withSolve(SolveSettings other) {
        return new ScanSettings(rank, aggregation, tokens, queryStore, other);
    }

    /**
     * @throws InputException if the rank is negative
     */
    public ScanSettings {
        if (rank < 0) {
            throw new InputException("rank " + rank + " is out of range: expected at least 0");
        }
        if (solve.isExact() && (rank > 0 || aggregation != Aggregation.NONE || queryStore.isPresent())) {
            throw new InputException("exact products: found a rank, an aggregation or a store of queries, "
                    + "expected whole queries, each by itself");
        }
    }
}
