package org.plumbline.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressLineTest {

    private static final long SECOND = 1_000_000_000L;

    /** Ten steps of two seconds and 100 tokens each: 50 tokens/s; a line at most every five seconds. */
    @Test
    void aLineNowAndThenTellsSpeedAndTimeLeft() {
        AtomicLong clock = new AtomicLong(7);
        StringBuilder out = new StringBuilder();
        ProgressLine progress = new ProgressLine(out, Duration.ofSeconds(5), clock::get);
        for (int step = 1; step <= 10; step++) {
            clock.addAndGet(2 * SECOND);
            progress.taken(new TrainingStep(step, 10, 2.5, 1, 3e-4, 4, 100));
        }
        assertEquals(
                """
                step 1 of 10, loss 2.5000, learning rate 0.000300, 50 tokens/s, 18 s left
                step 4 of 10, loss 2.5000, learning rate 0.000300, 50 tokens/s, 12 s left
                step 7 of 10, loss 2.5000, learning rate 0.000300, 50 tokens/s, 6 s left
                step 10 of 10, loss 2.5000, learning rate 0.000300, 50 tokens/s, 0 s left
                """,
                out.toString());
    }

    /** Speed is that of this run: the 5000 steps before it was resumed took it no time. */
    @Test
    void aResumedRunEstimatesFromItsOwnSteps() {
        AtomicLong clock = new AtomicLong();
        StringBuilder out = new StringBuilder();
        ProgressLine progress = new ProgressLine(out, Duration.ZERO, clock::get);
        clock.addAndGet(2 * SECOND);
        progress.taken(new TrainingStep(5001, 8801, 1, 1, 0.1, 4, 30));
        clock.addAndGet(2 * SECOND);
        progress.taken(new TrainingStep(5002, 5034, 1, 1, 0.1, 4, 30));
        assertEquals(
                """
                step 5001 of 8801, loss 1.0000, learning rate 0.100, 15 tokens/s, 2 h 6 min left
                step 5002 of 5034, loss 1.0000, learning rate 0.100, 15 tokens/s, 1 min 4 s left
                """,
                out.toString());
    }
}
