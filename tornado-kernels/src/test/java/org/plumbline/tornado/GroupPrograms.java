package org.plumbline.tornado;

import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.plumbline.program.Constant;
import org.plumbline.program.FusedOp;
import org.plumbline.program.Op;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;

/** Programs of one operation that may work in groups, on shapes that are no multiples of a tile or of a group. */
final class GroupPrograms {
    private static final int[] LENGTHS = {1, 2, 5, 17, 63, 64, 65, 129};
    private static final int CLASSES = 7;

    private GroupPrograms() {}

    /** A kind of program. */
    record Named(String name, BiFunction<ProgramBuilder, SplittableRandom, Value> operation) {
        Program draw(SplittableRandom random) {
            ProgramBuilder b = new ProgramBuilder();
            return b.build("y", operation.apply(b, random));
        }
    }

    static Stream<Named> all() {
        return Stream.concat(
                IntStream.range(0, 4).mapToObj(flags -> new Named(
                        "product"
                                + ((flags & 1) == 1 ? ", left transposed" : "")
                                + ((flags & 2) == 2 ? ", right transposed" : ""),
                        (b, random) -> product(b, random, (flags & 1) == 1, (flags & 2) == 2))),
                Stream.of(
                        new Named("attention weights", (b, random) -> attention(b, random, 1)),
                        new Named("attention weights, shared keys", (b, random) -> attention(b, random, 2)),
                        new Named("symmetric product", (b, random) -> symmetric(b, random, false)),
                        new Named("symmetric product, left transposed", (b, random) -> symmetric(b, random, true)),
                        new Named("sum", (b, random) -> b.emit(new Op.Sum(rows(b, "x", random), 1, 1))),
                        new Named("max", (b, random) -> b.emit(new Op.Max(rows(b, "x", random)))),
                        new Named("softmax", (b, random) -> b.emit(new FusedOp.Softmax(rows(b, "x", random)))),
                        new Named("softmax projection", (b, random) -> {
                            Value u = rows(b, "u", random);
                            return b.emit(new FusedOp.SoftmaxProjection(b.real("p", u.shape().dimension(-1)), u));
                        }),
                        new Named("log-sum-exp", (b, random) -> b.emit(new FusedOp.LogSumExp(rows(b, "x", random)))),
                        new Named("cross-entropy", (b, random) -> {
                            Value x = b.real("x", 3, CLASSES + length(random));
                            return b.emit(new FusedOp.CrossEntropy(x, b.index("below" + CLASSES + ".0", 2, 3)));
                        }),
                        new Named("cross-entropy gradient", (b, random) -> {
                            Value x = b.real("x", 2, 3, CLASSES + length(random));
                            Value labels = b.index("below" + CLASSES + ".0", 3);
                            return b.emit(new FusedOp.CrossEntropyGradient(x, labels, b.real("w", 2, 3)));
                        }),
                        new Named("standardize", (b, random) ->
                                b.emit(new FusedOp.Standardize(rows(b, "x", random), 1e-2, random.nextBoolean()))),
                        new Named("inverse deviation", (b, random) ->
                                b.emit(new FusedOp.InverseDeviation(rows(b, "x", random), 1e-2, random.nextBoolean()))),
                        new Named("standardize projection", (b, random) -> {
                            Value y = rows(b, "y", random);
                            Value u = b.real("u", 2, y.shape().dimension(0), y.shape().dimension(1));
                            Value r = b.real("r", y.shape().dimension(0));
                            return b.emit(new FusedOp.StandardizeProjection(y, r, u, random.nextBoolean()));
                        })));
    }

    private static Value product(ProgramBuilder b, SplittableRandom random, boolean transposeA, boolean transposeB) {
        int m = length(random);
        int k = length(random);
        int n = length(random);
        int groups = 1 + random.nextInt(3);
        Value left = transposeA ? b.real("a", groups, k, m) : b.real("a", groups, m, k);
        Value right = transposeB ? b.real("b", n, k) : b.real("b", k, n);
        return b.emit(new Op.MatMul(left, right, transposeA, transposeB));
    }

    /** As a decoder has them, with a mask that some keys are hidden by; {@code heads} share keys. */
    private static Value attention(ProgramBuilder b, SplittableRandom random, int heads) {
        int groups = 1 + random.nextInt(2);
        int length = LENGTHS[random.nextInt(LENGTHS.length - 1)];
        int size = 1 + random.nextInt(20);
        Value query = b.real("q", groups, heads * length, size);
        Value scores = b.matmul(query, false, b.real("k", groups, length, size), true);
        Value each = b.reshape(b.scale(scores, 0.7), groups * heads, length, length);
        double[] hidden = new double[length * length];
        for (int i = 0; i < hidden.length; i++) {
            hidden[i] = i % length > i / length ? -1e9 : 0;
        }
        return b.softmax(b.add(each, b.literal(Constant.of(hidden), length, length)));
    }

    /** Of so many rows that the triangle of tiles has three of them. */
    private static Value symmetric(ProgramBuilder b, SplittableRandom random, boolean transposeA) {
        int n = 129;
        int k = 1 + random.nextInt(20);
        Value x = transposeA ? b.real("a", 1, k, n) : b.real("a", 1, n, k);
        return b.emit(new Op.MatMul(x, x, transposeA, !transposeA));
    }

    private static Value rows(ProgramBuilder b, String name, SplittableRandom random) {
        return b.real(name, 1 + random.nextInt(3), length(random));
    }

    private static int length(SplittableRandom random) {
        return LENGTHS[random.nextInt(LENGTHS.length)];
    }
}
