package org.plumbline.random;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The generators that labels are drawn with, one for each seed, sequence, draw and fed position. Whoever samples labels
 * under the same key samples the same ones, whatever the padding, the batch or the thread.
 */
public final class LabelDraws {
    private LabelDraws() {}

    /**
     * @param sequence index of the sequence in the data
     * @param draw which of several draws
     * @param ordinal number of the position among the fed ones of its sequence, so that padding does not move it
     */
    public static RandomGenerator generator(long seed, int sequence, int draw, int ordinal) {
        // Mixing the key in steps keeps neighboring keys from giving neighboring generators.
        long key = new SplittableRandom(seed).nextLong() + sequence;
        key = new SplittableRandom(key).nextLong() + draw;
        key = new SplittableRandom(key).nextLong() + ordinal;
        return new SplittableRandom(key);
    }
}
