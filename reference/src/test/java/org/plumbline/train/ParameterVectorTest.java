package org.plumbline.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.plumbline.engine.Workers;
import org.plumbline.model.ParameterSpace;
import org.plumbline.program.Shape;
import org.plumbline.random.RandomStreams;

class ParameterVectorTest {

    private static ParameterVector random(int size, long seed) {
        SequencedMap<String, Shape> shapes = new LinkedHashMap<>();
        shapes.put("first", Shape.of(size));
        shapes.put("second", Shape.of(3, 2));
        ParameterVector vector = ParameterVector.zeros(new ParameterSpace(shapes));
        RandomGenerator random = RandomStreams.of(seed, "test vector", 0);
        vector.names().forEach(name -> {
            double[] array = vector.array(name);
            for (int i = 0; i < array.length; i++) {
                array[i] = random.nextGaussian();
            }
        });
        return vector;
    }

    @Property(tries = 200)
    void clippingBoundsTheNormAndKeepsTheDirection(
            @ForAll @IntRange(min = 1, max = 300) int size, @ForAll long seed,
            @ForAll @DoubleRange(min = 0.01, max = 50) double bound) {
        ParameterVector original = random(size, seed);
        ParameterVector clipped = random(size, seed);
        double norm = clipped.clip(Workers.serial(), bound);
        assertEquals(original.norm(Workers.serial()), norm);
        if (norm <= bound) {
            Trainings.assertSame(original, clipped);
            return;
        }
        // n squares summed: relative error n·2⁻⁵³ of the sum, half of it in the norm, twice (before and after); and the
        // rounding of factor and products.
        double relative = (size + 6 + 4) * Math.ulp(1.0);
        assertEquals(bound, clipped.norm(Workers.serial()), bound * relative);
        original.names().forEach(name -> {
            for (int i = 0; i < original.array(name).length; i++) {
                double expected = original.array(name)[i] * (bound / norm);
                assertEquals(expected, clipped.array(name)[i]);
            }
        });
    }

    /** Long enough for many chunks, so that a sum in the order of completion would show. */
    @Property(tries = 10)
    void normAndClippingDoNotDependOnThreads(
            @ForAll @IntRange(min = 20_000, max = 70_000) int size, @ForAll long seed) {
        ParameterVector alone = random(size, seed);
        ParameterVector shared = random(size, seed);
        try (Workers workers = Workers.of(3)) {
            assertEquals(alone.clip(Workers.serial(), 1), shared.clip(workers, 1));
            Trainings.assertSame(alone, shared);
        }
    }

    @Property(tries = 50)
    void theNormIsThatOfAllParametersTogether(@ForAll @IntRange(min = 1, max = 20_000) int size, @ForAll long seed) {
        ParameterVector vector = random(size, seed);
        double squares = 0;
        for (String name : vector.names()) {
            for (double x : vector.array(name)) {
                squares += x * x;
            }
        }
        // Two orders of summing n positive numbers differ by at most 2n·2⁻⁵³ of the sum; the root halves it.
        double norm = vector.norm(Workers.serial());
        assertEquals(Math.sqrt(squares), norm, norm * (size + 7) * Math.ulp(1.0));
        assertTrue(norm > 0);
    }
}
