package org.plumbline.program;

import java.util.ArrayList;
import java.util.List;

/**
 * One operation on arrays. The algebra is closed: differentiating or batching a program gives a program of the same
 * operations, and each transformation and each engine is one exhaustive {@code switch} over this interface.
 *
 * <p>Primitive operations are the records below, those that only move elements, {@link ShapeOp}, and those that take
 * indices, {@link IndexOp}; {@link FusedOp} adds operations that exist for speed and carry a definition in primitives.
 *
 * <p><b>Leading broadcast.</b> Where two operands meet elementwise, the shape of one may be a suffix of the other's:
 * a bias {@code [d]} is added to {@code [B×T×d]} without being copied. {@link #suffixJoin} states the rule, and it is
 * the only implicit broadcast; every other one is an explicit {@link ShapeOp.Broadcast}.
 */
public sealed interface Op permits Op.Source, Op.Unary, Op.Binary, Op.Affine, Op.StopGradient, Op.Max, Op.Sum,
        Op.MatMul, ShapeOp, IndexOp, FusedOp {

    /** The values this operation reads, in order. */
    List<Value> operands();

    /** The same operation on other operands, in the same order. */
    Op withOperands(List<Value> operands);

    /** Shape of the result. */
    Shape shape();

    /** Element type of the result. */
    default ElementType type() {
        return ElementType.REAL;
    }

    /** An operation without operands. */
    sealed interface Source extends Op {
        @Override
        default List<Value> operands() {
            return List.of();
        }

        @Override
        default Op withOperands(List<Value> operands) {
            return this;
        }
    }

    /** An argument of the program, by name. */
    record Input(String name, ElementType type, Shape shape) implements Source {}

    /** A constant array. */
    record Literal(Constant data, Shape shape) implements Source {
        public Literal {
            require(data.size() == shape.size(),
                    "a literal of shape %s needs %d elements, found %d", shape, shape.size(), data.size());
        }

        @Override
        public ElementType type() {
            return data.type();
        }
    }

    /** An array with the same real number everywhere. */
    record Fill(double value, Shape shape) implements Source {}

    /** {@code f(x)} elementwise. */
    record Unary(UnaryFunction function, Value x) implements Op {
        public Unary {
            requireReal(x);
        }

        @Override
        public List<Value> operands() {
            return List.of(x);
        }

        @Override
        public Op withOperands(List<Value> operands) {
            return new Unary(function, operands.get(0));
        }

        @Override
        public Shape shape() {
            return x.shape();
        }
    }

    /** {@code f(x, y)} elementwise, with leading broadcast. */
    record Binary(BinaryFunction function, Value x, Value y) implements Op {
        public Binary {
            requireReal(x);
            requireReal(y);
            suffixJoin(x.shape(), y.shape());
        }

        @Override
        public List<Value> operands() {
            return List.of(x, y);
        }

        @Override
        public Op withOperands(List<Value> operands) {
            return new Binary(function, operands.get(0), operands.get(1));
        }

        @Override
        public Shape shape() {
            return suffixJoin(x.shape(), y.shape());
        }
    }

    /** {@code scale · x + shift} elementwise, with constants. */
    record Affine(Value x, double scale, double shift) implements Op {
        public Affine {
            requireReal(x);
        }

        @Override
        public List<Value> operands() {
            return List.of(x);
        }

        @Override
        public Op withOperands(List<Value> operands) {
            return new Affine(operands.get(0), scale, shift);
        }

        @Override
        public Shape shape() {
            return x.shape();
        }
    }

    /** {@code x}, treated as a constant by every derivative. */
    record StopGradient(Value x) implements Op {
        public StopGradient {
            requireReal(x);
        }

        @Override
        public List<Value> operands() {
            return List.of(x);
        }

        @Override
        public Op withOperands(List<Value> operands) {
            return new StopGradient(operands.get(0));
        }

        @Override
        public Shape shape() {
            return x.shape();
        }
    }

    /**
     * The largest element along the last axis: {@code [..., n] → [...]}. It has no derivative rule; it serves to shift
     * exponents, under a {@link StopGradient}.
     */
    record Max(Value x) implements Op {
        public Max {
            requireReal(x);
            requireRank(x, 1);
        }

        @Override
        public List<Value> operands() {
            return List.of(x);
        }

        @Override
        public Op withOperands(List<Value> operands) {
            return new Max(operands.get(0));
        }

        @Override
        public Shape shape() {
            return x.shape().remove(x.rank() - 1, 1);
        }
    }

    /** The sum over {@code count} neighboring axes starting at {@code axis}, which disappear from the shape. */
    record Sum(Value x, int axis, int count) implements Op {
        public Sum {
            requireReal(x);
            requireAxes(x, axis, count);
        }

        @Override
        public List<Value> operands() {
            return List.of(x);
        }

        @Override
        public Op withOperands(List<Value> operands) {
            return new Sum(operands.get(0), axis, count);
        }

        @Override
        public Shape shape() {
            return x.shape().remove(axis, count);
        }
    }

    /**
     * The matrix product {@code op(a) op(b)} over the last two axes, {@code op} being the transpose where the flag says
     * so: {@code [..., m, k] × [..., k, n] → [..., m, n]}, with leading broadcast over the axes before them.
     */
    record MatMul(Value a, Value b, boolean transposeA, boolean transposeB) implements Op {
        public MatMul {
            requireReal(a);
            requireReal(b);
            requireRank(a, 2);
            requireRank(b, 2);
            int k = a.shape().dimension(transposeA ? -2 : -1);
            int l = b.shape().dimension(transposeB ? -1 : -2);
            require(k == l, "matrix product of %s%s and %s%s: inner dimensions %d and %d differ",
                    a.shape(), transposeA ? "ᵀ" : "", b.shape(), transposeB ? "ᵀ" : "", k, l);
            suffixJoin(leading(a), leading(b));
        }

        /** Rows of the product. */
        public int m() {
            return a.shape().dimension(transposeA ? -1 : -2);
        }

        /** Length of the sums. */
        public int k() {
            return a.shape().dimension(transposeA ? -2 : -1);
        }

        /** Columns of the product. */
        public int n() {
            return b.shape().dimension(transposeB ? -2 : -1);
        }

        /** Number of products. */
        public int batch() {
            return suffixJoin(leading(a), leading(b)).size();
        }

        /** Number of left matrices; divides {@link #batch}. */
        public int batchA() {
            return leading(a).size();
        }

        /** Number of right matrices; divides {@link #batch}. */
        public int batchB() {
            return leading(b).size();
        }

        /** The axes before the last two. */
        public static Shape leading(Value matrix) {
            return matrix.shape().slice(0, matrix.rank() - 2);
        }

        @Override
        public List<Value> operands() {
            return List.of(a, b);
        }

        @Override
        public Op withOperands(List<Value> operands) {
            return new MatMul(operands.get(0), operands.get(1), transposeA, transposeB);
        }

        @Override
        public Shape shape() {
            return suffixJoin(leading(a), leading(b)).append(m(), n());
        }
    }

    /** The shape of {@code x} without its last axis. */
    static Shape rows(Value x) {
        return x.shape().slice(0, x.rank() - 1);
    }

    /**
     * The longer of two shapes of which one is a suffix of the other.
     *
     * @throws ProgramException if neither is
     */
    static Shape suffixJoin(Shape first, Shape second) {
        if (second.isSuffixOf(first)) {
            return first;
        }
        require(first.isSuffixOf(second), "shapes %s and %s do not fit: one must end with the other", first, second);
        return second;
    }

    /** Fails unless the value holds real numbers. */
    static void requireReal(Value value) {
        require(value.type() == ElementType.REAL, "expected real numbers, found indices %s", value);
    }

    /** Fails unless the value holds indices. */
    static void requireIndex(Value value) {
        require(value.type() == ElementType.INDEX, "expected indices, found real numbers %s", value);
    }

    /** Fails unless the value has this rank or a higher one. */
    static void requireRank(Value value, int rank) {
        require(value.rank() >= rank, "expected rank %d or more, found %s", rank, value.shape());
    }

    /** Fails unless the value has axes {@code axis … axis + count − 1}. */
    static void requireAxes(Value value, int axis, int count) {
        require(axis >= 0 && count >= 0 && axis + count <= value.rank(),
                "axes [%d, %d) do not fit %s", axis, axis + count, value.shape());
    }

    /** Fails with a formatted {@link ProgramException} unless the condition holds. */
    static void require(boolean condition, String format, Object... arguments) {
        if (!condition) {
            throw new ProgramException(String.format(format, arguments));
        }
    }

    /** A readable list of operands, for messages and listings. */
    static String describe(Op op) {
        String name = op.getClass().getSimpleName();
        return name + new ArrayList<>(op.operands()) + switch (op) {
            case Unary unary -> " " + unary.function();
            case Binary binary -> " " + binary.function();
            case Input input -> " " + input.name();
            case Fill fill -> " " + fill.value();
            case Affine affine -> " ·" + affine.scale() + " +" + affine.shift();
            case ShapeOp.Transpose transpose -> " " + transpose.permutation();
            case MatMul product -> (product.transposeA() ? " aᵀ" : "") + (product.transposeB() ? " bᵀ" : "");
            default -> "";
        };
    }
}
