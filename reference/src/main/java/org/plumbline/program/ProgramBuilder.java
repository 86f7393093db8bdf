package org.plumbline.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/**
 * Builds a {@link Program} operation by operation.
 *
 * <p>Equal operations on equal operands are emitted once, and operations that leave their operand unchanged are not
 * emitted at all ({@link Simplifier}), so transformations need not take care of either. {@link #build} drops what the
 * outputs do not need. Not thread-safe.
 */
public final class ProgramBuilder {
    private final List<Node> nodes = new ArrayList<>();
    private final Map<Op, Value> emitted = new HashMap<>();
    private final Map<String, Value> inputs = new HashMap<>();

    /**
     * The result of {@code op}.
     *
     * @throws ProgramException if an operand is no value of this builder
     */
    public Value emit(Op op) {
        if (op instanceof Op.Input(String name, ElementType type, Shape shape)) {
            return input(name, type, shape);
        }
        op.operands().forEach(this::requireOwn);
        return switch (Simplifier.simplify(this, op)) {
            case Simplifier.Same(Value value) -> value;
            case Simplifier.Simpler(Op simpler) -> emitted.computeIfAbsent(simpler, this::append);
        };
    }

    private Value append(Op op) {
        Value value = new Value(nodes.size(), op.type(), op.shape());
        nodes.add(new Node(value, op));
        return value;
    }

    private void requireOwn(Value value) {
        Op.require(value.id() < nodes.size() && nodes.get(value.id()).value() == value,
                "%s is no value of this builder", value);
    }

    /** The operation whose result {@code value} is. */
    Op definitionOf(Value value) {
        return nodes.get(value.id()).op();
    }

    /**
     * The program that computes these outputs, without dead operations.
     *
     * @throws ProgramException if there are no outputs, or one is no value of this builder
     */
    public Program build(SequencedMap<String, Value> outputs) {
        Op.require(!outputs.isEmpty(), "a program has at least one output");
        outputs.values().forEach(this::requireOwn);
        boolean[] live = new boolean[nodes.size()];
        outputs.values().forEach(value -> live[value.id()] = true);
        for (int id = nodes.size() - 1; id >= 0; id--) {
            if (live[id]) {
                nodes.get(id).op().operands().forEach(operand -> live[operand.id()] = true);
            }
        }
        List<Node> kept = new ArrayList<>();
        Value[] renumbered = new Value[nodes.size()];
        for (Node node : nodes) {
            int id = node.value().id();
            if (live[id]) {
                List<Value> operands = node.op().operands().stream().map(operand -> renumbered[operand.id()]).toList();
                renumbered[id] = new Value(kept.size(), node.value().type(), node.value().shape());
                kept.add(new Node(renumbered[id], node.op().withOperands(operands)));
            }
        }
        SequencedMap<String, Value> named = new LinkedHashMap<>();
        outputs.forEach((name, value) -> named.put(name, renumbered[value.id()]));
        return new Program(kept, named);
    }

    /** The program with this one output. */
    public Program build(String name, Value output) {
        return build(new LinkedHashMap<>(Map.of(name, output)));
    }

    /**
     * Emits {@code program} with some of its inputs bound to values; the others become inputs of this builder under
     * their own names.
     *
     * @return the program's outputs by name
     * @throws ProgramException if a bound value has another type or shape than its input
     */
    public Map<String, Value> inline(Program program, Map<String, Value> bindings) {
        Value[] values = inlineAll(program, bindings);
        Map<String, Value> outputs = new LinkedHashMap<>();
        program.outputs().forEach((name, value) -> outputs.put(name, values[value.id()]));
        return outputs;
    }

    /** As {@link #inline}, but every value of {@code program}, by id. */
    public Value[] inlineAll(Program program, Map<String, Value> bindings) {
        Value[] values = new Value[program.nodes().size()];
        for (Node node : program.nodes()) {
            values[node.value().id()] = switch (node.op()) {
                case Op.Input input -> bind(input, bindings);
                case Op op -> emit(op.withOperands(
                        op.operands().stream().map(operand -> values[operand.id()]).toList()));
            };
        }
        return values;
    }

    /** The value bound to {@code input}, or a new input of this builder with its name. */
    public Value bind(Op.Input input, Map<String, Value> bindings) {
        Value bound = bindings.get(input.name());
        if (bound == null) {
            return input(input.name(), input.type(), input.shape());
        }
        Op.require(bound.type() == input.type() && bound.shape().equals(input.shape()),
                "input '%s' is %s %s, bound to %s %s",
                input.name(), input.type(), input.shape(), bound.type(), bound.shape());
        return bound;
    }

    // Sources.

    /**
     * The input of this name; asking again with the same type and shape gives the same value.
     *
     * @throws ProgramException if the name is taken by an input of another type or shape
     */
    public Value input(String name, ElementType type, Shape shape) {
        Value value = inputs.computeIfAbsent(name, key -> append(new Op.Input(name, type, shape)));
        Op.require(value.type() == type && value.shape().equals(shape),
                "input '%s' is %s %s already, asked for as %s %s", name, value.type(), value.shape(), type, shape);
        return value;
    }

    /** A real input. */
    public Value real(String name, int... dimensions) {
        return input(name, ElementType.REAL, Shape.of(dimensions));
    }

    /** An index input. */
    public Value index(String name, int... dimensions) {
        return input(name, ElementType.INDEX, Shape.of(dimensions));
    }

    public Value literal(Constant data, int... dimensions) {
        return emit(new Op.Literal(data, Shape.of(dimensions)));
    }

    public Value fill(double value, Shape shape) {
        return emit(new Op.Fill(value, shape));
    }

    // Elementwise.

    public Value unary(UnaryFunction function, Value x) {
        return emit(new Op.Unary(function, x));
    }

    public Value binary(BinaryFunction function, Value x, Value y) {
        return emit(new Op.Binary(function, x, y));
    }

    public Value add(Value x, Value y) {
        return binary(BinaryFunction.ADD, x, y);
    }

    public Value subtract(Value x, Value y) {
        return binary(BinaryFunction.SUBTRACT, x, y);
    }

    public Value multiply(Value x, Value y) {
        return binary(BinaryFunction.MULTIPLY, x, y);
    }

    public Value divide(Value x, Value y) {
        return binary(BinaryFunction.DIVIDE, x, y);
    }

    /** {@code scale · x + shift}. */
    public Value affine(Value x, double scale, double shift) {
        return emit(new Op.Affine(x, scale, shift));
    }

    public Value scale(Value x, double factor) {
        return affine(x, factor, 0);
    }

    public Value exp(Value x) {
        return unary(UnaryFunction.EXP, x);
    }

    public Value log(Value x) {
        return unary(UnaryFunction.LOG, x);
    }

    public Value tanh(Value x) {
        return unary(UnaryFunction.TANH, x);
    }

    public Value sqrt(Value x) {
        return unary(UnaryFunction.SQRT, x);
    }

    public Value reciprocal(Value x) {
        return unary(UnaryFunction.RECIPROCAL, x);
    }

    public Value stopGradient(Value x) {
        return emit(new Op.StopGradient(x));
    }

    // Axes.

    public Value max(Value x) {
        return emit(new Op.Max(x));
    }

    public Value sum(Value x, int axis, int count) {
        return emit(new Op.Sum(x, axis, count));
    }

    /** The sum of all elements. */
    public Value sumAll(Value x) {
        return sum(x, 0, x.rank());
    }

    /** Sums along the last axis. */
    public Value sumRows(Value x) {
        return sum(x, x.rank() - 1, 1);
    }

    /** Means along the last axis. */
    public Value meanRows(Value x) {
        return scale(sumRows(x), 1.0 / x.shape().dimension(-1));
    }

    /** {@code x} minus its mean along the last axis. */
    public Value centerRows(Value x) {
        return subtract(x, alongRows(meanRows(x), x));
    }

    public Value broadcast(Value x, int axis, Shape inserted) {
        return emit(new ShapeOp.Broadcast(x, axis, inserted));
    }

    /** One number per row, repeated along rows as long as those of {@code like}. */
    public Value alongRows(Value x, Value like) {
        return alongRows(x, like.shape());
    }

    /** One number per row, repeated along rows as long as those of {@code like}. */
    public Value alongRows(Value x, Shape like) {
        return broadcast(x, x.rank(), Shape.of(like.dimension(-1)));
    }

    public Value reshape(Value x, Shape shape) {
        return emit(new ShapeOp.Reshape(x, shape));
    }

    public Value reshape(Value x, int... dimensions) {
        return reshape(x, Shape.of(dimensions));
    }

    public Value transpose(Value x, int... permutation) {
        return emit(new ShapeOp.Transpose(x, Arrays.stream(permutation).boxed().toList()));
    }

    /** {@code x} with its last two axes exchanged. */
    public Value transposeMatrix(Value x) {
        int[] permutation = IntStream.range(0, x.rank()).toArray();
        permutation[x.rank() - 1] = x.rank() - 2;
        permutation[x.rank() - 2] = x.rank() - 1;
        return transpose(x, permutation);
    }

    public Value slice(Value x, int axis, int from, int size) {
        return emit(new ShapeOp.Slice(x, axis, from, size));
    }

    public Value pad(Value x, int axis, int before, int after) {
        return emit(new ShapeOp.Pad(x, axis, before, after));
    }

    public Value concatenate(Value x, Value y, int axis) {
        return emit(new ShapeOp.Concatenate(x, y, axis));
    }

    // Products and indices.

    public Value matmul(Value a, Value b) {
        return matmul(a, false, b, false);
    }

    public Value matmul(Value a, boolean transposeA, Value b, boolean transposeB) {
        return emit(new Op.MatMul(a, b, transposeA, transposeB));
    }

    public Value gather(Value table, Value indices) {
        return emit(new IndexOp.Gather(table, indices));
    }

    public Value scatterAdd(Value indices, Value rows, int size, boolean grouped) {
        return emit(new IndexOp.ScatterAdd(indices, rows, size, grouped));
    }

    public Value pick(Value x, Value indices) {
        return emit(new IndexOp.Pick(x, indices));
    }

    public Value place(Value x, Value indices, int size) {
        return emit(new IndexOp.Place(x, indices, size));
    }

    // Fused.

    public Value activation(ActivationFunction function, Value x) {
        return emit(new FusedOp.Activation(function, 0, x));
    }

    public Value softmax(Value x) {
        return emit(new FusedOp.Softmax(x));
    }

    public Value softmaxProjection(Value p, Value u) {
        return emit(new FusedOp.SoftmaxProjection(p, u));
    }

    public Value logSumExp(Value x) {
        return emit(new FusedOp.LogSumExp(x));
    }

    public Value crossEntropy(Value logits, Value labels) {
        return emit(new FusedOp.CrossEntropy(logits, labels));
    }

    public Value standardize(Value x, double epsilon, boolean centered) {
        return emit(new FusedOp.Standardize(x, epsilon, centered));
    }

    public Value inverseDeviation(Value x, double epsilon, boolean centered) {
        return emit(new FusedOp.InverseDeviation(x, epsilon, centered));
    }
}
