package org.plumbline.verification.benchmark;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.plumbline.verification.bench.FusedPeak;

/** Peak of fused multiply-adds; the counter {@code operations} per nanosecond is GFLOP/s, summed over the threads. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PeakBenchmark {

    private static final int STEPS = 100_000;

    /** Operations done by one thread. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Counter {
        /** Multiplications and additions. */
        public long operations;
    }

    /** Double precision on one thread. */
    @Benchmark
    @Threads(1)
    public double doublesOnOneThread(Counter counter) {
        return doubles(counter);
    }

    /** Double precision on two threads. */
    @Benchmark
    @Threads(2)
    public double doublesOnTwoThreads(Counter counter) {
        return doubles(counter);
    }

    /** Single precision on one thread. */
    @Benchmark
    @Threads(1)
    public float floatsOnOneThread(Counter counter) {
        return floats(counter);
    }

    /** Single precision on two threads. */
    @Benchmark
    @Threads(2)
    public float floatsOnTwoThreads(Counter counter) {
        return floats(counter);
    }

    private static double doubles(Counter counter) {
        counter.operations += FusedPeak.doubleOperations(STEPS);
        return FusedPeak.doubles(STEPS);
    }

    private static float floats(Counter counter) {
        counter.operations += FusedPeak.floatOperations(STEPS);
        return FusedPeak.floats(STEPS);
    }
}
