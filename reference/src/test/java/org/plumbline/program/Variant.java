package org.plumbline.program;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.plumbline.program.FusedOp.Activation;

/**
 * One way to draw an operation: one for each of its functions, flags and kinds of operands.
 *
 * @param operation the operation that is drawn
 * @param smooth whether the result is a smooth function of its operands and every derivative is its own
 * @param maker emits the operation on operands drawn by the generator
 */
public record Variant(
        String name, Class<? extends Op> operation, boolean smooth, Function<RandomPrograms, Value> maker) {

    private static final List<Variant> ALL = List.copyOf(variants());

    /** All of them, at least one for each operation. */
    public static List<Variant> all() {
        return ALL;
    }

    Value draw(RandomPrograms generator) {
        return maker.apply(generator);
    }

    @Override
    public String toString() {
        return name;
    }

    private static Variant smooth(
            Class<? extends Op> operation, Object detail, Function<RandomPrograms, Value> maker) {
        return new Variant((operation.getSimpleName() + " " + detail).trim(), operation, true, maker);
    }

    private static Variant kinked(
            Class<? extends Op> operation, Object detail, Function<RandomPrograms, Value> maker) {
        return new Variant((operation.getSimpleName() + " " + detail).trim(), operation, false, maker);
    }

    private static List<Variant> variants() {
        List<Variant> all = new ArrayList<>();
        all.add(smooth(Op.Input.class, "", g -> g.newInput(g.shape(0, 4))));
        all.add(smooth(Op.Literal.class, "", g -> literal(g)));
        all.add(smooth(Op.Fill.class, "", g -> g.builder().fill(g.number(-1, 1), g.shape(0, 4))));
        elementwise(all);
        axes(all);
        products(all);
        indexed(all);
        rows(all);
        return all;
    }

    private static Value literal(RandomPrograms g) {
        Shape shape = g.shape(0, 3);
        double[] numbers = IntStream.range(0, shape.size()).mapToDouble(_ -> g.number(-1, 1)).toArray();
        return g.builder().literal(Constant.of(numbers), shape.dimensions());
    }

    private static void elementwise(List<Variant> all) {
        for (UnaryFunction function : UnaryFunction.values()) {
            Function<RandomPrograms, Value> maker = g -> {
                Value x = g.any(0, 4);
                return switch (function) {
                    case EXP -> g.bounded(g.builder().exp(x), Math.exp(RandomPrograms.RANGE));
                    case TANH, ERF, RELU, STEP -> g.builder().unary(function, x);
                    case LOG -> g.builder().log(g.positive(x));
                    case SQRT, RECIPROCAL -> g.bounded(g.builder().unary(function, g.positive(x)), Math.E);
                };
            };
            boolean kinked = function == UnaryFunction.RELU || function == UnaryFunction.STEP;
            all.add(kinked ? kinked(Op.Unary.class, function, maker) : smooth(Op.Unary.class, function, maker));
        }
        for (BinaryFunction function : BinaryFunction.values()) {
            all.add(smooth(Op.Binary.class, function, g -> {
                Value x = g.any(0, 4);
                Value y = g.fit(g.related(x.shape(), 0, 4));
                boolean divides = function == BinaryFunction.DIVIDE;
                Value z = g.builder().binary(function, g.coin() ? x : y, divides ? g.positive(y) : y);
                return g.bounded(z, 3 * RandomPrograms.RANGE);
            }));
        }
        all.add(smooth(Op.Affine.class, "",
                g -> g.builder().affine(g.any(0, 4), g.number(-0.9, 0.9), g.number(-0.2, 0.2))));
        all.add(kinked(Op.StopGradient.class, "", g -> g.builder().stopGradient(g.any(0, 4))));
        for (ActivationFunction function : ActivationFunction.values()) {
            for (int order = 0; order <= Activation.HIGHEST_ORDER; order++) {
                int n = order;
                all.add(smooth(Activation.class, function + " " + order,
                        g -> g.builder().emit(new Activation(function, n, g.any(0, 4)))));
            }
        }
    }

    private static void axes(List<Variant> all) {
        all.add(kinked(Op.Max.class, "", g -> g.builder().stopGradient(g.builder().max(g.any(1, 4)))));
        all.add(smooth(Op.Sum.class, "", g -> {
            Value x = g.any(1, 4);
            int axis = g.below(x.rank());
            int count = 1 + g.below(x.rank() - axis);
            int summed = x.shape().sizeOf(axis, axis + count);
            return g.bounded(g.builder().sum(x, axis, count), RandomPrograms.RANGE * summed);
        }));
        all.add(smooth(ShapeOp.Broadcast.class, "", g -> {
            Value x = g.any(0, 3);
            return g.builder().broadcast(x, g.below(x.rank() + 1), g.shape(1, 4 - x.rank()));
        }));
        all.add(smooth(ShapeOp.Reshape.class, "", g -> {
            Value x = g.any(0, 4);
            Shape flat = Shape.of(x.shape().size());
            return g.builder().reshape(x, x.rank() == 1 ? flat.insert(g.below(2), Shape.of(1)) : flat);
        }));
        all.add(smooth(ShapeOp.Transpose.class, "", g -> {
            Value x = g.any(2, 4);
            List<Integer> axes = new ArrayList<>();
            for (int axis = 0; axis < x.rank(); axis++) {
                axes.add(g.below(axes.size() + 1), axis);
            }
            return g.builder().emit(new ShapeOp.Transpose(x, axes));
        }));
        all.add(smooth(ShapeOp.Slice.class, "", g -> {
            Value x = g.any(1, 4);
            int axis = g.below(x.rank());
            int size = 1 + g.below(x.shape().dimension(axis));
            return g.builder().slice(x, axis, g.below(x.shape().dimension(axis) - size + 1), size);
        }));
        all.add(smooth(ShapeOp.Pad.class, "", g -> {
            Value x = g.any(1, 4);
            int axis = g.below(x.rank());
            int room = Math.max(0, 4 - x.shape().dimension(axis));
            int before = g.below(room + 1);
            return g.builder().pad(x, axis, before, g.below(room - before + 1));
        }));
        all.add(smooth(ShapeOp.Concatenate.class, "", g -> {
            Value x = g.any(1, 4);
            int axis = g.below(x.rank());
            return g.builder().concatenate(x, g.fit(x.shape().with(axis, 1 + g.below(2))), axis);
        }));
    }

    private static void products(List<Variant> all) {
        for (int flags = 0; flags < 4; flags++) {
            boolean transposeA = (flags & 1) != 0;
            boolean transposeB = (flags & 2) != 0;
            String detail = (transposeA ? "aᵀ" : "a") + (transposeB ? "bᵀ" : "b");
            all.add(smooth(Op.MatMul.class, detail, g -> {
                int m = g.dimension();
                int k = g.dimension();
                int n = g.dimension();
                Shape leadingA = g.shape(0, 2);
                Shape leadingB = g.related(leadingA, 0, 2);
                Value a = g.fit(transposeA ? leadingA.append(k, m) : leadingA.append(m, k));
                Value c = g.fit(transposeB ? leadingB.append(n, k) : leadingB.append(k, n));
                Value product = g.builder().matmul(a, transposeA, c, transposeB);
                return g.bounded(product, k * RandomPrograms.RANGE * RandomPrograms.RANGE);
            }));
        }
    }

    private static void indexed(List<Variant> all) {
        all.add(smooth(IndexOp.Gather.class, "", g -> {
            Value table = g.any(2, 2);
            return g.builder().gather(table, g.index(g.shape(0, 3), table.shape().dimension(0)));
        }));
        all.add(smooth(IndexOp.Gather.class, "grouped", g -> {
            Value table = g.any(3, 3);
            Shape shape = g.suffix(Shape.of(table.shape().dimension(0), g.dimension()), 1);
            return g.builder().gather(table, g.index(shape, table.shape().dimension(1)));
        }));
        all.add(smooth(IndexOp.ScatterAdd.class, "", g -> {
            Value rows = g.any(1, 4);
            int size = g.dimension();
            Value indices = g.index(Op.rows(rows), size);
            Value sums = g.builder().scatterAdd(indices, rows, size, false);
            return g.bounded(sums, RandomPrograms.RANGE * indices.shape().size());
        }));
        all.add(smooth(IndexOp.ScatterAdd.class, "grouped", g -> {
            Value rows = g.any(3, 3);
            int size = g.dimension();
            Value indices = g.index(g.suffix(rows.shape().slice(0, 2), 1), size);
            Value sums = g.builder().scatterAdd(indices, rows, size, true);
            return g.bounded(sums, RandomPrograms.RANGE * rows.shape().dimension(1));
        }));
        all.add(smooth(IndexOp.Pick.class, "", g -> {
            Value x = g.any(1, 4);
            return g.builder().pick(x, g.index(g.related(Op.rows(x), 0, 3), x.shape().dimension(-1)));
        }));
        all.add(smooth(IndexOp.Place.class, "", g -> {
            Value x = g.any(0, 3);
            int size = g.dimension();
            return g.builder().place(x, g.index(g.related(x.shape(), 0, 3), size), size);
        }));
        all.add(smooth(FusedOp.CrossEntropy.class, "", g -> {
            Value logits = g.any(1, 4);
            Value labels = g.index(g.related(Op.rows(logits), 0, 3), logits.shape().dimension(-1));
            return g.bounded(g.builder().crossEntropy(logits, labels),
                    2 * RandomPrograms.RANGE + Math.log(logits.shape().dimension(-1)));
        }));
        all.add(smooth(FusedOp.CrossEntropyGradient.class, "", g -> {
            Value logits = g.any(1, 4);
            Value labels = g.index(g.suffix(Op.rows(logits), 0), logits.shape().dimension(-1));
            Value weights = g.fit(g.suffix(Op.rows(logits), 0));
            return g.builder().emit(new FusedOp.CrossEntropyGradient(logits, labels, weights));
        }));
    }

    private static void rows(List<Variant> all) {
        all.add(smooth(FusedOp.Softmax.class, "", g -> g.builder().softmax(g.any(1, 4))));
        all.add(smooth(FusedOp.LogSumExp.class, "", g -> {
            Value x = g.any(1, 4);
            return g.bounded(g.builder().logSumExp(x), RandomPrograms.RANGE + Math.log(x.shape().dimension(-1)));
        }));
        all.add(smooth(FusedOp.SoftmaxProjection.class, "", g -> {
            Value p = g.any(1, 4);
            Value u = g.fit(g.related(p.shape(), 1, 4));
            // |p| (|u| + n |p| |u|)
            return g.bounded(g.builder().softmaxProjection(p, u), 4 + 8 * p.shape().dimension(-1));
        }));
        for (boolean centered : new boolean[] {true, false}) {
            String detail = centered ? "centered" : "uncentered";
            double epsilon = 0.25;
            all.add(smooth(FusedOp.Standardize.class, detail, g -> {
                Value x = g.any(1, 4);
                Value y = g.builder().standardize(x, epsilon, centered);
                return g.bounded(y, Math.sqrt(x.shape().dimension(-1)));
            }));
            all.add(smooth(FusedOp.InverseDeviation.class, detail,
                    g -> g.builder().inverseDeviation(g.any(1, 4), epsilon, centered)));
            all.add(smooth(FusedOp.StandardizeProjection.class, detail, g -> {
                Value y = g.any(1, 4);
                Value r = g.fit(Op.rows(y));
                Value u = g.fit(g.related(y.shape(), 1, 4));
                // |r| (2|u| + |y| |y| |u|)
                return g.bounded(g.builder().emit(new FusedOp.StandardizeProjection(y, r, u, centered)), 24);
            }));
        }
    }
}
