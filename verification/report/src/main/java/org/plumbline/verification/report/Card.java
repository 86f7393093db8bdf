package org.plumbline.verification.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.plumbline.influence.corpus.CertifiedRanking;
import org.plumbline.influence.corpus.DocumentPart;
import org.plumbline.influence.ranking.Normalization;

/**
 * A sequence of a ranking, as a page shows it. What is not known is null or empty.
 *
 * @param rank from 1 among those of its sign
 * @param sequence its number
 * @param documents what it has of each document
 * @param raw score
 * @param perCopy {@code raw/N}
 * @param share of the sum of all scores of its sign
 * @param certain what is certain of the score and the rank
 * @param sparsity {@code L2/L1} of the token scores
 * @param spurious whether that is above its limit
 * @param normalized the score without the size of the sequence's own gradient
 * @param text of the sequence
 * @param tokens of it as a reader sees them
 * @param scores of tokens
 * @param byLayer raw score of each layer
 * @param cells raw score of each position in each layer, {@code [layers][positions]}
 * @param byCompletionToken raw score for each predicted token of the completion
 */
public record Card(
        int rank, int sequence, List<DocumentPart> documents, double raw, double perCopy, double share,
        CertifiedRanking.@Nullable Certain certain, @Nullable Double sparsity, boolean spurious,
        @Nullable Normalization normalized, String text, List<String> tokens, TokenValues scores,
        double[] byLayer, double[][] cells, double[] byCompletionToken) {

    /**
     * Scores of tokens by kind, each {@code [positions]} or empty.
     *
     * @param gradient by the position whose gradient it is
     * @param output by the position that predicts
     * @param input by the token read
     */
    public record TokenValues(double[] gradient, double[] output, double[] input) {
        /** None. */
        public static final TokenValues NONE = new TokenValues(new double[0], new double[0], new double[0]);

        /** Whether there are any. */
        public boolean isEmpty() {
            return gradient.length == 0 && output.length == 0 && input.length == 0;
        }
    }

    public Card {
        documents = List.copyOf(documents);
        tokens = List.copyOf(tokens);
    }

    /** Whether it raises the log-probability. */
    public boolean supports() {
        return raw > 0;
    }

    /** Documents that it is of. */
    public String named() {
        return documents.isEmpty() ? "sequence " + sequence
                : documents.stream().map(DocumentPart::named).collect(Collectors.joining(", "));
    }

    /** Metadata of all of its documents; of values for one name the first. */
    public Map<String, String> metadata() {
        Map<String, String> all = new LinkedHashMap<>();
        documents.forEach(part -> part.metadata().forEach(all::putIfAbsent));
        return all;
    }
}
