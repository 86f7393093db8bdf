package org.plumbline.solve;

import java.util.BitSet;
import java.util.random.RandomGenerator;
import org.plumbline.curvature.SolveException;
import org.plumbline.random.RandomStreams;

/**
 * How a stationary iteration multiplies by samples of a curvature instead of all of it. Each step draws {@code b} of
 * the {@code N} examples without replacement, anew and independently of the steps before, and multiplies all right
 * sides by the mean over them; damping is not drawn, it is exact.
 *
 * <p>Independent draws are what makes the mean of the iterate over all draws the iterate of the whole curvature, at
 * every step: an iterate is linear in the operator of each step, and that of the next one does not depend on it. Going
 * through the data epoch by epoch would spoil that. Without replacement within a step, {@code b = N} is no sample but
 * the whole, to the last bit.
 *
 * @param size {@code b}, at least 1
 * @param repeats number of independent runs whose results are averaged (Koh and Liang, 2017), at least 1: their noise
 *     falls with the root of it, and what the steps have not reached does not
 * @param tail share of the last iterates that are averaged (Polyak and Juditsky, 1992), from 0, the last one alone, to
 *     less than 1: noise falls where steps are many, at the price of steps that went less far
 * @param seed of the draws; they depend on it, the repeat and the step alone
 */
public record Minibatches(int size, int repeats, double tail, long seed) {

    /**
     * @throws SolveException if a setting is out of range
     */
    public Minibatches {
        if (size < 1) {
            throw new SolveException("found minibatches of " + size + ", expected at least 1");
        }
        if (repeats < 1) {
            throw new SolveException("found " + repeats + " repeats, expected at least 1");
        }
        if (!(tail >= 0 && tail < 1)) {
            throw new SolveException("found a tail of " + tail + ", expected at least 0 and less than 1");
        }
    }

    /** One run, whose last iterate is the result. */
    public Minibatches(int size, long seed) {
        this(size, 1, 0, seed);
    }

    /** How many of so many iterates are averaged. */
    int averaged(int steps) {
        return Math.max(1, (int) Math.ceil(tail * steps));
    }

    /**
     * @throws SolveException if there are fewer examples than a minibatch has
     */
    void requireFits(int examples) {
        if (size > examples) {
            throw new SolveException(
                    "found minibatches of " + size + ", expected at most " + examples + ", the number of examples");
        }
    }

    /** The examples of one step, ascending: each subset of the size with the same probability (Floyd's algorithm). */
    int[] draw(int examples, int repeat, int step) {
        RandomGenerator random = RandomStreams.of(seed, "minibatch " + repeat, step);
        BitSet drawn = new BitSet(examples);
        for (int last = examples - size; last < examples; last++) {
            int one = random.nextInt(last + 1);
            drawn.set(drawn.get(one) ? last : one);
        }
        return drawn.stream().toArray();
    }
}
