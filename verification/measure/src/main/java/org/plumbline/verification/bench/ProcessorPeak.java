package org.plumbline.verification.bench;

import java.util.Optional;
import org.plumbline.engine.Workers;

/** {@link FusedPeak} in single precision on all threads at once. */
public final class ProcessorPeak implements Peak {
    private static final int STEPS = 100_000;
    private static final long NANOS = 200_000_000;
    private static final int ROUNDS = 30;

    private final Workers workers;
    private double peak;

    /** On the threads of {@code workers}. */
    public ProcessorPeak(Workers workers) {
        this.workers = workers;
    }

    /** Keeps the largest speed of any round: whatever else runs can only slow one down. */
    @Override
    public double measure() {
        double[] sink = new double[workers.threads()];
        long start = System.nanoTime();
        // A number of rounds besides, for the compilers on a machine that is busy.
        for (int round = 0; round < ROUNDS || System.nanoTime() - start < NANOS; round++) {
            long begin = System.nanoTime();
            workers.forEach(workers.threads(), i -> sink[i] += FusedPeak.floats(STEPS));
            peak = Math.max(peak,
                    (double) FusedPeak.floatOperations(STEPS) * workers.threads() / (System.nanoTime() - begin));
        }
        return peak;
    }

    @Override
    public Optional<String> note() {
        return Optional.empty();
    }

    @Override
    public boolean ofProcessors() {
        return true;
    }
}
