package org.plumbline.influence;

import org.plumbline.influence.ranking.RankIntervals;
import org.plumbline.linalg.Vectors;

/**
 * Scores {@code raw = −∇fᵀ(G + λ)⁻¹∇L} with the exact Gauss–Newton matrix {@code G} of the training data, and what each
 * can be off by: the exact score of sequence {@code m} for query {@code q} is within {@code bounds[q][m]} of
 * {@code raw[q][m]} ({@link org.plumbline.solve.Certificate}). Rounding of the gradients is not in the bound.
 *
 * @param raw {@code [queries][sequences]}
 * @param bounds of each
 * @param sequences {@code N}, of the training data
 * @param products with {@code G} that the certificate of each query took
 */
public record CertifiedScores(double[][] raw, double[][] bounds, int sequences, int[] products) {

    /** What no score of a query is off by more than, as a fraction of the root mean square of its scores. */
    public double fraction(int query) {
        double largest = 0;
        for (double bound : bounds[query]) {
            largest = Math.max(largest, bound);
        }
        return largest == 0 ? 0 : largest / (Vectors.norm(raw[query]) / Math.sqrt(raw[query].length));
    }

    /** What is certain of the ranks of a query, largest scores first. */
    public RankIntervals ranks(int query) {
        return RankIntervals.of(raw[query], bounds[query]);
    }
}
