package org.plumbline.autodiff;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.IntPredicate;
import org.plumbline.program.FusedOp;
import org.plumbline.program.IndexOp;
import org.plumbline.program.Node;
import org.plumbline.program.Op;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.ShapeOp;
import org.plumbline.program.Value;

/**
 * Batching: the program that applies a program to {@code size} arguments at once, stacked along a new leading axis.
 *
 * <p>Inputs that are not batched are shared by all of the batch, and whatever depends on them alone is computed once:
 * batching a Hessian–vector product over its direction computes the primal once for all directions.
 */
public final class Vmap {
    private final ProgramBuilder b;
    private final int size;

    private Vmap(ProgramBuilder builder, int size) {
        this.b = builder;
        this.size = size;
    }

    /**
     * The batched program: each input named in {@code batched} and every output gets a leading axis of {@code size}.
     *
     * @throws org.plumbline.program.ProgramException if a name in {@code batched} is no input
     */
    public static Program of(Program program, int size, Collection<String> batched) {
        ProgramBuilder b = new ProgramBuilder();
        Map<String, Value> inputs = new LinkedHashMap<>();
        for (String name : batched) {
            Value input = program.input(name);
            inputs.put(name, b.input(name, input.type(), input.shape().prepend(size)));
        }
        Map<String, Value> outputs = inline(b, program, size, inputs, new LinkedHashSet<>(batched));
        return b.build((SequencedMap<String, Value>) outputs);
    }

    /**
     * Emits the batched program into {@code builder}.
     *
     * @param inputs values bound to inputs, with the leading axis for those named in {@code batched}
     * @return the outputs by name, each with the leading axis
     */
    public static Map<String, Value> inline(
            ProgramBuilder builder, Program program, int size, Map<String, Value> inputs, Set<String> batched) {
        Vmap vmap = new Vmap(builder, size);
        Value[] values = new Value[program.nodes().size()];
        boolean[] isBatched = new boolean[values.length];
        for (Node node : program.nodes()) {
            int id = node.value().id();
            switch (node.op()) {
                case Op.Input input when batched.contains(input.name()) -> {
                    isBatched[id] = true;
                    values[id] = builder.bind(
                            new Op.Input(input.name(), input.type(), input.shape().prepend(size)), inputs);
                }
                case Op.Input input -> values[id] = builder.bind(input, inputs);
                case Op op -> {
                    List<Value> operands = op.operands().stream().map(operand -> values[operand.id()]).toList();
                    isBatched[id] = op.operands().stream().anyMatch(operand -> isBatched[operand.id()]);
                    values[id] = isBatched[id]
                            ? vmap.lift(op, operands, i -> isBatched[op.operands().get(i).id()])
                            : builder.emit(op.withOperands(operands));
                }
            }
        }
        Map<String, Value> outputs = new LinkedHashMap<>();
        program.outputs().forEach((name, value) -> outputs.put(
                name, isBatched[value.id()] ? values[value.id()] : vmap.repeat(values[value.id()])));
        return outputs;
    }

    /**
     * The batched form of {@code op}.
     *
     * @param op the operation on its own, unbatched operands: its shapes are those without the leading axis
     * @param x the operands, with the leading axis where {@code batched} says so
     */
    private Value lift(Op op, List<Value> x, IntPredicate batched) {
        return switch (op) {
            case Op.Source source -> b.emit(source);
            case Op.Unary _, Op.Affine _, Op.StopGradient _, Op.Max _ -> b.emit(op.withOperands(x));
            case Op.Binary binary -> b.emit(binary.withOperands(aligned(x, batched, op.operands(), op.shape())));
            case Op.Sum(Value _, int axis, int count) -> b.sum(x.get(0), axis + 1, count);
            case ShapeOp.Broadcast(Value _, int axis, Shape inserted) -> b.broadcast(x.get(0), axis + 1, inserted);
            case ShapeOp.Reshape(Value _, Shape shape) -> b.reshape(x.get(0), shape.prepend(size));
            case ShapeOp.Transpose(Value _, List<Integer> permutation) -> b.transpose(x.get(0), shifted(permutation));
            case ShapeOp.Slice(Value _, int axis, int from, int count) -> b.slice(x.get(0), axis + 1, from, count);
            case ShapeOp.Pad(Value _, int axis, int before, int after) -> b.pad(x.get(0), axis + 1, before, after);
            case ShapeOp.Concatenate(Value _, Value _, int axis) -> b.concatenate(
                    batched.test(0) ? x.get(0) : repeat(x.get(0)),
                    batched.test(1) ? x.get(1) : repeat(x.get(1)),
                    axis + 1);
            case Op.MatMul product -> matmul(product, x.get(0), x.get(1), batched.test(0), batched.test(1));
            case IndexOp.Gather gather -> gather(gather, x.get(0), x.get(1), batched.test(0), batched.test(1));
            case IndexOp.ScatterAdd scatter ->
                    scatterAdd(scatter, x.get(0), x.get(1), batched.test(0), batched.test(1));
            case IndexOp.Pick pick -> {
                Value rows = batched.test(0) ? expand(x.get(0), pick.x().rank() - 1, pick.shape()) : x.get(0);
                yield b.pick(rows, batched.test(1) ? expand(x.get(1), pick.indices().rank(), pick.shape()) : x.get(1));
            }
            case IndexOp.Place place -> {
                Shape rows = Op.suffixJoin(place.x().shape(), place.indices().shape());
                List<Value> lifted = aligned(x, batched, op.operands(), rows);
                yield b.place(lifted.get(0), lifted.get(1), place.size());
            }
            case FusedOp fused -> fused(fused, x, batched);
        };
    }

    private Value fused(FusedOp op, List<Value> x, IntPredicate batched) {
        return switch (op) {
            case FusedOp.Activation _, FusedOp.Softmax _, FusedOp.LogSumExp _, FusedOp.Standardize _,
                    FusedOp.InverseDeviation _ -> b.emit(op.withOperands(x));
            case FusedOp.SoftmaxProjection _ ->
                    b.emit(op.withOperands(aligned(x, batched, op.operands(), op.shape())));
            case FusedOp.CrossEntropy loss -> {
                Value logits = batched.test(0) ? expand(x.get(0), loss.logits().rank() - 1, loss.shape()) : x.get(0);
                Value labels = batched.test(1) ? expand(x.get(1), loss.labels().rank(), loss.shape()) : x.get(1);
                yield b.crossEntropy(logits, labels);
            }
            case FusedOp.CrossEntropyGradient gradient -> {
                Shape rows = Op.rows(gradient.logits());
                Value logits = batched.test(0) ? x.get(0) : repeat(x.get(0));
                Value labels = batched.test(1) ? expand(x.get(1), gradient.labels().rank(), rows) : x.get(1);
                Value weights = batched.test(2) ? expand(x.get(2), gradient.weights().rank(), rows) : x.get(2);
                yield b.emit(new FusedOp.CrossEntropyGradient(logits, labels, weights));
            }
            case FusedOp.StandardizeProjection projection -> {
                Value u = batched.test(2) ? expand(x.get(2), projection.u().rank(), op.shape()) : x.get(2);
                Value y = x.get(0);
                Value r = x.get(1);
                if (batched.test(0) || batched.test(1)) {
                    Shape rows = op.shape().slice(0, op.shape().rank() - 1);
                    y = expand(batched.test(0) ? y : repeat(y), projection.y().rank(), op.shape());
                    r = expand(batched.test(1) ? r : repeat(r), projection.r().rank(), rows);
                }
                yield b.emit(new FusedOp.StandardizeProjection(y, r, u, projection.centered()));
            }
        };
    }

    /** A batch of copies. */
    private Value repeat(Value x) {
        return b.broadcast(x, 0, Shape.of(size));
    }

    /**
     * A batched operand of unbatched rank {@code rank} with the leading axes of {@code target} that it lacks copied in
     * behind the batch axis, so that leading broadcast means the same as before batching.
     */
    private Value expand(Value x, int rank, Shape target) {
        return b.broadcast(x, 1, target.slice(0, target.rank() - rank));
    }

    private List<Value> aligned(
            List<Value> x, IntPredicate batched, List<Value> unbatched, Shape target) {
        List<Value> lifted = new ArrayList<>();
        for (int i = 0; i < x.size(); i++) {
            lifted.add(batched.test(i) ? expand(x.get(i), unbatched.get(i).rank(), target) : x.get(i));
        }
        return lifted;
    }

    private static int[] shifted(List<Integer> permutation) {
        int[] shifted = new int[permutation.size() + 1];
        for (int i = 0; i < permutation.size(); i++) {
            shifted[i + 1] = permutation.get(i) + 1;
        }
        return shifted;
    }

    /** Products whose leading axes still broadcast after batching stay as they are; the others fold or copy. */
    private Value matmul(Op.MatMul op, Value a, Value c, boolean batchedA, boolean batchedB) {
        Shape leadingA = Op.MatMul.leading(op.a());
        Shape leadingB = Op.MatMul.leading(op.b());
        boolean sameLeading = leadingA.equals(leadingB);
        boolean shorterIsUnbatched = leadingA.rank() < leadingB.rank() ? !batchedA : !batchedB;
        if (sameLeading || shorterIsUnbatched) {
            return b.matmul(a, op.transposeA(), c, op.transposeB());
        }
        if (leadingB.rank() == 0) {
            // A stack of left matrices against one right matrix a batch element: fold the stack into the rows.
            Value rows = op.transposeA() ? b.transposeMatrix(a) : a;
            int folded = leadingA.size() * op.m();
            Value left = batchedA ? b.reshape(rows, size, folded, op.k()) : b.reshape(rows, folded, op.k());
            Value product = b.matmul(left, false, c, op.transposeB());
            return b.reshape(product, op.shape().prepend(size));
        }
        Shape leading = Op.suffixJoin(leadingA, leadingB);
        Value left = leadingA.rank() < leadingB.rank() ? expand(a, leadingA.rank(), leading) : a;
        Value right = leadingB.rank() < leadingA.rank() ? expand(c, leadingB.rank(), leading) : c;
        return b.matmul(left, op.transposeA(), right, op.transposeB());
    }

    private Value gather(IndexOp.Gather op, Value table, Value indices, boolean batchedTable, boolean batchedIndices) {
        Shape result = op.shape().prepend(size);
        int rows = op.table().shape().dimension(-2);
        int width = op.table().shape().dimension(-1);
        if (op.table().rank() == 2) {
            if (!batchedTable) {
                return b.gather(table, indices);
            }
            int count = op.indices().shape().size();
            Value flat = batchedIndices ? b.reshape(indices, size, count) : b.reshape(indices, count);
            return b.reshape(b.gather(table, flat), result);
        }
        int groups = op.table().shape().dimension(0);
        Value tables = b.reshape(batchedTable ? table : repeat(table), size * groups, rows, width);
        return b.reshape(b.gather(tables, grouped(op.indices(), indices, batchedIndices, groups)), result);
    }

    private Value scatterAdd(
            IndexOp.ScatterAdd op, Value indices, Value rows, boolean batchedIndices, boolean batchedRows) {
        Shape result = op.shape().prepend(size);
        int width = op.rows().shape().dimension(-1);
        Value lifted = batchedRows ? rows : repeat(rows);
        if (op.grouped()) {
            int groups = op.rows().shape().dimension(0);
            Value flat = b.reshape(lifted, size * groups, op.rows().shape().dimension(1), width);
            Value flatIndices = grouped(op.indices(), indices, batchedIndices, groups);
            return b.reshape(b.scatterAdd(flatIndices, flat, op.size(), true), result);
        }
        int count = op.indices().shape().size();
        Value flatIndices = batchedIndices ? b.reshape(indices, size, count) : b.reshape(indices, count);
        return b.reshape(b.scatterAdd(flatIndices, b.reshape(lifted, size, count, width), op.size(), true), result);
    }

    /** Indices of {@code size · groups} groups, from those of {@code groups}. */
    private Value grouped(Value unbatched, Value indices, boolean batched, int groups) {
        int count = unbatched.shape().dimension(-1);
        if (unbatched.rank() == 1) {
            return batched ? b.reshape(b.broadcast(indices, 1, Shape.of(groups)), size * groups, count) : indices;
        }
        return b.reshape(batched ? indices : repeat(indices), size * groups, count);
    }
}
