package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.plumbline.batch.PassListener;

/**
 * A line about a pass once a second: sequences done, speed, an estimate of the time left, and the positions that ran,
 * without and with padding.
 */
final class PassProgress implements PassListener {
    private static final long INTERVAL = 1_000_000_000L;

    private final String pass;
    private final PrintWriter err;
    private final long begin = System.nanoTime();
    private long last = begin;
    private long fed;
    private long run;

    PassProgress(String pass, PrintWriter err) {
        this.pass = pass;
        this.err = err;
    }

    @Override
    public void ran(long more, long moreRun) {
        fed += more;
        run += moreRun;
    }

    @Override
    public void merged(int done, int total) {
        long now = System.nanoTime();
        if (done < total && now - last < INTERVAL) {
            return;
        }
        last = now;
        double speed = done / (Math.max(1, now - begin) * 1e-9);
        err.println(String.format(Locale.ROOT, "%s: %,d of %,d sequences, %.0f a second, %.0f s left%s",
                pass, done, total, speed, (total - done) / speed, positions()));
        err.flush();
    }

    /** Nothing in a pass that does not run over positions. */
    private String positions() {
        return run == 0 ? "" : String.format(Locale.ROOT, "; %,d positions, %,d with padding", fed, run);
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
