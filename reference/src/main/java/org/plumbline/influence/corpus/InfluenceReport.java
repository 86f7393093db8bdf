package org.plumbline.influence.corpus;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.plumbline.influence.ranking.Normalization;

/**
 * The most influential sequences of one query, both ways.
 *
 * @param sign what a positive score means
 * @param prompt of the query
 * @param completion of the query
 * @param border their tokens, and where the completion begins
 * @param logProbability {@code f}, of the completion given the prompt, in nats
 * @param candidates the sequences that can be scored, and {@code N}, by which {@code raw} is divided
 * @param scanned number of sequences that were scanned
 * @param filter how they were chosen
 * @param recall how many of a full scan's first sequences are found, if that was asked for; otherwise null
 * @param positiveTotal sum of all positive raw scores scanned
 * @param negativeTotal sum of all negative raw scores scanned
 * @param truncation largest relative error that the rank leaves in a layer's query gradient, 0 at full rank
 * @param origin what the scores belong to
 * @param certified what is certain of the scores, if that was asked for; otherwise null
 * @param sampled how far a sample of the training data puts the scores off, if there was one; otherwise null
 */
public record InfluenceReport(
        String sign, String prompt, String completion, PromptedQuery.Border border, double logProbability,
        Candidates candidates, int scanned, String filter, @Nullable Double recall, double positiveTotal,
        double negativeTotal, double truncation, Map<String, String> origin,
        @Nullable CertifiedRanking certified, @Nullable SampledScores sampled, List<Ranked> positive,
        List<Ranked> negative) {

    /** What a positive score means, in words. */
    public static final String SIGN = "positive: adding the sequence makes the completion more probable;"
            + " one added copy changes its log-probability by raw/N to first order";

    /**
     * A sequence of a ranking.
     *
     * @param rank from 1
     * @param sequence its number
     * @param documents what it has of each document that it is of, in order
     * @param raw {@code −qᵀ(C + λ)⁻¹g}
     * @param perCopy {@code raw / N}
     * @param share of the sum of all scores of its sign
     * @param sparsity {@code L2/L1} of its token scores
     * @param spurious whether that is above 2/3
     * @param normalized the score without the size of the sequence's own gradient, and whether that is an outlier's
     * @param text of the sequence
     * @param tokens of the sequence as a reader sees them
     * @param tokenScores raw score of each: the loss terms at and after it; the last token is never fed and has none
     * @param outputTokenScores raw score of the prediction made at each position (appendix B); empty if not asked
     *     for
     * @param inputTokenScores derivative of the raw score in a factor on the embedding of the token read at each
     *     position (appendix B); they add up to no score; empty if not asked for
     */
    public record Ranked(
            int rank, int sequence, List<DocumentPart> documents, double raw, double perCopy, double share,
            double sparsity, boolean spurious, Normalization normalized, String text, List<String> tokens,
            double[] tokenScores, double[] outputTokenScores, double[] inputTokenScores) {}
}
