package org.plumbline.verification.bench;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * A loop that does nothing but fused multiply-adds on registers: the most operations per second that a core can do, and
 * so the measure of every product.
 *
 * <p>Twelve independent chains hide the latency of one operation; twice as many give the same.
 */
public final class FusedPeak {

    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int CHAINS = 12;

    private FusedPeak() {}

    /**
     * Returns the operations (a multiplication and an addition count as two) of {@link #doubles} with {@code steps}.
     */
    public static long doubleOperations(int steps) {
        return 2L * CHAINS * DOUBLES.length() * steps;
    }

    /** Returns the operations of {@link #floats} with {@code steps}. */
    public static long floatOperations(int steps) {
        return 2L * CHAINS * FLOATS.length() * steps;
    }

    /** Runs {@code steps} of every chain in double precision; the result only keeps the loop alive. */
    public static double doubles(int steps) {
        DoubleVector x = DoubleVector.broadcast(DOUBLES, 0.999);
        DoubleVector y = DoubleVector.broadcast(DOUBLES, 0.001);
        DoubleVector s0 = DoubleVector.broadcast(DOUBLES, 0);
        DoubleVector s1 = DoubleVector.broadcast(DOUBLES, 1);
        DoubleVector s2 = DoubleVector.broadcast(DOUBLES, 2);
        DoubleVector s3 = DoubleVector.broadcast(DOUBLES, 3);
        DoubleVector s4 = DoubleVector.broadcast(DOUBLES, 4);
        DoubleVector s5 = DoubleVector.broadcast(DOUBLES, 5);
        DoubleVector s6 = DoubleVector.broadcast(DOUBLES, 6);
        DoubleVector s7 = DoubleVector.broadcast(DOUBLES, 7);
        DoubleVector s8 = DoubleVector.broadcast(DOUBLES, 8);
        DoubleVector s9 = DoubleVector.broadcast(DOUBLES, 9);
        DoubleVector s10 = DoubleVector.broadcast(DOUBLES, 10);
        DoubleVector s11 = DoubleVector.broadcast(DOUBLES, 11);
        for (int i = 0; i < steps; i++) {
            s0 = s0.fma(x, y);
            s1 = s1.fma(x, y);
            s2 = s2.fma(x, y);
            s3 = s3.fma(x, y);
            s4 = s4.fma(x, y);
            s5 = s5.fma(x, y);
            s6 = s6.fma(x, y);
            s7 = s7.fma(x, y);
            s8 = s8.fma(x, y);
            s9 = s9.fma(x, y);
            s10 = s10.fma(x, y);
            s11 = s11.fma(x, y);
        }
        return s0.add(s1).add(s2).add(s3).add(s4).add(s5).add(s6)
                .add(s7).add(s8).add(s9).add(s10).add(s11)
                .reduceLanes(VectorOperators.ADD);
    }

    /** Runs {@code steps} of every chain in single precision; the result only keeps the loop alive. */
    public static float floats(int steps) {
        FloatVector x = FloatVector.broadcast(FLOATS, 0.999f);
        FloatVector y = FloatVector.broadcast(FLOATS, 0.001f);
        FloatVector s0 = FloatVector.broadcast(FLOATS, 0);
        FloatVector s1 = FloatVector.broadcast(FLOATS, 1);
        FloatVector s2 = FloatVector.broadcast(FLOATS, 2);
        FloatVector s3 = FloatVector.broadcast(FLOATS, 3);
        FloatVector s4 = FloatVector.broadcast(FLOATS, 4);
        FloatVector s5 = FloatVector.broadcast(FLOATS, 5);
        FloatVector s6 = FloatVector.broadcast(FLOATS, 6);
        FloatVector s7 = FloatVector.broadcast(FLOATS, 7);
        FloatVector s8 = FloatVector.broadcast(FLOATS, 8);
        FloatVector s9 = FloatVector.broadcast(FLOATS, 9);
        FloatVector s10 = FloatVector.broadcast(FLOATS, 10);
        FloatVector s11 = FloatVector.broadcast(FLOATS, 11);
        for (int i = 0; i < steps; i++) {
            s0 = s0.fma(x, y);
            s1 = s1.fma(x, y);
            s2 = s2.fma(x, y);
            s3 = s3.fma(x, y);
            s4 = s4.fma(x, y);
            s5 = s5.fma(x, y);
            s6 = s6.fma(x, y);
            s7 = s7.fma(x, y);
            s8 = s8.fma(x, y);
            s9 = s9.fma(x, y);
            s10 = s10.fma(x, y);
            s11 = s11.fma(x, y);
        }
        return s0.add(s1).add(s2).add(s3).add(s4).add(s5).add(s6)
                .add(s7).add(s8).add(s9).add(s10).add(s11)
                .reduceLanes(VectorOperators.ADD);
    }
}
