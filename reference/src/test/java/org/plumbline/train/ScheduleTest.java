package org.plumbline.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    @Property
    void warmUpRisesAndTheCosineFallsBetweenFloorAndPeak(
            @ForAll @DoubleRange(min = 1e-6, max = 1) @Scale(6) double peak,
            @ForAll @DoubleRange(min = 0, max = 1) double floorShare,
            @ForAll @LongRange(min = 0, max = 30) long warmup,
            @ForAll @LongRange(min = 1, max = 50) long rest) {
        double floor = floorShare * peak;
        long steps = warmup + rest;
        Schedule schedule = new Schedule.WarmupCosine(peak, floor, warmup, steps);
        // floor + (peak − floor) rounds twice.
        double slack = 2 * Math.ulp(peak);
        for (long step = 1; step <= steps + 3; step++) {
            double rate = schedule.rate(step);
            assertTrue(rate <= peak + slack && rate > 0 || floor == 0 && rate == 0);
            if (step <= warmup) {
                assertTrue(rate > (step == 1 ? 0 : schedule.rate(step - 1)));
            } else {
                assertTrue(rate >= floor);
                assertTrue(step == 1 || rate <= schedule.rate(step - 1) + slack);
            }
        }
        assertEquals(floor, schedule.rate(steps));
        assertEquals(floor, schedule.rate(steps + 3));
        if (warmup > 0) {
            assertEquals(peak, schedule.rate(warmup));
        }
    }

    /** Peak 1, floor 0.2, warm-up 4, then 6 steps of cosine: cos(π/3) = ½, cos(π/2) = 0, cos(2π/3) = −½. */
    @Test
    void knownValues() {
        Schedule schedule = new Schedule.WarmupCosine(1, 0.2, 4, 10);
        // The cosine of an argument that is wrong by one rounding, and three roundings of numbers up to 1.
        double tolerance = 8 * Math.ulp(1.0);
        assertEquals(0.25, schedule.rate(1));
        assertEquals(0.75, schedule.rate(3));
        assertEquals(1, schedule.rate(4));
        assertEquals(0.8, schedule.rate(6), tolerance);
        assertEquals(0.6, schedule.rate(7), tolerance);
        assertEquals(0.4, schedule.rate(8), tolerance);
        assertEquals(0.2, schedule.rate(10));
        assertEquals(0.3, new Schedule.Constant(0.3).rate(12345));
    }

    @Test
    void impossibleSchedulesAreRefused() {
        assertThrows(TrainingException.class, () -> new Schedule.Constant(-1));
        assertThrows(TrainingException.class, () -> new Schedule.Constant(Double.NaN));
        assertThrows(TrainingException.class, () -> new Schedule.WarmupCosine(0.1, 0.2, 0, 10));
        assertThrows(TrainingException.class, () -> new Schedule.WarmupCosine(0.1, 0, 10, 10));
        assertThrows(TrainingException.class, () -> new Schedule.WarmupCosine(0.1, 0, -1, 10));
        assertThrows(TrainingException.class, () -> new Schedule.WarmupCosine(0.1, 0, 0, 0));
    }
}
