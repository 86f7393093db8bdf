package org.plumbline.autodiff;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.plumbline.program.BinaryFunction;
import org.plumbline.program.FusedOp;
import org.plumbline.program.IndexOp;
import org.plumbline.program.Node;
import org.plumbline.program.Op;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.ProgramException;
import org.plumbline.program.Shape;
import org.plumbline.program.ShapeOp;
import org.plumbline.program.Value;

/**
 * Reverse-mode differentiation: {@code (x, ȳ) ↦ (f(x), J(x)ᵀ ȳ)}, exact, at a small multiple of the cost of {@code f}
 * whatever the number of inputs.
 *
 * <p>Cotangents flow from the outputs to the inputs asked for and nowhere else.
 */
public final class Vjp {
    private final ProgramBuilder b;

    private Vjp(ProgramBuilder builder) {
        this.b = builder;
    }

    /**
     * Outputs and the cotangents of inputs.
     *
     * @param gradients by input name; absent where no output depends on the input
     */
    public record Pullback(Map<String, Value> outputs, Map<String, Value> gradients) {}

    /**
     * The program that computes {@code program}'s outputs and, as {@code gradient.<input>} for each name in
     * {@code wrt}, {@code Jᵀ ȳ} for the weights {@code ȳ} given as inputs {@code cotangent.<output>}.
     *
     * @throws ProgramException if a name in {@code wrt} is no real input, or if {@code program} has an input or output
     *     by one of the added names already, as a reverse derivative has; {@link #inline} takes any weights
     */
    public static Program of(Program program, Collection<String> wrt) {
        ProgramBuilder b = new ProgramBuilder();
        Map<String, Value> cotangents = new LinkedHashMap<>();
        program.outputs().forEach((name, value) ->
                cotangents.put(name, b.input(
                        Names.fresh(program.inputs(), Names.cotangent(name)), value.type(), value.shape())));
        return build(b, program, wrt, cotangents);
    }

    /**
     * The gradient of a program with one scalar output, which is kept as an output: {@code gradient.<input>} for each
     * name in {@code wrt}.
     *
     * @throws ProgramException if there is not exactly one output or it is no scalar, or if a name in {@code wrt} is no
     *     real input, or if its gradient's name is taken
     */
    public static Program gradient(Program program, Collection<String> wrt) {
        if (program.outputs().size() != 1 || program.outputs().firstEntry().getValue().rank() != 0) {
            throw new ProgramException("a gradient needs one scalar output, found " + program.outputs());
        }
        ProgramBuilder b = new ProgramBuilder();
        return build(b, program, wrt, Map.of(program.outputs().firstEntry().getKey(), b.fill(1, Shape.scalar())));
    }

    private static Program build(
            ProgramBuilder b, Program program, Collection<String> wrt, Map<String, Value> cotangents) {
        wrt.forEach(name -> Rules.realInput(program, name));
        Pullback pullback = inline(b, program, Map.of(), new LinkedHashSet<>(wrt), cotangents);
        SequencedMap<String, Value> outputs = new LinkedHashMap<>(pullback.outputs());
        for (String name : wrt) {
            Value zero = b.fill(0, program.input(name).shape());
            Value gradient = pullback.gradients().getOrDefault(name, zero);
            outputs.put(Names.fresh(program.outputs(), Names.gradient(name)), gradient);
        }
        return b.build(outputs);
    }

    /**
     * Emits {@code program} and its pullback into {@code builder}.
     *
     * @param inputs values bound to inputs; the others become inputs of the builder
     * @param wrt the inputs whose cotangents are wanted
     * @param cotangents weights by output name; an output that is not named has weight zero
     */
    public static Pullback inline(
            ProgramBuilder builder, Program program, Map<String, Value> inputs, Set<String> wrt,
            Map<String, Value> cotangents) {
        Value[] values = builder.inlineAll(program, inputs);
        boolean[] active = dependsOn(program, wrt);
        Value[] bars = new Value[values.length];
        Vjp vjp = new Vjp(builder);
        program.outputs().forEach((name, value) -> {
            if (cotangents.containsKey(name)) {
                bars[value.id()] = vjp.sum(bars[value.id()], cotangents.get(name));
            }
        });
        Map<String, Value> gradients = new LinkedHashMap<>();
        for (Node node : program.nodes().reversed()) {
            int id = node.value().id();
            if (bars[id] == null || !active[id]) {
                continue;
            }
            if (node.op() instanceof Op.Input input) {
                gradients.put(input.name(), bars[id]);
                continue;
            }
            List<Value> operands = node.op().operands();
            boolean[] wanted = new boolean[operands.size()];
            for (int i = 0; i < wanted.length; i++) {
                wanted[i] = active[operands.get(i).id()];
            }
            Op mapped = node.op().withOperands(operands.stream().map(operand -> values[operand.id()]).toList());
            Value[] contributions = vjp.cotangents(mapped, values[id], bars[id], wanted);
            for (int i = 0; i < wanted.length; i++) {
                if (wanted[i]) {
                    int operand = operands.get(i).id();
                    bars[operand] = vjp.sum(bars[operand], contributions[i]);
                }
            }
        }
        Map<String, Value> outputs = new LinkedHashMap<>();
        program.outputs().forEach((name, value) -> outputs.put(name, values[value.id()]));
        return new Pullback(outputs, gradients);
    }

    private static boolean[] dependsOn(Program program, Set<String> wrt) {
        boolean[] active = new boolean[program.nodes().size()];
        for (Node node : program.nodes()) {
            active[node.value().id()] = switch (node.op()) {
                case Op.Input input -> wrt.contains(input.name());
                case Op.StopGradient _ -> false;
                case Op op -> op.operands().stream().anyMatch(operand -> active[operand.id()]);
            };
        }
        return active;
    }

    /** For {@code y = op(...)} with cotangent {@code bar}, the cotangent of each wanted operand; others may be null. */
    private Value[] cotangents(Op op, Value y, Value bar, boolean[] wanted) {
        return switch (op) {
            case Op.Source _ -> new Value[0];
            case Op.Unary unary -> one(b.multiply(bar, Rules.derivative(b, unary, y)));
            case Op.Binary binary -> binary(binary, y, bar, wanted);
            case Op.Affine affine -> one(b.scale(bar, affine.scale()));
            case Op.StopGradient _ -> one(null);
            case Op.Max _ -> throw new ProgramException("max has no derivative; use it under a StopGradient");
            case Op.Sum(Value x, int axis, int count) ->
                    one(b.broadcast(bar, axis, x.shape().slice(axis, axis + count)));
            case ShapeOp.Broadcast(Value _, int axis, Shape inserted) -> one(b.sum(bar, axis, inserted.rank()));
            case ShapeOp.Reshape(Value x, Shape _) -> one(b.reshape(bar, x.shape()));
            case ShapeOp.Transpose(Value _, List<Integer> permutation) -> one(b.transpose(bar, inverse(permutation)));
            case ShapeOp.Slice(Value x, int axis, int from, int size) ->
                    one(b.pad(bar, axis, from, x.shape().dimension(axis) - from - size));
            case ShapeOp.Pad(Value x, int axis, int before, int _) ->
                    one(b.slice(bar, axis, before, x.shape().dimension(axis)));
            case ShapeOp.Concatenate(Value first, Value second, int axis) -> {
                int split = first.shape().dimension(axis);
                yield new Value[] {
                    b.slice(bar, axis, 0, split), b.slice(bar, axis, split, second.shape().dimension(axis))
                };
            }
            case Op.MatMul product -> new Value[] {
                wanted[0] ? left(product, bar) : null, wanted[1] ? right(product, bar) : null
            };
            case IndexOp.Gather(Value table, Value indices) -> new Value[] {
                b.scatterAdd(indices, bar, table.shape().dimension(-2), table.rank() == 3), null
            };
            case IndexOp.ScatterAdd(Value indices, Value _, int _, boolean _) ->
                    new Value[] {null, b.gather(bar, indices)};
            case IndexOp.Pick(Value x, Value indices) -> new Value[] {
                Rules.reduceLeading(b, b.place(bar, indices, x.shape().dimension(-1)), x.shape()), null
            };
            case IndexOp.Place(Value x, Value indices, int _) -> new Value[] {
                Rules.reduceLeading(b, b.pick(bar, indices), x.shape()), null
            };
            case FusedOp fused -> fused(fused, y, bar, wanted);
        };
    }

    private Value[] binary(Op.Binary op, Value z, Value bar, boolean[] wanted) {
        Value x = op.x();
        Value y = op.y();
        // What is not wanted is not read: the cotangent stands in for it.
        Value toX = switch (op.function()) {
            case ADD, SUBTRACT -> bar;
            case MULTIPLY -> wanted[0] ? b.multiply(bar, y) : bar;
            case DIVIDE -> b.binary(BinaryFunction.DIVIDE, bar, y);
        };
        Value toY = !wanted[1] ? bar : switch (op.function()) {
            case ADD -> bar;
            case SUBTRACT -> b.scale(bar, -1);
            case MULTIPLY -> b.multiply(bar, x);
            // z = x/y: ȳ = −z̄ z / y
            case DIVIDE -> b.scale(b.multiply(toX, z), -1);
        };
        return new Value[] {
            wanted[0] ? Rules.reduceLeading(b, toX, x.shape()) : null,
            wanted[1] ? Rules.reduceLeading(b, toY, y.shape()) : null
        };
    }

    private static int[] inverse(List<Integer> permutation) {
        int[] inverse = new int[permutation.size()];
        for (int i = 0; i < inverse.length; i++) {
            inverse[permutation.get(i)] = i;
        }
        return inverse;
    }

    /** {@code C = op(A) op(B)}: {@code op(A)̄ = C̄ op(B)ᵀ}. */
    private Value left(Op.MatMul op, Value bar) {
        Value full = op.transposeA()
                ? b.matmul(op.b(), op.transposeB(), bar, true)
                : b.matmul(bar, false, op.b(), !op.transposeB());
        return Rules.reduceLeading(b, full, op.a().shape());
    }

    /** {@code C = op(A) op(B)}: {@code op(B)̄ = op(A)ᵀ C̄}. */
    private Value right(Op.MatMul op, Value bar) {
        Value a = op.a();
        boolean transposeA = op.transposeA();
        if (op.b().rank() == 2 && a.rank() > 2) {
            // A weight shared by a batch: one long product instead of a batch of products and their sum.
            Value rows = transposeA ? b.transposeMatrix(a) : a;
            a = b.reshape(rows, rows.shape().size() / op.k(), op.k());
            bar = b.reshape(bar, bar.shape().size() / op.n(), op.n());
            transposeA = false;
        }
        Value full = op.transposeB()
                ? b.matmul(bar, true, a, transposeA)
                : b.matmul(a, !transposeA, bar, false);
        return Rules.reduceLeading(b, full, op.b().shape());
    }

    private Value[] fused(FusedOp op, Value y, Value bar, boolean[] wanted) {
        return switch (op) {
            case FusedOp.Activation activation when activation.order() < FusedOp.Activation.HIGHEST_ORDER ->
                    one(b.multiply(bar, Rules.derivative(b, activation)));
            case FusedOp.Softmax _ -> one(b.softmaxProjection(y, bar));
            case FusedOp.SoftmaxProjection(Value p, Value u) when !wanted[0] ->
                    new Value[] {null, Rules.reduceLeading(b, b.softmaxProjection(p, bar), u.shape())};
            case FusedOp.LogSumExp(Value x) -> one(b.multiply(b.softmax(x), b.alongRows(bar, x)));
            case FusedOp.CrossEntropy(Value logits, Value labels) when op.shape().equals(Op.rows(logits)) ->
                    new Value[] {b.emit(new FusedOp.CrossEntropyGradient(logits, labels, bar)), null};
            case FusedOp.Standardize(Value x, double epsilon, boolean centered) -> one(b.emit(
                    new FusedOp.StandardizeProjection(y, b.inverseDeviation(x, epsilon, centered), bar, centered)));
            // x̄ = −r̄ r² y / n
            case FusedOp.InverseDeviation(Value x, double epsilon, boolean centered) -> {
                Value weights = b.scale(b.multiply(bar, b.multiply(y, y)), -1.0 / x.shape().dimension(-1));
                yield one(b.multiply(b.standardize(x, epsilon, centered), b.alongRows(weights, x)));
            }
            case FusedOp.StandardizeProjection(Value rows, Value r, Value u, boolean centered)
                    when !wanted[0] && !wanted[1] -> {
                Value full = b.emit(new FusedOp.StandardizeProjection(rows, r, bar, centered));
                yield new Value[] {null, null, Rules.reduceLeading(b, full, u.shape())};
            }
            case FusedOp.Activation _, FusedOp.SoftmaxProjection _, FusedOp.CrossEntropy _,
                    FusedOp.StandardizeProjection _, FusedOp.CrossEntropyGradient _ ->
                    throughDefinition(op, bar, wanted);
        };
    }

    private Value[] throughDefinition(FusedOp op, Value bar, boolean[] wanted) {
        Map<String, Value> operands = new HashMap<>();
        Set<String> wrt = new LinkedHashSet<>();
        for (int i = 0; i < wanted.length; i++) {
            operands.put(Rules.operandName(i), op.operands().get(i));
            if (wanted[i]) {
                wrt.add(Rules.operandName(i));
            }
        }
        Pullback pullback = inline(b, Rules.definition(op), operands, wrt, Map.of(Rules.DEFINED, bar));
        Value[] contributions = new Value[wanted.length];
        for (int i = 0; i < wanted.length; i++) {
            contributions[i] = pullback.gradients().get(Rules.operandName(i));
        }
        return contributions;
    }

    private static Value[] one(@Nullable Value contribution) {
        return new Value[] {contribution};
    }

    private @Nullable Value sum(@Nullable Value first, @Nullable Value second) {
        return first == null ? second : second == null ? first : b.add(first, second);
    }
}
