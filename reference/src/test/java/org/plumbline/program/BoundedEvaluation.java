package org.plumbline.program;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.special.Erf;

/**
 * What a program computes, and how far rounding may carry an engine away from it.
 *
 * <p>The program is reduced to primitive operations ({@link PrimitiveForm}), and each is evaluated element by element
 * in double precision, by code that shares nothing with the engines. Beside each number runs a bound of its error
 * (running error analysis; Higham, <em>Accuracy and Stability of Numerical Algorithms</em>, 2nd edition, §3.3):
 *
 * <pre>e(f(x₁, …)) = Σ |∂f/∂xᵢ| e(xᵢ) + c u |f|</pre>
 *
 * where {@code u} is the unit roundoff and {@code c u} the relative error of the operation itself; sums of {@code n}
 * terms err by {@code n u Σ|xᵢ|}, and a product by {@code e(x) e(y)} more, which alone is left where both are 0. An
 * engine may contract, reassociate or fuse, and so each rounding is counted as {@link #SLACK} of them.
 */
public final class BoundedEvaluation {
    /**
     * What one engine's order of operations, or its approximation of a function, may cost more than another's: fused
     * kernels do at most three times as many roundings as the definitions they are compared with, and an approximation
     * of a function is allowed 8 units in the last place where {@code Math} has 1.
     */
    public static final double SLACK = 8;

    private final Program program;
    private final double rounding;
    private final double[][] values;
    private final double[][] errors;
    private final int[][] indices;

    /** Numbers, and by how much an engine's result may differ from them. */
    public record Bounded(double[] values, double[] errors) {}

    private BoundedEvaluation(Program program, double rounding) {
        this.program = program;
        this.rounding = rounding;
        int n = program.nodes().size();
        values = new double[n][];
        errors = new double[n][];
        indices = new int[n][];
    }

    /** The real outputs of {@code program}, by name, for an engine of unit roundoff {@code u}. */
    public static Map<String, Bounded> of(Program program, Arguments arguments, double u) {
        // The numbers here err as well, by as much as an engine's in double precision.
        BoundedEvaluation evaluation = new BoundedEvaluation(PrimitiveForm.of(program), SLACK * (u + 0x1p-53));
        evaluation.program.nodes().forEach(node -> evaluation.evaluate(node, arguments));
        Map<String, Bounded> outputs = new LinkedHashMap<>();
        evaluation.program.outputs().forEach((name, value) -> {
            if (value.type() == ElementType.REAL) {
                outputs.put(name, new Bounded(evaluation.values[value.id()], evaluation.errors[value.id()]));
            }
        });
        return outputs;
    }

    private void evaluate(Node node, Arguments arguments) {
        Value out = node.value();
        int id = out.id();
        Shape shape = out.shape();
        int n = shape.size();
        if (out.type() == ElementType.INDEX) {
            indices[id] = indices(node.op(), shape, arguments);
            return;
        }
        double[] y = values[id] = new double[n];
        double[] e = errors[id] = new double[n];
        switch (node.op()) {
            case Op.Input(String name, ElementType _, Shape _) ->
                    System.arraycopy(arguments.reals().get(name), 0, y, 0, n);
            case Op.Literal(Constant.DoubleArray(double[] numbers), Shape _) -> constant(y, e, numbers);
            case Op.Literal literal -> throw new IllegalStateException("not real: " + literal);
            case Op.Fill(double number, Shape _) -> constant(y, e, number);
            case Op.Unary(UnaryFunction function, Value x) -> {
                for (int i = 0; i < n; i++) {
                    unary(function, x, i, y, e);
                }
            }
            case Op.Binary(BinaryFunction function, Value x, Value z) -> {
                for (int i = 0; i < n; i++) {
                    binary(function, x, i % x.shape().size(), z, i % z.shape().size(), i, y, e);
                }
            }
            case Op.Affine(Value x, double scale, double shift) -> {
                for (int i = 0; i < n; i++) {
                    double product = scale * v(x, i);
                    y[i] = product + shift;
                    // Both constants may have been rounded.
                    e[i] = Math.abs(scale) * e(x, i)
                            + rounding * (2 * Math.abs(product) + Math.abs(shift) + Math.abs(y[i]));
                }
            }
            case Op.StopGradient(Value x) -> copy(x, y, e, i -> i);
            case ShapeOp.Reshape(Value x, Shape _) -> copy(x, y, e, i -> i);
            case Op.Max(Value x) -> {
                int width = x.shape().dimension(-1);
                for (int i = 0; i < n; i++) {
                    max(x, i * width, width, i, y, e);
                }
            }
            case Op.Sum(Value x, int axis, int count) -> {
                int summed = x.shape().sizeOf(axis, axis + count);
                for (int i = 0; i < x.shape().size(); i++) {
                    int[] at = position(x.shape(), i);
                    int j = offset(shape, without(at, axis, count));
                    y[j] += v(x, i);
                    e[j] += e(x, i) + rounding * summed * Math.abs(v(x, i));
                }
            }
            case ShapeOp.Broadcast(Value x, int axis, Shape inserted) ->
                    copy(x, y, e, i -> offset(x.shape(), without(position(shape, i), axis, inserted.rank())));
            case ShapeOp.Transpose(Value x, List<Integer> permutation) -> copy(x, y, e, i -> {
                int[] at = position(shape, i);
                int[] source = new int[at.length];
                for (int axis = 0; axis < at.length; axis++) {
                    source[permutation.get(axis)] = at[axis];
                }
                return offset(x.shape(), source);
            });
            case ShapeOp.Slice(Value x, int axis, int from, int _) ->
                    copy(x, y, e, i -> offset(x.shape(), moved(position(shape, i), axis, from)));
            case ShapeOp.Pad(Value x, int axis, int before, int _) -> copy(x, y, e, i -> {
                int[] at = moved(position(shape, i), axis, -before);
                return at[axis] < 0 || at[axis] >= x.shape().dimension(axis) ? -1 : offset(x.shape(), at);
            });
            case ShapeOp.Concatenate(Value first, Value second, int axis) -> {
                int split = first.shape().dimension(axis);
                copy(first, y, e, i -> {
                    int[] at = position(shape, i);
                    return at[axis] < split ? offset(first.shape(), at) : -1;
                });
                copy(second, y, e, i -> {
                    int[] at = moved(position(shape, i), axis, -split);
                    return at[axis] >= 0 ? offset(second.shape(), at) : -1;
                });
            }
            case Op.MatMul product -> product(product, shape, y, e);
            case IndexOp.Gather(Value table, Value at) -> {
                int width = table.shape().dimension(-1);
                int rows = table.shape().dimension(-2);
                int group = table.rank() == 3 ? n / table.shape().dimension(0) : n;
                copy(table, y, e, i -> (i / group * rows + index(at, i / width)) * width + i % width);
            }
            case IndexOp.ScatterAdd(Value at, Value rows, int size, boolean grouped) -> {
                int width = rows.shape().dimension(-1);
                int count = grouped ? rows.shape().dimension(1) : rows.shape().size() / width;
                for (int i = 0; i < rows.shape().size(); i++) {
                    int group = i / (count * width);
                    int j = (group * size + index(at, i / width)) * width + i % width;
                    y[j] += v(rows, i);
                    e[j] += e(rows, i) + rounding * count * Math.abs(v(rows, i));
                }
            }
            case IndexOp.Pick(Value x, Value at) -> {
                int width = x.shape().dimension(-1);
                copy(x, y, e, i -> i * width % x.shape().size() + index(at, i));
            }
            case IndexOp.Place(Value x, Value at, int size) ->
                    copy(x, y, e, i -> i % size == index(at, i / size) ? i / size % x.shape().size() : -1);
            case FusedOp fused -> throw new IllegalStateException("not primitive: " + fused);
        }
    }

    /** The error of the largest number is that of the numbers that may be the largest, each within its own error. */
    private void max(Value x, int from, int width, int at, double[] y, double[] e) {
        y[at] = Double.NEGATIVE_INFINITY;
        double atLeast = Double.NEGATIVE_INFINITY;
        for (int i = from; i < from + width; i++) {
            y[at] = Math.max(y[at], v(x, i));
            atLeast = Math.max(atLeast, v(x, i) - e(x, i));
        }
        for (int i = from; i < from + width; i++) {
            if (v(x, i) + e(x, i) >= atLeast) {
                e[at] = Math.max(e[at], e(x, i));
            }
        }
    }

    private int[] indices(Op op, Shape shape, Arguments arguments) {
        return switch (op) {
            case Op.Input(String name, ElementType _, Shape _) -> arguments.indices().get(name);
            case Op.Literal(Constant.Indices(int[] numbers), Shape _) -> numbers;
            case ShapeOp.Reshape(Value x, Shape _) -> indices[x.id()];
            case ShapeOp.Broadcast(Value x, int axis, Shape inserted) -> {
                int[] copies = new int[shape.size()];
                Arrays.setAll(copies, i -> indices[x.id()][
                        offset(x.shape(), without(position(shape, i), axis, inserted.rank()))]);
                yield copies;
            }
            default -> throw new IllegalStateException("no indices: " + op);
        };
    }

    private void unary(UnaryFunction function, Value operand, int i, double[] y, double[] e) {
        double x = v(operand, i);
        double error = e(operand, i);
        // The mean value theorem: the largest slope within the error bounds what becomes of the error. The error of a
        // step may be 1.
        double nearest = Math.max(0, Math.abs(x) - error);
        switch (function) {
            case EXP -> set(i, y, e, Math.exp(x), Math.exp(x + error) * error, 2);
            case LOG -> set(i, y, e, Math.log(x), error / x, 2);
            case TANH -> set(i, y, e, Math.tanh(x), (1 - Math.tanh(nearest) * Math.tanh(nearest)) * error, 5);
            case SQRT -> set(i, y, e, Math.sqrt(x), 0.5 / Math.sqrt(x) * error, 1);
            case RECIPROCAL -> set(i, y, e, 1 / x, error / (x * x), 1);
            // A series of k terms, each three roundings from the last, errs by about 3 k u; k ≲ 20 for |x| ≤ 2.
            case ERF -> set(i, y, e, Erf.erf(x), 2 / Math.sqrt(Math.PI) * Math.exp(-nearest * nearest) * error, 60);
            case RELU -> set(i, y, e, Math.max(x, 0), error, 0);
            // Within its error of the step, either side is right.
            case STEP -> set(i, y, e, x > 0 ? 1 : 0, error > 0 && Math.abs(x) <= error ? 1 : 0, 0);
        }
    }

    private void binary(
            BinaryFunction function, Value first, int i, Value second, int j, int at, double[] y, double[] e) {
        double a = v(first, i);
        double c = v(second, j);
        double ea = e(first, i);
        double ec = e(second, j);
        switch (function) {
            case ADD -> set(at, y, e, a + c, ea + ec, 1);
            case SUBTRACT -> set(at, y, e, a - c, ea + ec, 1);
            case MULTIPLY -> set(at, y, e, a * c, productError(a, ea, c, ec), 1);
            case DIVIDE -> set(at, y, e, a / c, (ea + Math.abs(a / c) * ec) / Math.abs(c), 1);
        }
    }

    private static double productError(double a, double errorOfA, double c, double errorOfC) {
        return Math.abs(c) * errorOfA + Math.abs(a) * errorOfC + errorOfA * errorOfC;
    }

    private void set(int i, double[] y, double[] e, double value, double inherited, double roundings) {
        y[i] = value;
        e[i] = inherited + rounding * roundings * Math.abs(value);
    }

    private void product(Op.MatMul op, Shape shape, double[] y, double[] e) {
        int m = op.m();
        int k = op.k();
        int n = op.n();
        for (int i = 0; i < y.length; i++) {
            int group = i / (m * n);
            int row = i / n % m;
            int column = i % n;
            int startA = group % op.batchA() * m * k;
            int startB = group % op.batchB() * k * n;
            for (int p = 0; p < k; p++) {
                int atA = startA + (op.transposeA() ? p * m + row : row * k + p);
                int atB = startB + (op.transposeB() ? column * k + p : p * n + column);
                double a = v(op.a(), atA);
                double c = v(op.b(), atB);
                y[i] += a * c;
                e[i] += productError(a, e(op.a(), atA), c, e(op.b(), atB)) + rounding * (k + 1) * Math.abs(a * c);
            }
        }
    }

    private void constant(double[] y, double[] e, double... numbers) {
        for (int i = 0; i < y.length; i++) {
            set(i, y, e, numbers[i % numbers.length], 0, 1);
        }
    }

    @FunctionalInterface
    private interface Source {
        /** Where element {@code i} comes from, or −1 if it does not come from here. */
        int of(int i);
    }

    private void copy(Value x, double[] y, double[] e, Source source) {
        for (int i = 0; i < y.length; i++) {
            int from = source.of(i);
            if (from >= 0) {
                y[i] = v(x, from);
                e[i] = e(x, from);
            }
        }
    }

    private double v(Value x, int i) {
        return values[x.id()][i];
    }

    private double e(Value x, int i) {
        return errors[x.id()][i];
    }

    private int index(Value x, int i) {
        return indices[x.id()][i % indices[x.id()].length];
    }

    private static int[] position(Shape shape, int offset) {
        int[] at = new int[shape.rank()];
        for (int axis = shape.rank() - 1; axis >= 0; axis--) {
            at[axis] = offset % shape.dimension(axis);
            offset /= shape.dimension(axis);
        }
        return at;
    }

    private static int offset(Shape shape, int[] position) {
        int offset = 0;
        for (int axis = 0; axis < position.length; axis++) {
            offset = offset * shape.dimension(axis) + position[axis];
        }
        return offset;
    }

    private static int[] without(int[] position, int axis, int count) {
        int[] rest = new int[position.length - count];
        System.arraycopy(position, 0, rest, 0, axis);
        System.arraycopy(position, axis + count, rest, axis, rest.length - axis);
        return rest;
    }

    private static int[] moved(int[] position, int axis, int by) {
        position[axis] += by;
        return position;
    }
}
