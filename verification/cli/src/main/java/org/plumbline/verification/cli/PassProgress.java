package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.plumbline.batch.PassListener;

/** A line about a pass once a second: sequences done, speed, and an estimate of the time left. */
final class PassProgress implements PassListener {
    private static final long INTERVAL = 1_000_000_000L;

    private final String pass;
    private final PrintWriter err;
    private final long begin = System.nanoTime();
    private long last = begin;

    PassProgress(String pass, PrintWriter err) {
        this.pass = pass;
        this.err = err;
    }

    @Override
    public void merged(int done, int total) {
        long now = System.nanoTime();
        if (done < total && now - last < INTERVAL) {
            return;
        }
        last = now;
        double speed = done / (Math.max(1, now - begin) * 1e-9);
        err.println(String.format(Locale.ROOT, "%s: %,d of %,d sequences, %.0f a second, %.0f s left",
                pass, done, total, speed, (total - done) / speed));
        err.flush();
    }

    /**
     * Collects what a stage has let go of. Its arrays are large and few, and a collector that would rather grow than
     * look for them would let the next stage stand beside them: the peak would be the sum of the stages and not the
     * largest.
     */
    @Override
    public void released() {
        System.gc();
    }
}
