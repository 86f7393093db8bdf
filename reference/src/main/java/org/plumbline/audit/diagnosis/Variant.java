package org.plumbline.audit.diagnosis;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.plumbline.engine.Precision;
import org.plumbline.model.Example;

/** How sequences may be fed: as they are, or with a mistake. */
enum Variant {
    /** As they are. */
    PLAIN,
    /** Padded to the longest, and padding is fed and counted. */
    PADDING_FED,
    /** The same, and padding bears loss. */
    LOSS_AT_PADDING,
    /** The first token comes twice. */
    FIRST_TOKEN_TWICE;

    /**
     * The sequence so; empty where it makes no difference to any sequence of these data.
     *
     * @param longest length of the longest sequence
     * @param most positions that the model knows
     */
    Optional<Example> of(Example example, int longest, int most) {
        return switch (this) {
            case PLAIN -> Optional.of(example);
            case PADDING_FED -> Optional.of(padded(example, longest, false));
            case LOSS_AT_PADDING -> Optional.of(padded(example, longest, true));
            case FIRST_TOKEN_TWICE -> isTokens(example) && longest < most ? Optional.of(doubled(example))
                    : Optional.empty();
        };
    }

    private static boolean isTokens(Example example) {
        return example.storages(Precision.DOUBLE).containsKey(Example.TOKENS);
    }

    private static Example padded(Example example, int longest, boolean loss) {
        Example padded = example.padRight(longest);
        Map<String, int[]> indices = new LinkedHashMap<>();
        Map<String, double[]> reals = new LinkedHashMap<>();
        padded.storages(Precision.DOUBLE).forEach((name, _) -> {
            if (name.equals(Example.TOKENS) || name.equals(Example.LABELS) || name.equals(Example.POSITIONS)) {
                indices.put(name, padded.indices(name));
            } else {
                reals.put(name, padded.reals(name));
            }
        });
        double[] fed = new double[longest];
        Arrays.fill(fed, 1);
        reals.put(Example.FED, fed);
        if (loss) {
            double[] weights = padded.reals(Example.WEIGHTS);
            Arrays.fill(weights, example.length(), longest, 1);
            reals.put(Example.WEIGHTS, weights);
        }
        if (indices.containsKey(Example.POSITIONS)) {
            int[] positions = new int[longest];
            Arrays.setAll(positions, t -> t);
            indices.put(Example.POSITIONS, positions);
        }
        return new Example(longest, indices, reals);
    }

    private static Example doubled(Example example) {
        int length = example.length() + 1;
        int[] tokens = shifted(example.indices(Example.TOKENS));
        int[] labels = shifted(example.indices(Example.LABELS));
        // The first position predicts the token itself, again.
        labels[0] = tokens[0];
        int[] positions = new int[length];
        Arrays.setAll(positions, t -> t);
        double[] weights = new double[length];
        System.arraycopy(example.reals(Example.WEIGHTS), 0, weights, 1, length - 1);
        weights[0] = 1;
        double[] fed = new double[length];
        Arrays.fill(fed, 1);
        return new Example(length,
                Map.of(Example.TOKENS, tokens, Example.POSITIONS, positions, Example.LABELS, labels),
                Map.of(Example.FED, fed, Example.WEIGHTS, weights));
    }

    private static int[] shifted(int[] values) {
        int[] shifted = new int[values.length + 1];
        System.arraycopy(values, 0, shifted, 1, values.length);
        shifted[0] = values[0];
        return shifted;
    }
}
