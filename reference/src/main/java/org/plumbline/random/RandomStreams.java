package org.plumbline.random;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.random.RandomGenerator.SplittableGenerator;
import java.util.random.RandomGeneratorFactory;
import org.plumbline.io.Hashes;

/**
 * Random generators by key: whoever asks for the same seed, purpose and index gets the same numbers, whatever was drawn
 * before and elsewhere. Generators of different keys are independent.
 */
public final class RandomStreams {
    private static final RandomGeneratorFactory<SplittableGenerator> FACTORY =
            RandomGeneratorFactory.of("L64X128MixRandom");

    private RandomStreams() {}

    /**
     * A new generator.
     *
     * @param seed the seed of the whole run
     * @param purpose what the numbers are for
     * @param index which of the generators for this purpose: an epoch, a sequence
     */
    public static SplittableGenerator of(long seed, String purpose, long index) {
        // A hash of the key: neighboring seeds and indices share nothing, and no sum of two keys
        // collides with a third.
        byte[] key = (seed + " " + index + " " + purpose).getBytes(StandardCharsets.UTF_8);
        return FACTORY.create(HexFormat.of().parseHex(Hashes.sha256(key)));
    }

    /** The numbers below {@code count} in a random order, each order as likely as any other. */
    public static int[] permutation(RandomGenerator random, int count) {
        int[] permutation = new int[count];
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i + 1);
            permutation[i] = permutation[j];
            permutation[j] = i;
        }
        return permutation;
    }
}
