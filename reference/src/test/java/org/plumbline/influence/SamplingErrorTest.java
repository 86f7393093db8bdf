package org.plumbline.influence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** What the halves of a sample say about it. */
class SamplingErrorTest {

    /**
     * Of means, the square of the standard error is unbiased: over many samples it averages to the mean square of the
     * errors. A mean has no bias, and that of the halves is the mean itself.
     */
    @Example
    void squaredErrorsOfMeansAreUnbiased() {
        SplittableRandom random = new SplittableRandom(1);
        int training = 30;
        int sampled = 12;
        double[] values = random.doubles(training).map(x -> 1 + x * x).toArray();
        double mean = Arrays.stream(values).average().orElseThrow();
        double estimated = 0;
        double actual = 0;
        int trials = 20_000;
        for (int t = 0; t < trials; t++) {
            for (int i = 0; i < sampled; i++) {
                int j = random.nextInt(i, training);
                double kept = values[i];
                values[i] = values[j];
                values[j] = kept;
            }
            double first = Arrays.stream(values, 0, sampled / 2).average().orElseThrow();
            double second = Arrays.stream(values, sampled / 2, sampled).average().orElseThrow();
            double score = (first + second) / 2;
            SamplingError error = SamplingError.of(sampled, training, new double[][] {{score}},
                    new double[][] {{first}}, new double[][] {{second}});
            assertEquals(0, error.biases()[0], 4 * Math.ulp(1.0));
            estimated += Math.pow(error.standardErrors()[0] * score, 2) / trials;
            actual += Math.pow(score - mean, 2) / trials;
        }
        // Both are means of squares of nearly normal numbers, with a relative deviation of √(2/trials) = 1 % each.
        assertEquals(1, estimated / actual, 5 * Math.sqrt(2.0 * 2 / trials));
    }

    /** A bias of {@code c (1/m − 1/N)} is found, whatever {@code c}. */
    @Property(tries = 100)
    void biasesOfFirstOrderAreFound(
            @ForAll @DoubleRange(min = -2, max = 2) double c, @ForAll @IntRange(min = 2, max = 40) int half,
            @ForAll @IntRange(min = 0, max = 100) int left) {
        int sampled = 2 * half;
        int training = sampled + left;
        double score = 1 + c / sampled;
        double ofHalf = 1 + c / half;
        SamplingError error = SamplingError.of(sampled, training, new double[][] {{score}},
                new double[][] {{ofHalf}}, new double[][] {{ofHalf}});
        double expected = score == 0 ? 0 : Math.abs(c * (1.0 / sampled - 1.0 / training)) / Math.abs(score);
        // A handful of roundings of numbers up to 2, divided by the score.
        assertEquals(expected, error.biases()[0], 1e-14 * (1 + 1 / Math.abs(score)));
        assertEquals(0, error.standardErrors()[0]);
    }
}
