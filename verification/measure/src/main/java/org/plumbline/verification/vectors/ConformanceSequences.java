package org.plumbline.verification.vectors;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.plumbline.model.Example;
import org.plumbline.random.RandomStreams;

/**
 * Random token sequences. Which positions are fed and bear loss depends on a sequence's number alone, so that a case
 * has what it is about whatever the seed; tokens at padding are random too, since nothing may depend on them.
 */
final class ConformanceSequences {
    private final long seed;
    private final String purpose;
    private final int vocabulary;
    private final int length;

    /**
     * @param purpose what the sequences are for, another one for others
     * @param length positions {@code T} of each, padding included
     */
    ConformanceSequences(long seed, String purpose, int vocabulary, int length) {
        this.seed = seed;
        this.purpose = purpose;
        this.vocabulary = vocabulary;
        this.length = length;
    }

    /**
     * One sequence of {@code T + 1} tokens with its masks. A fed position is numbered by the fed ones before it.
     *
     * @param fed 0 or 1 for each position
     * @param weights likewise
     */
    static Example of(int[] tokens, double[] fed, double[] weights) {
        int[] positions = new int[fed.length];
        int next = 0;
        for (int t = 0; t < fed.length; t++) {
            positions[t] = fed[t] != 0 ? next++ : 0;
        }
        return of(tokens, positions, fed, weights);
    }

    /** As {@link #of(int[], double[], double[])}, with other numbers of positions. */
    static Example of(int[] tokens, int[] positions, double[] fed, double[] weights) {
        return new Example(fed.length,
                Map.of(Example.TOKENS, Arrays.copyOf(tokens, fed.length), Example.POSITIONS, positions,
                        Example.LABELS, Arrays.copyOfRange(tokens, 1, fed.length + 1)),
                Map.of(Example.FED, fed, Example.WEIGHTS, weights));
    }

    /** Padding on the left: {@code 1 … T} fed positions, one sequence in {@code prompted} with a prompt. */
    List<Example> leftPadded(int count, int prompted) {
        List<Example> sequences = new ArrayList<>();
        for (int m = 0; m < count; m++) {
            // 3 has no common divisor with the lengths in use: T sequences have all lengths.
            int padding = length - 1 - 3 * m % length;
            int prompt = m % prompted == 0 ? (length - padding) / 2 : 0;
            sequences.add(of(tokens(m), ones(padding, length), ones(padding + prompt, length)));
        }
        return sequences;
    }

    /** Padding on the right: {@code T, T − 1, …} fed positions and at least three, one in three with a prompt. */
    List<Example> rightPadded(int count) {
        List<Example> sequences = new ArrayList<>();
        for (int m = 0; m < count; m++) {
            int end = length - m % (length - 2);
            sequences.add(of(tokens(m), ones(0, end), ones(m % 3 == 0 ? 1 : 0, end)));
        }
        return sequences;
    }

    /**
     * In turn: positions in the middle without loss; positions in the middle that are not fed, and neither is one at
     * the end; the same at both ends and twice in the middle; and, among those that need not bear loss, no loss at all.
     *
     * @param lossless whether there are sequences without loss
     */
    List<Example> masked(int count, boolean lossless) {
        List<Example> sequences = new ArrayList<>();
        for (int m = 0; m < count; m++) {
            double[] fed = ones(0, length);
            double[] weights = ones(0, length);
            switch (m % (lossless ? 4 : 3)) {
                case 0 -> Arrays.fill(weights, length / 2 - 1, length / 2 + 1, 0);
                case 1 -> skip(fed, weights, length / 2 - 2, length / 2, length - 1);
                case 2 -> skip(fed, weights, 0, length / 2 - 1, length / 2 + 1, length - 1);
                default -> Arrays.fill(weights, 0);
            }
            sequences.add(of(tokens(m), fed, weights));
        }
        return sequences;
    }

    /**
     * These positions are not fed. The one before bears no loss either: the token after it is none of its sequence.
     */
    private static void skip(double[] fed, double[] weights, int... positions) {
        for (int t : positions) {
            fed[t] = 0;
            weights[t] = 0;
            if (t > 0) {
                weights[t - 1] = 0;
            }
        }
    }

    /** All of one position, of different tokens as far as there are; the last {@code lossless} bear no loss. */
    List<Example> single(int count, int lossless) {
        List<Example> sequences = new ArrayList<>();
        for (int m = 0; m < count; m++) {
            int[] tokens = tokens(m);
            tokens[0] = m % vocabulary;
            sequences.add(of(tokens, ones(0, 1), ones(m < count - lossless ? 0 : 1, 1)));
        }
        return sequences;
    }

    private int[] tokens(int m) {
        RandomGenerator random = RandomStreams.of(seed, purpose, m);
        return random.ints(length + 1, 0, vocabulary).toArray();
    }

    private double[] ones(int from, int to) {
        double[] ones = new double[length];
        Arrays.fill(ones, from, to, 1);
        return ones;
    }
}
