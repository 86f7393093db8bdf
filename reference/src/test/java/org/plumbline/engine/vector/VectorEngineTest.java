package org.plumbline.engine.vector;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.plumbline.engine.Engine;
import org.plumbline.engine.EngineContract;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Runs;
import org.plumbline.engine.Workers;
import org.plumbline.program.ActivationFunction;
import org.plumbline.program.Arguments;
import org.plumbline.program.BinaryFunction;
import org.plumbline.program.ElementType;
import org.plumbline.program.FusedOp;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.UnaryFunction;
import org.plumbline.program.Value;

/**
 * The vector engine against the definitions of the operations, and against the scalar engine on arrays that are longer
 * than the contract's: of all lengths around whole vectors, blocks and the lengths from which another loop takes over.
 */
class VectorEngineTest extends EngineContract {

    private static final int[] LENGTHS = {1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 40, 63, 64, 65,
            100, 127, 128, 129, 200};

    private static final Engine VECTOR = VectorEngine.create(Workers.serial());
    private static final Engine SCALAR = LoweredEngine.scalar();

    /** One operation on operands whose lengths it draws. */
    private interface Case extends BiFunction<ProgramBuilder, SplittableRandom, Value> {}

    private static final List<Case> SAME_BITS = List.of(
            (b, random) -> binary(b, random, true),
            (b, random) -> binary(b, random, false),
            (b, random) -> b.affine(b.real("x", dimensions(random, 2)), 0.3, -0.7),
            (b, random) -> b.unary(UnaryFunction.SQRT, b.real("x", dimensions(random, 2))),
            (b, random) -> b.unary(UnaryFunction.RECIPROCAL, b.real("x", dimensions(random, 2))),
            (b, random) -> b.unary(UnaryFunction.RELU, b.real("x", dimensions(random, 2))),
            (b, random) -> b.unary(UnaryFunction.STEP, b.real("x", dimensions(random, 2))),
            VectorEngineTest::transpose,
            (b, random) -> {
                int axis = random.nextInt(3);
                return b.broadcast(b.real("x", dimensions(random, 2)), axis, Shape.of(length(random)));
            },
            (b, random) -> {
                Value x = b.real("x", dimensions(random, 3));
                int axis = random.nextInt(3);
                int from = random.nextInt(x.shape().dimension(axis));
                return b.slice(x, axis, from, 1 + random.nextInt(x.shape().dimension(axis) - from));
            },
            (b, random) ->
                    b.pad(b.real("x", dimensions(random, 3)), random.nextInt(3), length(random), random.nextInt(3)),
            (b, random) -> {
                Value x = b.real("x", dimensions(random, 3));
                int axis = random.nextInt(3);
                return b.concatenate(x, b.input("y", ElementType.REAL, x.shape().with(axis, length(random))), axis);
            },
            (b, random) -> b.gather(b.real("x", 7, length(random)), b.index("below7.0", length(random))),
            (b, random) -> b.gather(b.real("x", 3, 7, length(random)), b.index("below7.0", length(random))),
            (b, random) -> b.gather(b.real("x", 3, 7, length(random)), b.index("below7.0", 3, length(random))),
            (b, random) -> {
                int count = length(random);
                return b.scatterAdd(b.index("below7.0", count), b.real("x", count, length(random)), 7, false);
            },
            (b, random) -> {
                int count = length(random);
                return b.scatterAdd(b.index("below7.0", count), b.real("x", 3, count, length(random)), 7, true);
            },
            (b, random) -> b.place(b.real("x", 3, 5), b.index("below7.0", 5), 7 + length(random)),
            (b, random) -> b.place(b.real("x", 5), b.index("below7.0", 3, 5), 7 + length(random)));

    private static final List<Case> WITHIN_ROUNDING = List.of(
            (b, random) -> b.exp(b.real("x", dimensions(random, 2))),
            (b, random) -> b.emit(new FusedOp.Activation(
                    ActivationFunction.GELU_TANH, random.nextInt(3), b.scale(b.real("x", dimensions(random, 2)), 4))),
            (b, random) -> b.emit(new FusedOp.Activation(
                    ActivationFunction.SILU, random.nextInt(3), b.scale(b.real("x", dimensions(random, 2)), 8))),
            (b, random) -> b.emit(new FusedOp.Activation(
                    ActivationFunction.GELU, random.nextInt(3), b.scale(b.real("x", dimensions(random, 2)), 10))),
            (b, random) -> b.unary(UnaryFunction.ERF, b.scale(b.real("x", dimensions(random, 2)), 8)),
            (b, random) -> b.max(b.real("x", dimensions(random, 2))),
            (b, random) -> b.sum(b.real("x", dimensions(random, 3)), random.nextInt(3), 1),
            (b, random) -> b.softmax(b.real("x", dimensions(random, 2))),
            (b, random) -> {
                Value p = b.softmax(b.real("p", 3, length(random)));
                return b.softmaxProjection(p, b.real("x", 2, 3, p.shape().dimension(-1)));
            },
            (b, random) -> {
                Value p = b.softmax(b.real("p", 2, 3, length(random)));
                return b.softmaxProjection(p, b.real("x", 3, p.shape().dimension(-1)));
            },
            (b, random) -> b.logSumExp(b.real("x", dimensions(random, 2))),
            (b, random) -> b.crossEntropy(b.real("x", 3, 7 + length(random)), b.index("below7.0", 2, 3)),
            (b, random) -> b.crossEntropy(b.real("x", 2, 3, 7 + length(random)), b.index("below7.0", 3)),
            (b, random) -> b.emit(new FusedOp.CrossEntropyGradient(
                    b.real("x", 2, 3, 7 + length(random)), b.index("below7.0", 3), b.real("w", 2, 3))),
            (b, random) -> b.standardize(b.real("x", dimensions(random, 2)), 0.1, random.nextBoolean()),
            (b, random) -> b.inverseDeviation(b.real("x", dimensions(random, 2)), 0.1, random.nextBoolean()),
            (b, random) -> {
                Value y = b.real("y", 3, length(random));
                return b.emit(new FusedOp.StandardizeProjection(
                        y, b.real("r", 3), b.real("x", 2, 3, y.shape().dimension(-1)), random.nextBoolean()));
            },
            (b, random) -> {
                Value y = b.real("y", 2, 3, length(random));
                return b.emit(new FusedOp.StandardizeProjection(
                        y, b.real("r", 2, 3), b.real("x", 3, y.shape().dimension(-1)), random.nextBoolean()));
            });

    @Override
    protected Engine engine() {
        return VECTOR;
    }

    /** Copies move bits, and one correctly rounded operation has one result. */
    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void copiesAndArithmeticEqualTheScalarEngine(@ForAll long seed) {
        for (Case each : SAME_BITS) {
            Program program = program(each, seed);
            Arguments arguments = Arguments.random(program, seed);
            for (Precision precision : Precision.values()) {
                Runs.assertIdentical(Runs.run(SCALAR, precision, program, arguments),
                        Runs.run(VECTOR, precision, program, arguments), program::toString);
            }
        }
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void theRestIsWithinTheBoundOfRounding(@ForAll long seed) {
        for (Case each : WITHIN_ROUNDING) {
            Program program = program(each, seed);
            Arguments arguments = Arguments.random(program, seed);
            for (Precision precision : Precision.values()) {
                Runs.assertComputes(VECTOR, precision, program, arguments);
            }
        }
    }

    private static Program program(Case each, long seed) {
        ProgramBuilder b = new ProgramBuilder();
        return b.build("y", each.apply(b, new SplittableRandom(seed)));
    }

    private static int length(SplittableRandom random) {
        return LENGTHS[random.nextInt(LENGTHS.length)];
    }

    /** Lengths of which the last is the longest, on the whole, and whose product stays small. */
    private static int[] dimensions(SplittableRandom random, int rank) {
        int[] dimensions = IntStream.generate(() -> random.nextInt(1, 10)).limit(rank).toArray();
        dimensions[random.nextBoolean() ? rank - 1 : random.nextInt(rank)] = length(random);
        return dimensions;
    }

    private static Value binary(ProgramBuilder b, SplittableRandom random, boolean longFirst) {
        int[] dimensions = dimensions(random, 3);
        Value whole = b.real("x", dimensions);
        Value suffix = b.real("y", Arrays.copyOfRange(dimensions, random.nextInt(4), 3));
        BinaryFunction function = BinaryFunction.values()[random.nextInt(4)];
        return longFirst ? b.binary(function, whole, suffix) : b.binary(function, suffix, whole);
    }

    private static Value transpose(ProgramBuilder b, SplittableRandom random) {
        int rank = random.nextInt(1, 6);
        List<Integer> axes = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        int[] permutation = new int[rank];
        for (int i = 0; i < rank; i++) {
            permutation[i] = axes.remove(random.nextInt(axes.size()));
        }
        int[] dimensions = IntStream.generate(() -> random.nextInt(1, 5)).limit(rank).toArray();
        dimensions[random.nextInt(rank)] = length(random);
        return b.transpose(b.real("x", dimensions), permutation);
    }
}
