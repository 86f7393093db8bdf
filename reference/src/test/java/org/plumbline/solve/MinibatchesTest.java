package org.plumbline.solve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class MinibatchesTest {

    @Property(tries = 200)
    void aDrawIsASubsetInOrder(
            @ForAll @IntRange(min = 1, max = 50) int examples, @ForAll @IntRange(min = 1, max = 50) int size,
            @ForAll @IntRange(max = 1000) int step, @ForAll long seed) {
        int b = Math.min(size, examples);
        int[] draw = new Minibatches(b, seed).draw(examples, 0, step);
        assertEquals(b, draw.length);
        assertTrue(IntStream.range(1, b).allMatch(i -> draw[i - 1] < draw[i]));
        assertTrue(draw[0] >= 0 && draw[b - 1] < examples);
        assertArrayEquals(draw, new Minibatches(b, 3, 0.5, seed).draw(examples, 0, step));
        if (b == examples) {
            assertArrayEquals(IntStream.range(0, examples).toArray(), draw);
        }
    }

    /**
     * Each of the 10 subsets of 3 among 5 comes up in a tenth of 20,000 draws, within six standard deviations
     * {@code √(0.1 · 0.9 / 20,000)}; and one of the next step, or of the next repeat, in a tenth of those after it.
     */
    @Example
    void subsetsAreEquallyProbableAndDrawsIndependent() {
        int draws = 20_000;
        Map<String, Integer> counts = new HashMap<>();
        Map<String, Integer> equalNext = new HashMap<>();
        Minibatches minibatches = new Minibatches(3, 11);
        for (int step = 0; step < draws; step++) {
            int[] draw = minibatches.draw(5, 0, step);
            counts.merge(Arrays.toString(draw), 1, Integer::sum);
            equalNext.merge("step", Arrays.equals(draw, minibatches.draw(5, 0, step + 1)) ? 1 : 0, Integer::sum);
            equalNext.merge("repeat", Arrays.equals(draw, minibatches.draw(5, 1, step)) ? 1 : 0, Integer::sum);
            equalNext.merge("seed",
                    Arrays.equals(draw, new Minibatches(3, 12).draw(5, 0, step)) ? 1 : 0, Integer::sum);
        }
        double six = 6 * Math.sqrt(0.1 * 0.9 / draws);
        assertEquals(10, counts.size());
        counts.forEach((subset, count) -> assertEquals(0.1, (double) count / draws, six, subset));
        equalNext.forEach((what, count) -> assertEquals(0.1, (double) count / draws, six, what));
    }
}
