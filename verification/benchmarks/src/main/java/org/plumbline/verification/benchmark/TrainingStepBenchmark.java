package org.plumbline.verification.benchmark;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
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
import org.plumbline.autodiff.Vjp;
import org.plumbline.engine.Engine;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.engine.vector.VectorEngine;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.program.Node;
import org.plumbline.program.Op;
import org.plumbline.random.RandomStreams;
import org.plumbline.train.AdamW;
import org.plumbline.train.Schedule;
import org.plumbline.train.Trainer;
import org.plumbline.train.TrainingConfig;
import org.plumbline.train.TrainingListener;
import org.plumbline.train.TrainingState;

/**
 * Steps of training a small GPT-2: 4 blocks of width 128, batches of 16 sequences of 64 positions.
 *
 * <p>The counter {@code operations} counts those of matrix products alone, to be held against {@link PeakBenchmark}
 * (which counts them per nanosecond: 1e9 a second). The counter {@code tokens} counts fed positions.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 5)
@Measurement(iterations = 5, time = 3)
public class TrainingStepBenchmark {
    private static final int LENGTH = 64;
    private static final int BATCH = 16;
    private static final int MICRO_BATCH = 4;
    private static final int EXAMPLES = 64;
    private static final Gpt2Config MODEL = new Gpt2Config(512, LENGTH, 128, 4, 4, 512, true, 1e-5);

    /** The engine by name. */
    @Param({"scalar", "vector"})
    public String engine;

    /** Precision of the engine. */
    @Param({"DOUBLE", "SINGLE"})
    public Precision precision;

    /** Threads that share a step. */
    @Param({"1", "2"})
    public int threads;

    private Workers workers;
    private Trainer trainer;
    private TrainingState state;
    private long operationsPerStep;

    /** Work done. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Counter {
        /** Multiplications and additions of matrix products. */
        public long operations;

        /** Fed positions. */
        public long tokens;
    }

    /** Draws sequences and initial parameters and compiles the step. */
    @Setup(Level.Trial)
    public void prepare() {
        Gpt2 model = new Gpt2(MODEL);
        RandomGenerator random = RandomStreams.of(1, "benchmark", 0);
        List<Example> examples = Stream.generate(() -> Example.ofTokens(
                random.ints(LENGTH + 1, 0, MODEL.vocabulary()).toArray())).limit(EXAMPLES).toList();
        TrainingConfig config = new TrainingConfig(
                AdamW.withDecay(0.01), new Schedule.Constant(1e-3),
                Long.MAX_VALUE, BATCH, MICRO_BATCH, 1, precision, 1);
        workers = Workers.of(threads);
        trainer = new Trainer(model, examples, config, engine(), workers);
        state = trainer.begin(model.initialize(random));
        operationsPerStep = BATCH * Vjp.gradient(model.loss(LENGTH), model.space().shapes().keySet()).nodes().stream()
                .mapToLong(TrainingStepBenchmark::operations).sum();
    }

    private Engine engine() {
        return switch (engine) {
            case "scalar" -> LoweredEngine.scalar();
            case "vector" -> VectorEngine.create(workers);
            default -> throw new IllegalArgumentException("no engine is called " + engine);
        };
    }

    private static long operations(Node node) {
        return node.op() instanceof Op.MatMul product ? 2L * product.shape().size() * product.k() : 0;
    }

    /** Ends the threads. */
    @TearDown(Level.Trial)
    public void close() {
        workers.close();
    }

    /** Takes one step. */
    @Benchmark
    public long step(Counter counter) {
        counter.operations += operationsPerStep;
        counter.tokens += (long) BATCH * LENGTH;
        trainer.run(state, state.step() + 1, TrainingListener.NONE);
        return state.step();
    }
}
