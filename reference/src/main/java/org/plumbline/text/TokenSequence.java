package org.plumbline.text;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.plumbline.model.Example;

/**
 * A training sequence of {@code L} positions: position {@code t} reads {@code tokens[t]} and predicts
 * {@code tokens[t + 1]}.
 *
 * <p>The arrays are the sequence's own: treat them as read-only.
 *
 * @param tokens {@code L + 1} token ids, padding at the end
 * @param fed number of positions that are fed; those after are padding
 * @param loss for each of the {@code L} positions whether its prediction counts; only where it is fed
 * @param parts the documents that the tokens are of, in order
 */
public record TokenSequence(int[] tokens, int fed, boolean[] loss, List<Part> parts) {

    /**
     * Tokens of one document.
     *
     * @param documentId the document
     * @param from index of the first of its tokens in the sequence, begin and end tokens among them
     * @param to one past the last
     * @param startByte first byte of the document's UTF-8 form that these tokens cover; 0 for one that came as tokens
     * @param endByte one past the last byte
     * @param metadata what else is known about the document, by name
     * @param number how many documents of the corpus are before it
     * @param place where the document begins
     */
    public record Part(
            String documentId, int from, int to, int startByte, int endByte, Map<String, String> metadata,
            long number, DocumentPlace place) {}

    /** Copies the list. */
    public TokenSequence {
        if (loss.length != tokens.length - 1 || fed < 1 || fed > loss.length) {
            throw new IllegalArgumentException("found " + tokens.length + " tokens, " + loss.length + " positions and "
                    + fed + " fed ones, expected one position fewer than tokens, and 1 or more of them fed");
        }
        parts = List.copyOf(parts);
    }

    /** {@code L}, padding included. */
    public int length() {
        return loss.length;
    }

    /** Number of positions whose prediction counts. */
    public int lossPositions() {
        int count = 0;
        for (boolean counts : loss) {
            count += counts ? 1 : 0;
        }
        return count;
    }

    /** This sequence without its padding. */
    public TokenSequence trimmed() {
        return new TokenSequence(Arrays.copyOf(tokens, fed + 1), fed, Arrays.copyOf(loss, fed), parts);
    }

    /** The sequence as a model takes it. */
    public Example example() {
        int length = length();
        int[] positions = new int[length];
        double[] isFed = new double[length];
        double[] weights = new double[length];
        Arrays.setAll(positions, t -> t < fed ? t : 0);
        Arrays.setAll(isFed, t -> t < fed ? 1 : 0);
        Arrays.setAll(weights, t -> loss[t] ? 1 : 0);
        return new Example(
                length,
                Map.of(
                        Example.TOKENS, Arrays.copyOf(tokens, length),
                        Example.POSITIONS, positions,
                        Example.LABELS, Arrays.copyOfRange(tokens, 1, length + 1)),
                Map.of(Example.FED, isFed, Example.WEIGHTS, weights));
    }
}
