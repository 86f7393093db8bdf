package org.plumbline.engine.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The exponential of arrays against {@link StrictMath#exp}, over the whole range and at its ends. */
class VectorExponentialTest {

    /** Both are within one unit in the last place of the true value. */
    @Property(tries = 200)
    void doublesAreWithinTwoUnits(@ForAll @DoubleRange(min = -750, max = 715) double around, @ForAll long seed) {
        double[] x = new SplittableRandom(seed).doubles(100, around - 1, around + 1).toArray();
        double[] y = new double[x.length];
        VectorExponential64.exp(x, y, 0, x.length);
        for (int i = 0; i < x.length; i++) {
            double expected = StrictMath.exp(x[i]);
            assertTrue(y[i] == expected || Math.abs(y[i] - expected) <= 2 * Math.ulp(expected),
                    "exp " + x[i] + " = " + y[i]);
        }
    }

    /**
     * The expected value is rounded from double precision, half a unit; the function itself is within one and a half.
     */
    @Property(tries = 200)
    void floatsAreWithinTwoUnits(@ForAll @DoubleRange(min = -106, max = 91) double around, @ForAll long seed) {
        float[] x = new float[100];
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextDouble(around - 1, around + 1);
        }
        float[] y = new float[x.length];
        VectorExponential32.exp(x, y, 0, x.length);
        for (int i = 0; i < x.length; i++) {
            float expected = (float) StrictMath.exp(x[i]);
            assertTrue(y[i] == expected || Math.abs(y[i] - expected) <= 2 * Math.ulp(expected),
                    "exp " + x[i] + " = " + y[i]);
        }
    }

    @Property(tries = 100)
    void anElementDependsNeitherOnItsPlaceNorOnItsNeighbors(
            @ForAll @IntRange(min = 1, max = 50) int length, @ForAll long seed) {
        double[] x = new SplittableRandom(seed).doubles(length, -20, 20).toArray();
        double[] together = new double[length];
        VectorExponential64.exp(x, together, 0, length);
        double[] alone = new double[length];
        for (int i = 0; i < length; i++) {
            VectorExponential64.exp(x, alone, i, i + 1);
        }
        assertArrayEquals(together, alone);
    }

    @Test
    void theEndsOfTheRangeAreThoseOfTheDefinition() {
        double[] x = {0, -0.0, Double.MIN_VALUE, 709.782712893384, 709.7827128933841, 710, 1e308,
                Double.POSITIVE_INFINITY, -745.13321910194122, -745.1332191019412, -745.2, -1e308,
                Double.NEGATIVE_INFINITY, Double.NaN};
        double[] y = new double[x.length];
        VectorExponential64.exp(x, y, 0, x.length);
        for (int i = 0; i < x.length; i++) {
            double expected = StrictMath.exp(x[i]);
            assertEquals(expected, y[i], 2 * Math.ulp(Double.isFinite(expected) ? expected : 0), "exp " + x[i]);
        }
    }

    @Test
    void theEndsOfTheRangeInSinglePrecision() {
        float[] x = {0, 88.72283f, 88.72284f, 89, Float.MAX_VALUE, Float.POSITIVE_INFINITY, -103.97207f, -103.97209f,
                -104, -Float.MAX_VALUE, Float.NEGATIVE_INFINITY, Float.NaN};
        float[] y = new float[x.length];
        VectorExponential32.exp(x, y, 0, x.length);
        for (int i = 0; i < x.length; i++) {
            float expected = (float) StrictMath.exp(x[i]);
            assertEquals(expected, y[i], 2 * Math.ulp(Float.isFinite(expected) ? expected : 0), "exp " + x[i]);
        }
    }
}
