package org.plumbline.program;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.plumbline.program.Op.Affine;
import org.plumbline.program.Op.Binary;
import org.plumbline.program.Op.Fill;
import org.plumbline.program.Op.MatMul;
import org.plumbline.program.Op.Sum;
import org.plumbline.program.ShapeOp.Broadcast;
import org.plumbline.program.ShapeOp.Reshape;
import org.plumbline.program.ShapeOp.Slice;
import org.plumbline.program.ShapeOp.Transpose;

/**
 * Local rules that replace an operation by an existing value or by a simpler operation. None of them changes a result
 * by more than rounding; all of them look at the operands' own operations only, so emitting stays linear.
 */
final class Simplifier {
    private Simplifier() {}

    /** What became of an operation. */
    sealed interface Result {}

    /** Its result is a value that exists already. */
    record Same(Value value) implements Result {}

    /** This operation computes it. */
    record Simpler(Op op) implements Result {}

    static Result simplify(ProgramBuilder b, Op op) {
        return switch (op) {
            case Affine affine -> affine(b, affine);
            case Binary binary -> binary(b, binary);
            case Reshape reshape -> reshape(b, reshape);
            case Transpose transpose -> transpose(b, transpose);
            case Broadcast broadcast when broadcast.inserted().rank() == 0 -> new Same(broadcast.x());
            case Broadcast broadcast when broadcast.inserted().size() == 1 ->
                    new Same(b.reshape(broadcast.x(), broadcast.shape()));
            case Broadcast broadcast when b.definitionOf(broadcast.x()) instanceof Fill fill ->
                    new Simpler(new Fill(fill.value(), broadcast.shape()));
            case Sum sum when sum.count() == 0 -> new Same(sum.x());
            case Sum sum when sum.x().shape().sizeOf(sum.axis(), sum.axis() + sum.count()) == 1 ->
                    new Same(b.reshape(sum.x(), sum.shape()));
            case Slice slice when slice.shape().equals(slice.x().shape()) -> new Same(slice.x());
            case MatMul product -> matmul(b, product);
            default -> new Simpler(op);
        };
    }

    private static Result affine(ProgramBuilder b, Affine op) {
        if (op.scale() == 1 && op.shift() == 0) {
            return new Same(op.x());
        }
        return switch (b.definitionOf(op.x())) {
            case Fill fill -> new Simpler(new Fill(op.scale() * fill.value() + op.shift(), op.shape()));
            // A pure scaling of a scaling; a shift in between would reassociate a sum.
            case Affine inner when inner.shift() == 0 ->
                    new Same(b.affine(inner.x(), op.scale() * inner.scale(), op.shift()));
            default -> new Simpler(op);
        };
    }

    private static Result binary(ProgramBuilder b, Binary op) {
        boolean keepsX = op.shape().equals(op.x().shape());
        boolean keepsY = op.shape().equals(op.y().shape());
        if (keepsX && b.definitionOf(op.y()) instanceof Fill(double value, Shape _)) {
            return switch (op.function()) {
                case ADD -> new Same(b.affine(op.x(), 1, value));
                case SUBTRACT -> new Same(b.affine(op.x(), 1, -value));
                case MULTIPLY -> new Same(b.affine(op.x(), value, 0));
                case DIVIDE -> new Simpler(op);
            };
        }
        if (keepsY && b.definitionOf(op.x()) instanceof Fill(double value, Shape _)) {
            return switch (op.function()) {
                case ADD -> new Same(b.affine(op.y(), 1, value));
                case SUBTRACT -> new Same(b.affine(op.y(), -1, value));
                case MULTIPLY -> new Same(b.affine(op.y(), value, 0));
                case DIVIDE -> new Simpler(op);
            };
        }
        return new Simpler(op);
    }

    private static Result reshape(ProgramBuilder b, Reshape op) {
        if (op.shape().equals(op.x().shape())) {
            return new Same(op.x());
        }
        return switch (b.definitionOf(op.x())) {
            case Reshape inner -> new Same(b.reshape(inner.x(), op.shape()));
            case Fill fill -> new Simpler(new Fill(fill.value(), op.shape()));
            default -> new Simpler(op);
        };
    }

    private static Result transpose(ProgramBuilder b, Transpose op) {
        List<Integer> permutation = op.permutation();
        if (permutation.equals(IntStream.range(0, permutation.size()).boxed().toList())) {
            return new Same(op.x());
        }
        if (movesOnlyUnitAxes(op)) {
            return new Same(b.reshape(op.x(), op.shape()));
        }
        if (b.definitionOf(op.x()) instanceof Transpose inner) {
            int[] composed = permutation.stream().mapToInt(inner.permutation()::get).toArray();
            return new Same(b.transpose(inner.x(), composed));
        }
        return new Simpler(op);
    }

    /** Whether the axes longer than 1 keep their order, so that the elements do. */
    private static boolean movesOnlyUnitAxes(Transpose op) {
        int last = -1;
        for (int axis : op.permutation()) {
            if (op.x().shape().dimension(axis) > 1) {
                if (axis < last) {
                    return false;
                }
                last = axis;
            }
        }
        return true;
    }

    /** A transposed operand becomes a flag of the product, which costs nothing. */
    private static Result matmul(ProgramBuilder b, MatMul op) {
        if (b.definitionOf(op.a()) instanceof Transpose inner && exchangesLastTwo(inner.permutation())) {
            return new Same(b.matmul(inner.x(), !op.transposeA(), op.b(), op.transposeB()));
        }
        if (b.definitionOf(op.b()) instanceof Transpose inner && exchangesLastTwo(inner.permutation())) {
            return new Same(b.matmul(op.a(), op.transposeA(), inner.x(), !op.transposeB()));
        }
        return new Simpler(op);
    }

    private static boolean exchangesLastTwo(List<Integer> permutation) {
        if (permutation.size() < 2) {
            return false;
        }
        List<Integer> exchanged = new ArrayList<>(IntStream.range(0, permutation.size()).boxed().toList());
        Collections.swap(exchanged, permutation.size() - 1, permutation.size() - 2);
        return permutation.equals(exchanged);
    }
}
