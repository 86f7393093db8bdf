package org.plumbline.model;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;

/**
 * One training example or query: the inputs of a model for {@code length} positions, and what its loss is made of.
 *
 * <p>Three inputs exist for every model: {@link #FED} (1 for fed positions, which are no padding), {@link #WEIGHTS} (1
 * where the position bears loss, 0 elsewhere) and the labels ({@link #LABELS} or {@link #TARGETS}). Every position that
 * bears loss is fed.
 *
 * <p>Positions of a token sequence {@code x_0 … x_n} are {@code 0 … n − 1}: position {@code t} reads {@code x_t} and
 * predicts {@code x_(t+1)}; the last token is never fed.
 */
public final class Example {
    /** Tokens that are read, {@code [T]} indices. */
    public static final String TOKENS = "tokens";

    /** Position of each token in its sequence, {@code [T]} indices. */
    public static final String POSITIONS = "positions";

    /** Class or next token to predict, {@code [T]} indices. */
    public static final String LABELS = "labels";

    /** Inputs of a perceptron, {@code [T, features]}. */
    public static final String FEATURES = "features";

    /** Regression targets, {@code [T, outputs]}. */
    public static final String TARGETS = "targets";

    /** 1 where a position is fed, 0 where it is padding, {@code [T]}. */
    public static final String FED = "fed";

    /** Weight of each position in the loss, {@code [T]}. */
    public static final String WEIGHTS = "weights";

    private final int length;
    private final Map<String, int[]> indices;
    private final Map<String, double[]> reals;

    /**
     * @throws ModelException if a position that bears loss is not fed, or none is fed
     */
    public Example(int length, Map<String, int[]> indices, Map<String, double[]> reals) {
        this.length = length;
        this.indices = new LinkedHashMap<>(indices);
        this.reals = new LinkedHashMap<>(reals);
        double[] fed = reals.get(FED);
        double[] weights = reals.get(WEIGHTS);
        if (fed == null || weights == null || fed.length != length || weights.length != length) {
            throw new ModelException("an example of " + length + " positions needs '" + FED + "' and '" + WEIGHTS
                    + "' of that length");
        }
        for (int t = 0; t < length; t++) {
            if (weights[t] != 0 && fed[t] == 0) {
                throw new ModelException("position " + t + " bears loss but is padding");
            }
        }
        if (fedPositions() == 0) {
            throw new ModelException("an example has at least one fed position");
        }
    }

    /**
     * A token sequence of which every token after the first is to be predicted.
     *
     * @param tokens {@code n + 1} tokens for {@code n} positions
     */
    public static Example ofTokens(int... tokens) {
        return ofCompletion(tokens, 1);
    }

    /**
     * A prompt and its completion: only the tokens after the prompt bear loss.
     *
     * @param tokens prompt followed by completion
     * @param promptLength number of prompt tokens, at least 1
     */
    public static Example ofCompletion(int[] tokens, int promptLength) {
        if (tokens.length < 2 || promptLength < 1 || promptLength >= tokens.length) {
            throw new ModelException("a sequence of " + tokens.length + " tokens with a prompt of " + promptLength
                    + " has nothing to predict");
        }
        int length = tokens.length - 1;
        int[] positions = new int[length];
        double[] fed = new double[length];
        double[] weights = new double[length];
        for (int t = 0; t < length; t++) {
            positions[t] = t;
            fed[t] = 1;
            weights[t] = t + 1 >= promptLength ? 1 : 0;
        }
        return new Example(
                length,
                Map.of(TOKENS, Arrays.copyOf(tokens, length), POSITIONS, positions,
                        LABELS, Arrays.copyOfRange(tokens, 1, tokens.length)),
                Map.of(FED, fed, WEIGHTS, weights));
    }

    /**
     * Rows of features with class labels, for a perceptron classifier.
     *
     * @param features {@code [rows, features]}
     */
    public static Example ofClasses(double[] features, int... labels) {
        return new Example(labels.length, Map.of(LABELS, labels.clone()),
                Map.of(FEATURES, features.clone(), FED, ones(labels.length), WEIGHTS, ones(labels.length)));
    }

    /**
     * Rows of features with real targets, for a regression perceptron.
     *
     * @param features {@code [rows, features]}
     * @param targets {@code [rows, outputs]}
     */
    public static Example ofTargets(int rows, double[] features, double[] targets) {
        return new Example(rows, Map.of(),
                Map.of(FEATURES, features.clone(), TARGETS, targets.clone(), FED, ones(rows), WEIGHTS, ones(rows)));
    }

    private static double[] ones(int n) {
        double[] ones = new double[n];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** This example with padding after its last position, which is neither fed nor bears loss. */
    public Example padRight(int target) {
        return padded(0, target);
    }

    /** This example with padding before its first position; position numbers stay with their tokens. */
    public Example padLeft(int target) {
        return padded(target - length, target);
    }

    private Example padded(int before, int target) {
        if (target < length) {
            throw new ModelException("cannot pad " + length + " positions to " + target);
        }
        Map<String, int[]> paddedIndices = new LinkedHashMap<>();
        indices.forEach((name, values) -> {
            int width = values.length / length;
            int[] padded = new int[target * width];
            System.arraycopy(values, 0, padded, before * width, values.length);
            paddedIndices.put(name, padded);
        });
        Map<String, double[]> paddedReals = new LinkedHashMap<>();
        reals.forEach((name, values) -> {
            int width = values.length / length;
            double[] padded = new double[target * width];
            System.arraycopy(values, 0, padded, before * width, values.length);
            paddedReals.put(name, padded);
        });
        return new Example(target, paddedIndices, paddedReals);
    }

    /** This example with other labels, the rest unchanged. */
    public Example withLabels(int... labels) {
        Map<String, int[]> changed = new LinkedHashMap<>(indices);
        changed.put(LABELS, labels.clone());
        return new Example(length, changed, reals);
    }

    /** This example with other weights of its positions in the loss, the rest unchanged. */
    public Example withWeights(double... weights) {
        Map<String, double[]> changed = new LinkedHashMap<>(reals);
        changed.put(WEIGHTS, weights.clone());
        return new Example(length, indices, changed);
    }

    /** Number of positions, padding included. */
    public int length() {
        return length;
    }

    /** {@code n}: positions that are fed. */
    public int fedPositions() {
        return count(reals.get(FED));
    }

    /** {@code T}: positions that bear loss. */
    public int lossPositions() {
        return count(reals.get(WEIGHTS));
    }

    private static int count(double[] mask) {
        int count = 0;
        for (double value : mask) {
            count += value != 0 ? 1 : 0;
        }
        return count;
    }

    /** A copy of the named indices. */
    public int[] indices(String name) {
        return indices.get(name).clone();
    }

    /** A copy of the named reals. */
    public double[] reals(String name) {
        return reals.get(name).clone();
    }

    /** The inputs of a program that runs this example. */
    public Map<String, Storage> storages(Precision precision) {
        Map<String, Storage> storages = new LinkedHashMap<>();
        indices.forEach((name, values) -> storages.put(name, Storage.of(values)));
        reals.forEach((name, values) -> storages.put(name, Storage.of(precision, values)));
        return storages;
    }

    /**
     * Whether a program input of this name belongs to the example, and so has a batch axis when examples are batched.
     */
    public static boolean isInput(String name) {
        return switch (name) {
            case TOKENS, POSITIONS, LABELS, FEATURES, TARGETS, FED, WEIGHTS -> true;
            default -> false;
        };
    }
}
