package org.plumbline.verification.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DistributionTest {

    @Property(tries = 200)
    void everyScoreIsInOneBin(@ForAll @Size(min = 1, max = 60) List<@DoubleRange(min = -1e6, max = 1e6) Double> list) {
        double[] scores = list.stream().mapToDouble(Double::doubleValue).toArray();
        Distribution whole = Distribution.of(scores);
        assertEquals(list.stream().filter(score -> score > 0).count(),
                whole.bins().stream().mapToInt(Distribution.Bin::raising).sum());
        assertEquals(list.stream().filter(score -> score < 0).count(),
                whole.bins().stream().mapToInt(Distribution.Bin::lowering).sum());
        assertEquals(whole.raising() == 0, whole.coverage().isEmpty());
        if (whole.raising() > 0) {
            assertEquals(whole.raising(), whole.coverage().getLast().count());
            // The last share is a sum divided by itself.
            assertEquals(1, whole.coverage().getLast().share());
        }
    }

    /** {@code x = u^(−1/(α − 1))} follows the law of exponent α; an exponential tail is much shorter. */
    @Test
    void aPowerLawIsToldFromAnExponentialTail() {
        SplittableRandom random = new SplittableRandom(5);
        double[] law = IntStream.range(0, 20_000)
                .mapToDouble(_ -> Math.pow(1 - random.nextDouble(), -1 / 1.5)).toArray();
        Distribution.Tail tail = assertNotNull(Distribution.of(law).tail());
        assertEquals(2000, tail.count());
        // Five standard errors: one seed in two million would be further off.
        assertEquals(2.5, tail.exponent(), 5 * tail.error());
        assertTrue(tail.isPlausible());
        double[] exponential = IntStream.range(0, 20_000)
                .mapToDouble(_ -> -Math.log(1 - random.nextDouble())).toArray();
        assertFalse(assertNotNull(Distribution.of(exponential).tail()).isPlausible());
        assertNull(Distribution.of(new double[] {1, 2, 3}).tail());
    }

    private static <T> T assertNotNull(T value) {
        org.junit.jupiter.api.Assertions.assertNotNull(value);
        return value;
    }

    @Test
    void keywordsTellTheSignsApart() {
        Keywords words = Keywords.of(List.of("the stone bridge", "a stone bridge by the sea"),
                List.of("the tall tower", "a tower by the sea"));
        assertEquals("bridge", words.supporting().getFirst().word());
        assertEquals("stone", words.supporting().get(1).word());
        assertEquals("tower", words.opposing().getFirst().word());
    }
}
