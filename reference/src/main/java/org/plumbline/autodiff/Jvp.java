package org.plumbline.autodiff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.plumbline.program.FusedOp;
import org.plumbline.program.IndexOp;
import org.plumbline.program.Node;
import org.plumbline.program.Op;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.ProgramException;
import org.plumbline.program.ShapeOp;
import org.plumbline.program.Value;

/**
 * Forward-mode differentiation: {@code (x, ẋ) ↦ (f(x), J(x) ẋ)}, exact, at about twice the cost of {@code f}.
 *
 * <p>Each operation {@code y = op(x₁, …)} adds {@code ẏ = Σ ∂op/∂xᵢ ẋᵢ}; tangents that are zero because nothing they
 * come from was perturbed are never computed.
 */
public final class Jvp {
    private final ProgramBuilder b;

    private Jvp(ProgramBuilder builder) {
        this.b = builder;
    }

    /**
     * Outputs and their tangents.
     *
     * @param tangents by output name; absent where the tangent is zero for every input
     */
    public record Dual(Map<String, Value> outputs, Map<String, Value> tangents) {}

    /**
     * The program that computes {@code program}'s outputs and, as {@code tangent.<output>}, their directional
     * derivatives along inputs {@code tangent.<input>}, one for each name in {@code wrt}.
     *
     * @throws ProgramException if a name in {@code wrt} is no real input, or if {@code program} has an input or output
     *     by one of the added names already, as a forward derivative has; {@link #inline} takes any directions
     */
    public static Program of(Program program, Collection<String> wrt) {
        ProgramBuilder b = new ProgramBuilder();
        Map<String, Value> tangents = new LinkedHashMap<>();
        for (String name : wrt) {
            Value input = Rules.realInput(program, name);
            String direction = Names.fresh(program.inputs(), Names.tangent(name));
            tangents.put(name, b.input(direction, input.type(), input.shape()));
        }
        Dual dual = inline(b, program, Map.of(), tangents);
        SequencedMap<String, Value> outputs = new LinkedHashMap<>(dual.outputs());
        program.outputs().forEach((name, value) -> outputs.put(
                Names.fresh(program.outputs(), Names.tangent(name)),
                dual.tangents().getOrDefault(name, b.fill(0, value.shape()))));
        return b.build(outputs);
    }

    /**
     * Emits {@code program} and its derivative into {@code builder}.
     *
     * @param inputs values bound to inputs; the others become inputs of the builder
     * @param tangents directions by input name; an input that is not named is held constant
     */
    public static Dual inline(
            ProgramBuilder builder, Program program, Map<String, Value> inputs, Map<String, Value> tangents) {
        Value[] values = builder.inlineAll(program, inputs);
        Value[] dots = new Value[values.length];
        boolean[] differentiated = differentiated(program);
        Jvp jvp = new Jvp(builder);
        for (Node node : program.nodes()) {
            int id = node.value().id();
            dots[id] = switch (node.op()) {
                case Op.Input input -> tangents.get(input.name());
                case Op _ when !differentiated[id] -> null;
                case Op op -> {
                    Value[] operandDots =
                            op.operands().stream().map(operand -> dots[operand.id()]).toArray(Value[]::new);
                    if (Arrays.stream(operandDots).allMatch(dot -> dot == null)) {
                        yield null;
                    }
                    List<Value> operands = op.operands().stream().map(operand -> values[operand.id()]).toList();
                    yield jvp.tangent(op.withOperands(operands), values[id], operandDots);
                }
            };
        }
        Map<String, Value> outputs = new LinkedHashMap<>();
        Map<String, Value> outputDots = new LinkedHashMap<>();
        program.outputs().forEach((name, value) -> {
            outputs.put(name, values[value.id()]);
            if (dots[value.id()] != null) {
                outputDots.put(name, dots[value.id()]);
            }
        });
        return new Dual(outputs, outputDots);
    }

    /** Which values some output depends on in a way that counts: what only a stopped gradient reads has no tangent. */
    private static boolean[] differentiated(Program program) {
        boolean[] counts = new boolean[program.nodes().size()];
        program.outputs().values().forEach(value -> counts[value.id()] = true);
        for (Node node : program.nodes().reversed()) {
            if (counts[node.value().id()] && !(node.op() instanceof Op.StopGradient)) {
                node.op().operands().forEach(operand -> counts[operand.id()] = true);
            }
        }
        return counts;
    }

    /** The tangent of {@code y = op(...)}; at least one of {@code d} is not null, null meaning zero. */
    private @Nullable Value tangent(Op op, Value y, Value[] d) {
        return switch (op) {
            case Op.Source _ -> null;
            case Op.Unary unary -> b.multiply(d[0], Rules.derivative(b, unary, y));
            case Op.Binary binary -> binary(binary, y, d[0], d[1]);
            case Op.Affine affine -> b.scale(d[0], affine.scale());
            case Op.StopGradient _ -> null;
            case Op.Max _ -> throw new ProgramException("max has no derivative; use it under a StopGradient");
            case ShapeOp.Concatenate(Value first, Value second, int axis) -> b.concatenate(
                    d[0] == null ? b.fill(0, first.shape()) : d[0],
                    d[1] == null ? b.fill(0, second.shape()) : d[1],
                    axis);
            // Linear in every operand that carries a tangent, one at a time: the same operation on the tangent.
            case Op.Sum _, ShapeOp.Broadcast _, ShapeOp.Reshape _, ShapeOp.Transpose _, ShapeOp.Slice _, ShapeOp.Pad _,
                    IndexOp.Gather _, IndexOp.ScatterAdd _, IndexOp.Pick _, IndexOp.Place _ -> linear(op, d);
            case Op.MatMul product -> sum(
                    d[0] == null ? null : b.matmul(d[0], product.transposeA(), product.b(), product.transposeB()),
                    d[1] == null ? null : b.matmul(product.a(), product.transposeA(), d[1], product.transposeB()));
            case FusedOp fused -> fused(fused, y, d);
        };
    }

    private Value binary(Op.Binary op, Value z, @Nullable Value dx, @Nullable Value dy) {
        return switch (op.function()) {
            case ADD -> Rules.expandLeading(b, sum(dx, dy), z.shape());
            case SUBTRACT -> Rules.expandLeading(b, difference(dx, dy), z.shape());
            case MULTIPLY -> sum(
                    dx == null ? null : b.multiply(dx, op.y()),
                    dy == null ? null : b.multiply(op.x(), dy));
            // z = x/y: ż = (ẋ − z ẏ)/y
            case DIVIDE -> b.divide(difference(dx, dy == null ? null : b.multiply(z, dy)), op.y());
        };
    }

    private Value linear(Op op, Value[] d) {
        List<Value> operands = new ArrayList<>(op.operands());
        for (int i = 0; i < d.length; i++) {
            if (d[i] != null) {
                operands.set(i, d[i]);
            }
        }
        return b.emit(op.withOperands(operands));
    }

    private Value fused(FusedOp op, Value y, Value[] d) {
        return switch (op) {
            case FusedOp.Activation activation when activation.order() < FusedOp.Activation.HIGHEST_ORDER ->
                    b.multiply(d[0], Rules.derivative(b, activation));
            case FusedOp.Softmax _ -> b.softmaxProjection(y, d[0]);
            case FusedOp.SoftmaxProjection projection when d[0] == null -> b.softmaxProjection(projection.p(), d[1]);
            case FusedOp.LogSumExp reduction -> b.sumRows(b.multiply(b.softmax(reduction.x()), d[0]));
            case FusedOp.CrossEntropy loss -> b.subtract(
                    b.sumRows(b.multiply(b.softmax(loss.logits()), d[0])), b.pick(d[0], loss.labels()));
            case FusedOp.Standardize(Value x, double epsilon, boolean centered) -> b.emit(
                    new FusedOp.StandardizeProjection(y, b.inverseDeviation(x, epsilon, centered), d[0], centered));
            // ṙ = −r² mean(y ∘ ẋ)
            case FusedOp.InverseDeviation(Value x, double epsilon, boolean centered) -> {
                Value overlap = b.meanRows(b.multiply(b.standardize(x, epsilon, centered), d[0]));
                yield b.scale(b.multiply(b.multiply(y, y), overlap), -1);
            }
            case FusedOp.StandardizeProjection projection when d[0] == null && d[1] == null -> b.emit(
                    projection.withOperands(List.of(projection.y(), projection.r(), d[2])));
            case FusedOp.Activation _, FusedOp.SoftmaxProjection _, FusedOp.StandardizeProjection _,
                    FusedOp.CrossEntropyGradient _ -> throughDefinition(op, d);
        };
    }

    private Value throughDefinition(FusedOp op, Value[] d) {
        Map<String, Value> operands = new HashMap<>();
        Map<String, Value> tangents = new HashMap<>();
        for (int i = 0; i < d.length; i++) {
            operands.put(Rules.operandName(i), op.operands().get(i));
            if (d[i] != null) {
                tangents.put(Rules.operandName(i), d[i]);
            }
        }
        return inline(b, Rules.definition(op), operands, tangents).tangents().get(Rules.DEFINED);
    }

    /** At least one of the two is not null, null meaning zero. */
    private Value sum(@Nullable Value first, @Nullable Value second) {
        return first == null ? Objects.requireNonNull(second) : second == null ? first : b.add(first, second);
    }

    /** At least one of the two is not null, null meaning zero. */
    private Value difference(@Nullable Value first, @Nullable Value second) {
        if (second == null) {
            return Objects.requireNonNull(first);
        }
        return first == null ? b.scale(second, -1) : b.subtract(first, second);
    }
}
