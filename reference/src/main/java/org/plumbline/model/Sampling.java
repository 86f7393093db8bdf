package org.plumbline.model;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.plumbline.random.RandomStreams;

/**
 * How the next token is chosen from a model's logits {@code z}.
 *
 * <p>At temperature 0 it is the most probable token, of equals the first. Otherwise it is drawn from
 * {@code softmax(z / temperature)}, cut to its nucleus: the fewest most probable tokens that together have at least
 * {@code topP} (Holtzman et al., <em>The Curious Case of Neural Text Degeneration</em>, 2020). The draw for a token
 * depends on the seed and on the number of the token alone.
 *
 * @param temperature 0, or positive
 * @param topP above 0, at most 1, which cuts nothing
 * @param seed of the draws
 */
public record Sampling(double temperature, double topP, long seed) {

    /** The most probable token. */
    public static final Sampling GREEDY = new Sampling(0, 1, 0);

    /**
     * @throws ModelException if a number is out of range
     */
    public Sampling {
        if (!(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)) {
            throw new ModelException("found temperature " + temperature + ", expected 0 or a positive number");
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new ModelException("found top-p " + topP + ", expected a number above 0 and at most 1");
        }
    }

    /**
     * The next token.
     *
     * @param logits finite, of each token
     * @param index number of the token in what is generated
     */
    int choose(double[] logits, int index) {
        int best = IntStream.range(1, logits.length)
                .reduce(0, (first, other) -> logits[other] > logits[first] ? other : first);
        if (temperature == 0) {
            return best;
        }
        // Weights relative to the largest, which is 1: no temperature makes them overflow or vanish together.
        double[] weights = Arrays.stream(logits).map(z -> Math.exp((z - logits[best]) / temperature)).toArray();
        int[] order = IntStream.range(0, weights.length).boxed()
                .sorted(Comparator.comparingDouble((Integer token) -> -weights[token]).thenComparing(token -> token))
                .mapToInt(Integer::intValue).toArray();
        double all = Arrays.stream(weights).sum();
        double kept = 0;
        int size = 0;
        while (size < order.length && kept < topP * all) {
            kept += weights[order[size++]];
        }
        double draw = kept * RandomStreams.of(seed, "generated token", index).nextDouble();
        int chosen = 0;
        double below = weights[order[0]];
        while (chosen + 1 < size && draw >= below) {
            below += weights[order[++chosen]];
        }
        return order[chosen];
    }
}
