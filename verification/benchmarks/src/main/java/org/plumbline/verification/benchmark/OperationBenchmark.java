package org.plumbline.verification.benchmark;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
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
import org.openjdk.jmh.annotations.Warmup;
import org.plumbline.engine.Engine;
import org.plumbline.engine.Executable;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.engine.Workers;
import org.plumbline.engine.vector.VectorEngine;
import org.plumbline.program.ActivationFunction;
import org.plumbline.program.ElementType;
import org.plumbline.program.FusedOp;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;
import org.plumbline.random.RandomStreams;

/**
 * Single operations other than products, on the arrays of exact curvature: 32 tangents, 32 positions, width 16, 2
 * heads. The counter {@code elements} per nanosecond is billions of elements of the result a second, on one core.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class OperationBenchmark {
    private static final int TANGENTS = 32;
    private static final int POSITIONS = 32;
    private static final int WIDTH = 16;
    private static final int HIDDEN = 64;
    private static final int HEADS = 2;

    /** The engine by name. */
    @Param({"vector", "scalar"})
    public String engine;

    /** Precision of the engine. */
    @Param({"DOUBLE", "SINGLE"})
    public Precision precision;

    /** The operation. */
    @Param({"add", "addSuffix", "addBias", "affine", "exp", "gelu", "geluSlope", "geluCurvature", "softmax",
        "softmaxProjection", "standardize", "standardizeProjection", "crossEntropyGradient", "sumBatch", "sumRows",
        "splitHeads", "transposeMatrix", "slice", "pad", "broadcast", "gather"})
    public String operation;

    private Executable executable;
    private int size;

    /** Work done. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Counter {
        /** Elements of the result. */
        public long elements;
    }

    /** Draws operands and compiles the operation. */
    @Setup(Level.Trial)
    public void prepare() {
        ProgramBuilder b = new ProgramBuilder();
        Value result = result(b);
        Program program = b.build("result", result);
        Engine chosen = switch (engine) {
            case "vector" -> VectorEngine.create(Workers.serial());
            case "scalar" -> LoweredEngine.scalar();
            default -> throw new IllegalArgumentException("no engine is called " + engine);
        };
        executable = chosen.compile(program, precision);
        size = result.shape().size();
        RandomGenerator random = RandomStreams.of(1, "inputs", 0);
        program.inputs().forEach((name, value) -> executable.bind(name, value.type() == ElementType.INDEX
                ? Storage.of(random.ints(value.shape().size(), 0, HIDDEN).toArray())
                : Storage.of(precision, random.doubles(value.shape().size()).toArray())));
    }

    private Value result(ProgramBuilder b) {
        Value residual = b.real("residual", TANGENTS, POSITIONS, WIDTH);
        Value hidden = b.real("hidden", TANGENTS, POSITIONS, HIDDEN);
        Value attention = b.real("attention", TANGENTS, HEADS, POSITIONS, POSITIONS);
        Value once = b.real("once", POSITIONS, WIDTH);
        return switch (operation) {
            case "add" -> b.add(residual, b.real("other", TANGENTS, POSITIONS, WIDTH));
            case "addSuffix" -> b.add(residual, once);
            case "addBias" -> b.add(residual, b.real("bias", WIDTH));
            case "affine" -> b.affine(hidden, 2, 1);
            case "exp" -> b.exp(hidden);
            case "gelu" -> b.emit(new FusedOp.Activation(ActivationFunction.GELU_TANH, 0, hidden));
            case "geluSlope" -> b.emit(new FusedOp.Activation(ActivationFunction.GELU_TANH, 1, hidden));
            case "geluCurvature" -> b.emit(new FusedOp.Activation(ActivationFunction.GELU_TANH, 2, hidden));
            case "softmax" -> b.softmax(attention);
            case "softmaxProjection" -> b.softmaxProjection(b.real("p", HEADS, POSITIONS, POSITIONS), attention);
            case "standardize" -> b.standardize(residual, 1e-5, true);
            case "standardizeProjection" ->
                b.emit(new FusedOp.StandardizeProjection(once, b.real("r", POSITIONS), residual, true));
            case "crossEntropyGradient" -> b.emit(new FusedOp.CrossEntropyGradient(
                    hidden, b.index("labels", POSITIONS), b.real("weights", TANGENTS, POSITIONS)));
            case "sumBatch" -> b.sum(residual, 0, 1);
            case "sumRows" -> b.sumRows(residual);
            case "splitHeads" ->
                    b.transpose(b.reshape(residual, TANGENTS, POSITIONS, HEADS, WIDTH / HEADS), 0, 2, 1, 3);
            case "transposeMatrix" -> b.transposeMatrix(hidden);
            case "slice" -> b.slice(hidden, 2, WIDTH, WIDTH);
            case "pad" -> b.pad(residual, 2, WIDTH, WIDTH);
            case "broadcast" -> b.broadcast(b.real("x", TANGENTS, WIDTH), 1, Shape.of(POSITIONS));
            case "gather" -> b.gather(b.real("table", TANGENTS, HIDDEN, WIDTH), b.index("tokens", POSITIONS));
            default -> throw new IllegalArgumentException("no operation is called " + operation);
        };
    }

    /** Performs the operation once. */
    @Benchmark
    public Object perform(Counter counter) {
        counter.elements += size;
        executable.run();
        return executable;
    }
}
