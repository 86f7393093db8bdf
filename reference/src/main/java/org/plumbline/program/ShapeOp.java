package org.plumbline.program;

import static org.plumbline.program.Op.require;
import static org.plumbline.program.Op.requireAxes;
import static org.plumbline.program.Op.requireReal;

import java.util.List;

/** An operation that copies, moves or leaves out elements by their place alone, and adds none but zeros. */
public sealed interface ShapeOp extends Op {

    /**
     * Copies of {@code x} along new axes of shape {@code inserted} placed before {@code axis}; the adjoint of
     * {@link Op.Sum}.
     */
    record Broadcast(Value x, int axis, Shape inserted) implements ShapeOp {
        public Broadcast {
            requireAxes(x, axis, 0);
        }

        @Override
        public List<Value> operands() {
            return List.of(x);
        }

        @Override
        public Op withOperands(List<Value> operands) {
            return new Broadcast(operands.get(0), axis, inserted);
        }

        @Override
        public ElementType type() {
            return x.type();
        }

        @Override
        public Shape shape() {
            return x.shape().insert(axis, inserted);
        }
    }

    /** The same elements in the same order under another shape. */
    record Reshape(Value x, Shape shape) implements ShapeOp {
        public Reshape {
            require(x.shape().size() == shape.size(), "cannot reshape %s to %s", x.shape(), shape);
        }

        @Override
        public List<Value> operands() {
            return List.of(x);
        }

        @Override
        public Op withOperands(List<Value> operands) {
            return new Reshape(operands.get(0), shape);
        }

        @Override
        public ElementType type() {
            return x.type();
        }
    }

    /** Axis {@code i} of the result is axis {@code permutation(i)} of {@code x}. */
    record Transpose(Value x, List<Integer> permutation) implements ShapeOp {
        public Transpose {
            requireReal(x);
            permutation = List.copyOf(permutation);
            boolean[] seen = new boolean[x.rank()];
            require(permutation.size() == x.rank(), "permutation %s does not fit %s", permutation, x.shape());
            for (int axis : permutation) {
                require(axis >= 0 && axis < seen.length && !seen[axis],
                        "permutation %s does not fit %s", permutation, x.shape());
                seen[axis] = true;
            }
        }

        @Override
        public List<Value> operands() {
            return List.of(x);
        }

        @Override
        public Op withOperands(List<Value> operands) {
            return new Transpose(operands.get(0), permutation);
        }

        @Override
        public Shape shape() {
            return Shape.of(permutation.stream().mapToInt(x.shape()::dimension).toArray());
        }
    }

    /** Elements {@code [from, from + size)} along {@code axis}. */
    record Slice(Value x, int axis, int from, int size) implements ShapeOp {
        public Slice {
            requireReal(x);
            requireAxes(x, axis, 1);
            require(from >= 0 && size >= 1 && from + size <= x.shape().dimension(axis),
                    "slice [%d, %d) of axis %d does not fit %s", from, from + size, axis, x.shape());
        }

        @Override
        public List<Value> operands() {
            return List.of(x);
        }

        @Override
        public Op withOperands(List<Value> operands) {
            return new Slice(operands.get(0), axis, from, size);
        }

        @Override
        public Shape shape() {
            return x.shape().with(axis, size);
        }
    }

    /** {@code x} with zeros before and after it along {@code axis}; the adjoint of {@link Slice}. */
    record Pad(Value x, int axis, int before, int after) implements ShapeOp {
        public Pad {
            requireReal(x);
            requireAxes(x, axis, 1);
            require(before >= 0 && after >= 0, "padding cannot be negative, found %d and %d", before, after);
        }

        @Override
        public List<Value> operands() {
            return List.of(x);
        }

        @Override
        public Op withOperands(List<Value> operands) {
            return new Pad(operands.get(0), axis, before, after);
        }

        @Override
        public Shape shape() {
            return x.shape().with(axis, before + x.shape().dimension(axis) + after);
        }
    }

    /** {@code x} followed by {@code y} along {@code axis}. */
    record Concatenate(Value x, Value y, int axis) implements ShapeOp {
        public Concatenate {
            requireReal(x);
            requireReal(y);
            requireAxes(x, axis, 1);
            require(x.rank() == y.rank() && x.shape().with(axis, 1).equals(y.shape().with(axis, 1)),
                    "cannot concatenate %s and %s along axis %d", x.shape(), y.shape(), axis);
        }

        @Override
        public List<Value> operands() {
            return List.of(x, y);
        }

        @Override
        public Op withOperands(List<Value> operands) {
            return new Concatenate(operands.get(0), operands.get(1), axis);
        }

        @Override
        public Shape shape() {
            return x.shape().with(axis, x.shape().dimension(axis) + y.shape().dimension(axis));
        }
    }
}
