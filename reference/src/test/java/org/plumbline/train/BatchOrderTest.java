package org.plumbline.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.plumbline.random.RandomStreams;

class BatchOrderTest {

    private static List<Integer> epoch(BatchOrder order, int epoch) {
        List<Integer> seen = new ArrayList<>();
        for (long step = 1; step <= order.batchesPerEpoch(); step++) {
            Arrays.stream(order.batch(epoch * order.batchesPerEpoch() + step)).forEach(seen::add);
        }
        return seen;
    }

    @Property(tries = 300)
    void everyEpochSeesEachExampleOnce(
            @ForAll @IntRange(min = 1, max = 40) int examples, @ForAll @IntRange(min = 1, max = 50) int batch,
            @ForAll long seed, @ForAll @IntRange(max = 5) int epoch) {
        List<Integer> seen = epoch(new BatchOrder(examples, batch, seed), epoch);
        assertEquals(IntStream.range(0, examples).boxed().toList(), seen.stream().sorted().toList());
    }

    @Property(tries = 300)
    void aBatchIsAFunctionOfSeedAndStep(
            @ForAll @IntRange(min = 1, max = 40) int examples, @ForAll @IntRange(min = 1, max = 10) int batch,
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 100) int step) {
        BatchOrder inSequence = new BatchOrder(examples, batch, seed);
        for (int earlier = 1; earlier < step; earlier++) {
            inSequence.batch(earlier);
        }
        int[] found = inSequence.batch(step);
        assertArrayEquals(new BatchOrder(examples, batch, seed).batch(step), found);
        assertTrue(found.length > 0 && found.length <= batch);
    }

    @Test
    void epochsAndSeedsHaveOrdersOfTheirOwn() {
        // 20! orders: two equal ones are a fault.
        BatchOrder order = new BatchOrder(20, 3, 7);
        assertNotEquals(epoch(order, 0), epoch(order, 1));
        assertNotEquals(epoch(order, 0), epoch(new BatchOrder(20, 3, 8), 0));
    }

    @Property(tries = 300)
    void streamsAreKeyedBySeedPurposeAndIndex(@ForAll long seed, @ForAll @IntRange(max = 1000) int index) {
        long number = RandomStreams.of(seed, "a", index).nextLong();
        assertEquals(number, RandomStreams.of(seed, "a", index).nextLong());
        assertNotEquals(number, RandomStreams.of(seed, "b", index).nextLong());
        assertNotEquals(number, RandomStreams.of(seed + 1, "a", index).nextLong());
        assertNotEquals(number, RandomStreams.of(seed, "a", index + 1).nextLong());
    }
}
