package org.plumbline.verification.benchmark;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
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
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.DenseExactCurvature;
import org.plumbline.curvature.ExactCurvature;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Engine;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Workers;
import org.plumbline.engine.vector.VectorEngine;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.Parameters;
import org.plumbline.random.RandomStreams;

/**
 * Exact curvature of the MLP layers of a small GPT-2, 4256 parameters: 2 blocks of width 16 on 128 sequences of 32
 * predicted tokens.
 *
 * <p>The dense builds take tens of seconds and are measured one at a time in one warm process.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx3g"})
@Warmup(iterations = 1)
@Measurement(iterations = 2)
public class CurvatureBenchmark {
    private static final int LENGTH = 32;
    private static final int EXAMPLES = 128;
    private static final Gpt2Config MODEL = new Gpt2Config(64, LENGTH, 16, 2, 2, 64, true, 1e-5);

    /**
     * Initial weights have a deviation of 0.02, at which the model is nearly linear; this factor makes it far from it.
     */
    private static final double SPREAD = 15;

    /** The engine by name. */
    @Param({"vector"})
    public String engine;

    /** Threads that share the work. */
    @Param({"2"})
    public int threads;

    private Workers workers;
    private Compute compute;
    private Gpt2 model;
    private Objective objective;
    private ExactCurvature hessian;
    private double[] direction;

    /** Draws sequences, parameters and a direction. */
    @Setup(Level.Trial)
    public void prepare() {
        workers = Workers.of(threads);
        compute = new Compute(engine(), workers);
        model = new Gpt2(MODEL);
        RandomGenerator random = RandomStreams.of(1, "benchmark", 0);
        List<Example> examples = Stream.generate(() -> Example.ofTokens(
                random.ints(LENGTH + 1, 0, MODEL.vocabulary()).toArray())).limit(EXAMPLES).toList();
        objective = new Objective(model, spread(model.initialize(random)), examples);
        BlockSpace space = BlockSpace.ofLayers(model.mlpLayers());
        hessian = ExactCurvature.hessian(objective, space, compute);
        direction = random.doubles(space.dimension(), -1, 1).toArray();
    }

    private static Parameters spread(Parameters parameters) {
        Map<String, double[]> values = new LinkedHashMap<>();
        for (String name : parameters.space().shapes().keySet()) {
            double[] array = parameters.doubles(name).clone();
            for (int i = 0; i < array.length && !name.contains(".ln_"); i++) {
                array[i] *= SPREAD;
            }
            values.put(name, array);
        }
        return Parameters.ofDoubles(parameters.space(), values);
    }

    private Engine engine() {
        return switch (engine) {
            case "scalar" -> LoweredEngine.scalar();
            case "vector" -> VectorEngine.create(workers);
            default -> throw new IllegalArgumentException("no engine is called " + engine);
        };
    }

    /** Ends the threads. */
    @TearDown(Level.Trial)
    public void close() {
        workers.close();
    }

    /** One product of the exact Hessian with a vector. */
    @Benchmark
    @Warmup(iterations = 20)
    @Measurement(iterations = 20)
    public double[] hessianProduct() {
        return hessian.apply(direction);
    }

    /** The dense Gauss–Newton matrix. */
    @Benchmark
    public DenseCurvature denseGaussNewton() {
        return DenseExactCurvature.gaussNewton(objective, model.mlpLayers(), compute, done -> { });
    }

    /** The dense Hessian. */
    @Benchmark
    public DenseCurvature denseHessian() {
        return DenseExactCurvature.hessian(objective, model.mlpLayers(), compute, done -> { });
    }
}
