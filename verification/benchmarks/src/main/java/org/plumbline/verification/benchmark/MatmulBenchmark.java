package org.plumbline.verification.benchmark;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.plumbline.engine.Workers;
import org.plumbline.verification.bench.MatmulOperands;
import org.plumbline.verification.bench.MatmulShape;

/**
 * Matrix products; the counter {@code operations} per nanosecond is GFLOP/s, to be held against {@link PeakBenchmark}.
 *
 * <p>Shapes are given as {@link MatmulShape} prints them. Besides the squares, the default set holds the small
 * products of exact curvature.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MatmulBenchmark {

    /** Precision of the operands. */
    @Param({"double", "float"})
    public String precision;

    /** Threads that share a product. */
    @Param({"1", "2"})
    public int threads;

    /** The product. */
    @Param({"[256x256][256x256]", "[512x512][512x512]", "[1024x1024][1024x1024]", "[2048x2048][2048x2048]",
        "[2048x16][16x64]", "[2048x64][64x16]T", "[16x4096]T[4096x64]", "[16x32]T[32x64]*64", "[32x8][8x32]T*128",
        "[32x32][32x8]*128", "[1025x4096]T[4096x1025]="})
    public String product;

    private MatmulShape shape;
    private MatmulOperands operands;
    private Workers workers;

    /** Operations done. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Counter {
        /** Multiplications and additions. */
        public long operations;
    }

    /** Draws the operands. */
    @Setup(Level.Trial)
    public void prepare() {
        shape = Stream.of(MatmulShape.squares(), MatmulShape.covariances(), MatmulShape.curvature())
                .flatMap(List::stream).filter(each -> each.toString().equals(product)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no shape is called " + product));
        operands = MatmulOperands.random(shape, precision);
        workers = Workers.of(threads);
    }

    /** Ends the threads. */
    @TearDown(Level.Trial)
    public void close() {
        workers.close();
    }

    /** Computes the product once. */
    @Benchmark
    public Object multiply(Counter counter) {
        counter.operations += shape.operations();
        operands.multiply(workers);
        return operands;
    }
}
