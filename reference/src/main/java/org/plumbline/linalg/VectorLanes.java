package org.plumbline.linalg;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector that the loops of the eigendecomposition are written with: the machine's own, of at most
 * {@value #PARTIALS} numbers. The engine's is not public, so that none of its signatures shows the Vector API.
 */
final class VectorLanes {

    /** Partial sums of a row: the lanes of the longest vector that is used. */
    static final int PARTIALS = 8;

    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED.length() <= PARTIALS
            ? DoubleVector.SPECIES_PREFERRED
            : DoubleVector.SPECIES_512;

    /** Elements of a vector. */
    static final int LANES = SPECIES.length();

    private VectorLanes() {}

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
}
