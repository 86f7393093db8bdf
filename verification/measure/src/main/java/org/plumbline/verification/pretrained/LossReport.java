package org.plumbline.verification.pretrained;

/**
 * The loss of a model on a corpus.
 *
 * @param documents documents read
 * @param sequences sequences that they made
 * @param lossPositions tokens that were predicted and counted
 * @param totalLoss sum of {@code −log p} over them, in nats
 */
public record LossReport(long documents, long sequences, long lossPositions, double totalLoss) {

    /** Mean over loss positions, in nats. */
    public double meanLoss() {
        return totalLoss / lossPositions;
    }

    /** {@code e^meanLoss}. */
    public double perplexity() {
        return Math.exp(meanLoss());
    }

    LossReport plus(LossReport other) {
        return new LossReport(documents + other.documents, sequences + other.sequences,
                lossPositions + other.lossPositions, totalLoss + other.totalLoss);
    }

    LossReport withDocuments(long count) {
        return new LossReport(count, sequences, lossPositions, totalLoss);
    }
}
