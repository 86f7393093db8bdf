package org.plumbline.influence.corpus;

import java.util.ArrayList;
import java.util.List;
import org.plumbline.influence.ranking.RankIntervals;
import org.plumbline.influence.ranking.Ranking;

/**
 * What is certain of the scores of a query that were computed with the exact Gauss–Newton matrix.
 *
 * @param fraction of the root mean square of the scores that none is off by more than
 * @param products with the matrix
 * @param positive of the sequences that raise the query's log-likelihood most, in order; ranks from the largest score
 * @param negative of those that lower it most; ranks from the smallest score
 */
public record CertifiedRanking(double fraction, int products, List<Certain> positive, List<Certain> negative) {

    /**
     * What is certain of a sequence.
     *
     * @param sequence its number
     * @param bound what its raw score is off by at most
     * @param best its rank is at least this, among the sequences that were scanned
     * @param worst and at most this
     */
    public record Certain(int sequence, double bound, int best, int worst) {

        /**
         * What is certain of one of the sequences that were scanned.
         *
         * @param at which of them it is
         * @param bounds of their scores
         * @param ranks of their scores, largest first
         * @param largestFirst whether its ranks are to count from the largest score, or from the smallest
         */
        public static Certain of(
                int sequence, int at, double[] bounds, RankIntervals ranks, boolean largestFirst) {
            int best = ranks.best()[at];
            int worst = ranks.worst()[at];
            int last = bounds.length + 1;
            return new Certain(sequence, bounds[at], largestFirst ? best : last - worst,
                    largestFirst ? worst : last - best);
        }
    }

    public CertifiedRanking {
        positive = List.copyOf(positive);
        negative = List.copyOf(negative);
    }

    /**
     * What is certain of a ranking.
     *
     * @param numbers of the sequences that were scanned
     * @param bounds of their scores
     * @param ranks of their scores, largest first
     */
    static CertifiedRanking of(
            Ranking ranking, int[] numbers, double[] bounds, RankIntervals ranks, double fraction, int products) {
        return new CertifiedRanking(fraction, products, certain(ranking.positive(), numbers, bounds, ranks, true),
                certain(ranking.negative(), numbers, bounds, ranks, false));
    }

    private static List<Certain> certain(
            List<Ranking.Entry> entries, int[] numbers, double[] bounds, RankIntervals ranks, boolean largestFirst) {
        List<Certain> certain = new ArrayList<>();
        for (Ranking.Entry entry : entries) {
            int at = 0;
            while (numbers[at] != entry.sequence()) {
                at++;
            }
            certain.add(Certain.of(entry.sequence(), at, bounds, ranks, largestFirst));
        }
        return certain;
    }

    /** How many of the sequences listed as raising it are certainly among as many with the largest scores. */
    public long certainlyRaising() {
        return positive.stream().filter(one -> one.worst() <= positive.size()).count();
    }

    /** How many of those listed as lowering it are certainly among as many with the smallest scores. */
    public long certainlyLowering() {
        return negative.stream().filter(one -> one.worst() <= negative.size()).count();
    }
}
