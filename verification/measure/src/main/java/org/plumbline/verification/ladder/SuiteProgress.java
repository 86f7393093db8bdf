package org.plumbline.verification.ladder;

import java.util.Locale;
import java.util.function.Consumer;

/** Says how far a suite is and how long it may still take, from the work done so far. Thread-safe. */
final class SuiteProgress {
    private static final long INTERVAL = 2_000_000_000L;

    private final Consumer<String> out;
    private final double total;
    private double done;
    private double skipped;
    private long start = System.nanoTime();
    private long last;

    /**
     * @param total work of the suite, in any unit
     */
    SuiteProgress(double total, Consumer<String> out) {
        this.total = total;
        this.out = out;
    }

    /** Some work was done. */
    synchronized void did(double work, String what) {
        done += work;
        long now = System.nanoTime();
        if (now - last > INTERVAL) {
            last = now;
            double seconds = (now - start) * 1e-9;
            double left = seconds * Math.max(0, total - skipped - done) / done;
            out.accept(String.format(Locale.ROOT, "%3.0f %%  %s, about %.0f s left",
                    100 * Math.min(1, (done + skipped) / total), what, left));
        }
    }

    /** Some work was found done by an earlier run. */
    synchronized void found(double work, String what) {
        skipped += work;
        out.accept(String.format(Locale.ROOT, "%3.0f %%  %s: found from an earlier run",
                100 * Math.min(1, (done + skipped) / total), what));
    }
}
