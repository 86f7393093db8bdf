package org.plumbline.engine.vector;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector that the kernels on rows and elements are written with, and sums and maxima over its lanes.
 *
 * <p>The Vector API's own sum over lanes has no fixed order: it adds one by one until the code is compiled and by
 * halves from then on, so a result would change in its last place between two runs of one program. This one
 * always adds by halves.
 */
final class VectorLanes64 {

    /** Partial sums of a row: the lanes of the longest vector that is used. */
    static final int PARTIALS = 64 / Double.BYTES;

    static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED.length() <= PARTIALS
            ? DoubleVector.SPECIES_PREFERRED
            : DoubleVector.SPECIES_512;

    /** Elements of a vector. */
    static final int LANES = SPECIES.length();

    /** Whether it takes two vectors, or four, to hold all partial sums. */
    static final boolean TWO = LANES < PARTIALS;

    static final boolean FOUR = LANES < PARTIALS / 2;

    /**
     * Each lane beside its partner at distance 8, 4, 2 or 1; a distance that the vector does not have is never used.
     */
    private static final VectorShuffle<Double> BY_8 = partners(8);
    private static final VectorShuffle<Double> BY_4 = partners(4);
    private static final VectorShuffle<Double> BY_2 = partners(2);
    private static final VectorShuffle<Double> BY_1 = partners(1);

    private VectorLanes64() {}

    private static VectorShuffle<Double> partners(int distance) {
        return VectorShuffle.fromOp(SPECIES, lane -> (lane ^ distance) % LANES);
    }

    /**
     * Zeros. A method, as an accumulator that starts from a vector in a field is kept as an object throughout its loop.
     */
    static DoubleVector zero() {
        return DoubleVector.zero(SPECIES);
    }

    static DoubleVector broadcast(double value) {
        return DoubleVector.broadcast(SPECIES, value);
    }

    static DoubleVector load(double[] x, int at) {
        return DoubleVector.fromArray(SPECIES, x, at);
    }

    /**
     * Sum of all partial sums, by halves: number {@code i} and number {@code i + PARTIALS/2}, and so on. Vectors that
     * it does not take to hold them are not used.
     */
    static double sum(DoubleVector first, DoubleVector second, DoubleVector third, DoubleVector fourth) {
        if (FOUR) {
            return sum(first.add(third).add(second.add(fourth)));
        }
        return sum(TWO ? first.add(second) : first);
    }

    private static double sum(DoubleVector v) {
        DoubleVector folded = v;
        if (LANES > 8) {
            folded = folded.add(folded.rearrange(BY_8));
        }
        if (LANES > 4) {
            folded = folded.add(folded.rearrange(BY_4));
        }
        if (LANES > 2) {
            folded = folded.add(folded.rearrange(BY_2));
        }
        if (LANES > 1) {
            folded = folded.add(folded.rearrange(BY_1));
        }
        return folded.lane(0);
    }

    /**
     * {@code b > a ? b : a}, the comparison of the definitions; two instructions, where the API's maximum takes seven.
     */
    static DoubleVector max(DoubleVector a, DoubleVector b) {
        return a.blend(b, b.compare(VectorOperators.GT, a));
    }

    /** Largest of the lanes. */
    static double max(DoubleVector v) {
        DoubleVector folded = v;
        if (LANES > 8) {
            folded = max(folded, folded.rearrange(BY_8));
        }
        if (LANES > 4) {
            folded = max(folded, folded.rearrange(BY_4));
        }
        if (LANES > 2) {
            folded = max(folded, folded.rearrange(BY_2));
        }
        if (LANES > 1) {
            folded = max(folded, folded.rearrange(BY_1));
        }
        return folded.lane(0);
    }
}
