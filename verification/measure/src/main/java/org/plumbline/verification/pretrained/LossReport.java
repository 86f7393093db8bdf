package org.plumbline.verification.pretrained;

import org.plumbline.text.PackedSequences;

/**
 * The loss of a model on a corpus.
 *
 * @param corpus what became of the documents read
 * @param sequences sequences that were run
 * @param lossPositions tokens that were predicted and counted
 * @param totalLoss sum of {@code −log p} over them, in nats
 */
public record LossReport(PackedSequences.Report corpus, long sequences, long lossPositions, double totalLoss) {

    /** Documents read. */
    public long documents() {
        return corpus.documents();
    }

    /** Mean over loss positions, in nats. */
    public double meanLoss() {
        return totalLoss / lossPositions;
    }

    /** {@code e^meanLoss}. */
    public double perplexity() {
        return Math.exp(meanLoss());
    }

    /**
     * With more sequences.
     *
     * @param read what became of all documents read
     */
    LossReport plus(PackedSequences.Report read, long more, long positions, double loss) {
        return new LossReport(read, sequences + more, lossPositions + positions, totalLoss + loss);
    }
}
