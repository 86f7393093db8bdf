package org.plumbline.verification.bench;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.plumbline.engine.Workers;
import org.plumbline.engine.vector.VectorSupport;

/**
 * Measures the peak of fused multiply-adds and the speed of matrix products in one process, and prints the products
 * as shares of the peak.
 *
 * <p>Rounds of a product and of the peak take turns, and each counts with its best round, since whatever else
 * runs can only slow a round down. So the ratio holds on a machine that is shared or changes its clock; the
 * absolute numbers do not.
 */
public final class MatmulReport {

    private static final long WARM_UP_NANOS = 800_000_000;
    private static final long ROUND_NANOS = 30_000_000;
    private static final int ROUNDS = 12;
    private static final int PEAK_STEPS = 100_000;

    private final PrintStream out;

    private MatmulReport(PrintStream out) {
        this.out = out;
    }

    /** Prints the report for one and for two threads, or for the numbers of threads given. */
    public static void main(String[] arguments) {
        int[] threads = arguments.length == 0 ? new int[] {1, 2}
                : Arrays.stream(arguments).mapToInt(Integer::parseInt).toArray();
        print(System.out, threads);
    }

    /**
     * Prints the report.
     *
     * @param threads numbers of threads to measure with
     * @throws IllegalStateException if the Vector API is absent, as there is nothing to measure then
     */
    public static void print(PrintStream out, int... threads) {
        if (!VectorSupport.isAvailable()) {
            throw new IllegalStateException(
                    "the Vector API is absent: start Java with --add-modules=jdk.incubator.vector");
        }
        MatmulReport report = new MatmulReport(out);
        for (int count : threads) {
            try (Workers workers = Workers.of(count)) {
                for (String precision : List.of("double", "float")) {
                    report.section(precision, workers);
                }
            }
        }
    }

    private void section(String precision, Workers workers) {
        Loop peak = peak(precision, workers);
        peak.warmUp();
        out.printf(Locale.ROOT, "%n%s, %d thread%s%n", precision, workers.threads(), workers.threads() == 1 ? "" : "s");
        out.printf("%-30s %-28s %9s %9s %7s%n", "product", "use", "GFLOP/s", "peak", "share");
        for (List<MatmulShape> shapes :
                List.of(MatmulShape.squares(), MatmulShape.covariances(), MatmulShape.curvature())) {
            for (MatmulShape shape : shapes) {
                MatmulOperands operands = MatmulOperands.random(shape, precision);
                Loop product = new Loop(shape.operations(), () -> operands.multiply(workers));
                product.warmUp();
                for (int round = 0; round < ROUNDS; round++) {
                    product.round();
                    peak.round();
                }
                double speed = product.takeBest();
                double most = peak.takeBest();
                out.printf(Locale.ROOT, "%-30s %-28s %9.1f %9.1f %6.0f%%%n", shape, shape.use(), speed, most,
                        100 * speed / most);
            }
        }
    }

    private static Loop peak(String precision, Workers workers) {
        double[] sink = new double[workers.threads()];
        boolean doubles = precision.equals("double");
        long operations = doubles ? FusedPeak.doubleOperations(PEAK_STEPS) : FusedPeak.floatOperations(PEAK_STEPS);
        return new Loop(operations * workers.threads(), () -> workers.forEach(workers.threads(),
                i -> sink[i] += doubles ? FusedPeak.doubles(PEAK_STEPS) : FusedPeak.floats(PEAK_STEPS)));
    }

    /** Something to run again and again, and the most operations per nanosecond that a round of it has reached. */
    private static final class Loop {

        private final long operations;
        private final Runnable run;
        private long callsPerRound = 1;
        private double best;

        Loop(long operations, Runnable run) {
            this.operations = operations;
            this.run = run;
        }

        /** Runs until the compilers are done, and finds how many calls a round takes at the speed of the last part. */
        void warmUp() {
            long start = System.nanoTime();
            long calls = 0;
            long counted = start;
            long now = start;
            while (now - start < WARM_UP_NANOS) {
                run.run();
                calls++;
                now = System.nanoTime();
                if (now - start < WARM_UP_NANOS * 3 / 4) {
                    calls = 0;
                    counted = now;
                }
            }
            callsPerRound = Math.max(1, calls * ROUND_NANOS / Math.max(1, now - counted));
        }

        void round() {
            long begin = System.nanoTime();
            for (long call = 0; call < callsPerRound; call++) {
                run.run();
            }
            best = Math.max(best, (double) operations * callsPerRound / (System.nanoTime() - begin));
        }

        double takeBest() {
            double taken = best;
            best = 0;
            return taken;
        }
    }
}
