package org.plumbline.verification.scale;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
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
        ScaleProbe.Times times = ScaleProbe.Times.of(1000, runs(count, 0.8, 0.4, 0.2, 0.125));
        assertEquals(0.125, times.warm());
        assertEquals(List.of(0.8 - 0.125, 0.4 - 0.125, 0.2 - 0.125), times.warming());
        // Four that get faster, and as many as take one and a half seconds.
        assertEquals(4 + 12, count.get());
    }

    /** A pass that gets faster and faster ends after twelve seconds; data of three samples are worth three runs. */
    @Test
    void runsAreNoMoreThanTheDataAreWorth() {
        AtomicInteger count = new AtomicInteger();
        ScaleProbe.Times.of(1000, runs(count, 8, 4, 2, 1, 0.5));
        assertEquals(2, count.get());
        count.set(0);
        assertEquals(List.of(0.75, 0.25), ScaleProbe.Times.of(3, runs(count, 1, 0.5, 0.25, 0.125)).warming());
        assertEquals(3, count.get());
    }

    /** Passes that take long are warm when they end, and are run twice. */
    @Test
    void aLongPassIsRunTwice() {
        AtomicInteger count = new AtomicInteger();
        ScaleProbe.Times times = ScaleProbe.Times.of(1, runs(count, 30, 25, 1));
        assertEquals(2, count.get());
        assertEquals(25, times.warm());
        assertEquals(List.of(5.0), times.warming());
    }

    /** Time goes with the positions that run, and no more is cold than runs. */
    @Test
    void aCostIsPaidOnceAndForEachPosition() {
        ScaleProbe.Cost cost = new ScaleProbe.Cost(0.5, 3, 100, List.of(8.0, 2.0));
        assertEquals(3 + 0.5 * 2400 + 10, cost.seconds(2400));
        assertEquals(3 + 0.5 * 150 + 8 + 1, cost.seconds(150));
        assertEquals(3 + 0.5 * 50 + 4, cost.seconds(50));
    }
}
