package org.plumbline.verification.scale;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

/** What is made of the times of runs; the times themselves are given. */
class ScaleProbeTest {

    private static DoubleSupplier runs(AtomicInteger count, double... seconds) {
        return () -> seconds[Math.min(count.getAndIncrement(), seconds.length - 1)];
    }

    /** A second run is far from warm: of twenty thousand short documents, planned from it, four times too much. */
    @Test
    void aPassIsRunUntilItIsWarm() {
        AtomicInteger count = new AtomicInteger();
        ScaleProbe.Times times = ScaleProbe.Times.of(runs(count, 0.8, 0.4, 0.2, 0.1));
        assertEquals(0.1, times.warm());
        assertEquals(0.7 + 0.3 + 0.1, times.once(), 1e-15);
        assertTrue(count.get() > 4);
    }

    /** Passes that take long are warm when they end, and are run twice. */
    @Test
    void aLongPassIsRunTwice() {
        AtomicInteger count = new AtomicInteger();
        ScaleProbe.Times times = ScaleProbe.Times.of(runs(count, 30, 25, 1));
        assertEquals(2, count.get());
        assertEquals(25, times.warm());
        assertEquals(5, times.once());
    }

    /** Time goes with the positions that run. */
    @Test
    void aCostIsPaidOnceAndForEachPosition() {
        assertEquals(3 + 0.5 * 24 * 100, new ScaleProbe.Cost(0.5, 3).seconds(24 * 100));
    }
}
