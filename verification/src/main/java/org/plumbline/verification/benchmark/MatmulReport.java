package org.plumbline.verification.benchmark;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.plumbline.engine.Workers;
import org.plumbline.engine.vector.VectorSupport;

/**
 * Measures the peak of fused multiply-adds and the speed of matrix products in one process, and prints the products as shares
 * of the peak.
 *
 * <p>Ratios of numbers measured seconds apart hold on a machine that is shared or changes its clock; absolute numbers do not.
 * Each number is the best of several rounds, since whatever else runs can only slow a round down. The peak is measured first
 * and again beside each precision and number of threads.
 */
public final class MatmulReport {

    private static final long WARM_UP_NANOS = 600_000_000;
    private static final long ROUND_NANOS = 40_000_000;
    private static final int ROUNDS = 8;
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
            throw new IllegalStateException("the Vector API is absent: start Java with --add-modules=jdk.incubator.vector");
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
        double peak = peak(precision, workers);
        out.printf(Locale.ROOT, "%n%s, %d thread%s: peak %.1f GFLOP/s%n", precision, workers.threads(),
                workers.threads() == 1 ? "" : "s", peak);
        out.printf("%-30s %-28s %9s %7s%n", "product", "use", "GFLOP/s", "of peak");
        for (List<MatmulShape> shapes : List.of(MatmulShape.squares(), MatmulShape.curvature())) {
            for (MatmulShape shape : shapes) {
                MatmulOperands operands = MatmulOperands.random(shape, precision);
                double speed = speed(shape.operations(), () -> operands.multiply(workers));
                out.printf(Locale.ROOT, "%-30s %-28s %9.1f %6.0f%%%n", shape, shape.use(), speed, 100 * speed / peak);
            }
        }
    }

    private static double peak(String precision, Workers workers) {
        double[] sink = new double[workers.threads()];
        boolean doubles = precision.equals("double");
        long operations = doubles ? FusedPeak.doubleOperations(PEAK_STEPS) : FusedPeak.floatOperations(PEAK_STEPS);
        return speed(operations * workers.threads(), () -> workers.forEach(workers.threads(),
                i -> sink[i] += doubles ? FusedPeak.doubles(PEAK_STEPS) : FusedPeak.floats(PEAK_STEPS)));
    }

    /** Returns the most operations per nanosecond over the rounds. */
    private static double speed(long operations, Runnable run) {
        long calls = 0;
        long start = System.nanoTime();
        while (System.nanoTime() - start < WARM_UP_NANOS) {
            run.run();
            calls++;
        }
        long perRound = Math.max(1, calls * ROUND_NANOS / WARM_UP_NANOS);
        double best = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long begin = System.nanoTime();
            for (long call = 0; call < perRound; call++) {
                run.run();
            }
            best = Math.max(best, (double) operations * perRound / (System.nanoTime() - begin));
        }
        return best;
    }
}
