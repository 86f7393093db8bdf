package org.plumbline.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Writes a line about a training now and then: step, loss, learning rate, tokens a second, and an estimate of the time
 * left. Speed is that of the steps since the listener was made. The first and the last step always get a line.
 */
public final class ProgressLine implements TrainingListener {
    private final Appendable out;
    private final Duration interval;
    private final LongSupplier nanoTime;
    private final long start;
    private long lastLine;
    private long firstStep;
    private long tokens;

    /**
     * @param out receives whole lines, each ended by a line feed
     * @param interval least time between two lines
     */
    public ProgressLine(Appendable out, Duration interval) {
        this(out, interval, System::nanoTime);
    }

    /** With a clock of nanoseconds since any moment. */
    ProgressLine(Appendable out, Duration interval, LongSupplier nanoTime) {
        this.out = out;
        this.interval = interval;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    /**
     * @throws UncheckedIOException if the line cannot be written
     */
    @Override
    public void taken(TrainingStep step) {
        boolean first = firstStep == 0;
        if (first) {
            firstStep = step.step();
        }
        tokens += step.fedPositions();
        long now = nanoTime.getAsLong();
        if (!first && step.step() != step.steps() && now - lastLine < interval.toNanos()) {
            return;
        }
        lastLine = now;
        double seconds = Math.max(1, now - start) * 1e-9;
        double perStep = seconds / (step.step() - firstStep + 1);
        Duration left = Duration.ofSeconds(Math.round(perStep * (step.steps() - step.step())));
        try {
            out.append(String.format(Locale.ROOT,
                    "step %d of %d, loss %.4f, learning rate %.3g, %.0f tokens/s, %s left\n",
                    step.step(), step.steps(), step.loss(), step.learningRate(), tokens / seconds, spoken(left)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String spoken(Duration duration) {
        return duration.toHours() > 0
                ? duration.toHours() + " h " + duration.toMinutesPart() + " min"
                : duration.toMinutes() > 0
                        ? duration.toMinutes() + " min " + duration.toSecondsPart() + " s"
                        : duration.toSeconds() + " s";
    }
}
