// Derived from ScalarLowering64.java by FloatTwin, which tells how: change that file.
package org.plumbline.engine;

import org.plumbline.kernels.ActivationKernels32;
import org.plumbline.kernels.ElementwiseKernels32;
import org.plumbline.kernels.IndexBroadcastKernel;
import org.plumbline.kernels.IndexKernels32;
import org.plumbline.kernels.MatmulKernels32;
import org.plumbline.kernels.RowKernels32;
import org.plumbline.kernels.ShapeKernels32;
import org.plumbline.program.ElementType;
import org.plumbline.program.FusedOp;
import org.plumbline.program.IndexOp;
import org.plumbline.program.Node;
import org.plumbline.program.Op;
import org.plumbline.program.Shape;
import org.plumbline.program.ShapeOp;
import org.plumbline.program.Value;

/** One kernel for each operation: what every faster lowering falls back on and is tested against. */
public final class ScalarLowering32 implements Lowering<float[]> {

    @Override
    public Runnable lower(Node node, Slots<float[]> slots) {
        Value value = node.value();
        Shape shape = value.shape();
        int n = shape.size();
        if (node.op() instanceof ShapeOp.Broadcast broadcast && value.type() == ElementType.INDEX) {
            return indexBroadcast(broadcast, slots.index(broadcast.x()), slots.index(value));
        }
        Slot<float[]> out = slots.real(value);
        return switch (node.op()) {
            case Op.Source _, ShapeOp.Reshape _, Op.StopGradient _ ->
                    throw new IllegalStateException("no step for " + Op.describe(node.op()));
            case Op.Unary unary -> unary(unary, slots.real(unary.x()), out, n);
            case Op.Binary binary -> binary(binary, slots, out, n);
            case Op.Affine(Value x, var scale, var shift) -> {
                Slot<float[]> in = slots.real(x);
                yield () -> ElementwiseKernels32.affine(in.array, out.array, n, (float) scale, (float) shift);
            }
            case Op.Max(Value x) -> {
                Slot<float[]> in = slots.real(x);
                int width = x.shape().dimension(-1);
                yield () -> ShapeKernels32.maximum(in.array, out.array, n, width);
            }
            case Op.Sum(Value x, int axis, int count) -> {
                Slot<float[]> in = slots.real(x);
                int outer = x.shape().sizeOf(0, axis);
                int middle = x.shape().sizeOf(axis, axis + count);
                int inner = x.shape().sizeOf(axis + count, x.rank());
                yield () -> ShapeKernels32.sum(in.array, out.array, outer, middle, inner);
            }
            case ShapeOp.Broadcast(Value x, int axis, Shape inserted) -> {
                Slot<float[]> in = slots.real(x);
                int outer = x.shape().sizeOf(0, axis);
                int inner = x.shape().sizeOf(axis, x.rank());
                int middle = inserted.size();
                yield () -> ShapeKernels32.broadcast(in.array, out.array, outer, middle, inner);
            }
            case ShapeOp.Transpose transpose -> {
                Slot<float[]> in = slots.real(transpose.x());
                Permutation p = Permutation.of(transpose);
                yield () -> ShapeKernels32.transpose(in.array, out.array, n, p.lengths(), p.strides(), p.rank());
            }
            case ShapeOp.Slice(Value x, int axis, int from, int size) -> {
                Slot<float[]> in = slots.real(x);
                int outer = x.shape().sizeOf(0, axis);
                int middle = x.shape().dimension(axis);
                int inner = x.shape().sizeOf(axis + 1, x.rank());
                yield () -> ShapeKernels32.slice(in.array, out.array, outer, middle, inner, from, size);
            }
            case ShapeOp.Pad(Value x, int axis, int before, _) -> {
                Slot<float[]> in = slots.real(x);
                int outer = x.shape().sizeOf(0, axis);
                int middle = x.shape().dimension(axis);
                int inner = x.shape().sizeOf(axis + 1, x.rank());
                int padded = shape.dimension(axis);
                yield () -> ShapeKernels32.pad(in.array, out.array, outer, middle, inner, before, padded);
            }
            case ShapeOp.Concatenate(Value x, Value y, int axis) -> {
                Slot<float[]> first = slots.real(x);
                Slot<float[]> second = slots.real(y);
                int outer = shape.sizeOf(0, axis);
                int nx = x.shape().size() / outer;
                int ny = y.shape().size() / outer;
                yield () -> ShapeKernels32.concatenate(first.array, nx, second.array, ny, out.array, outer);
            }
            case Op.MatMul product -> matmul(product, slots, out);
            case IndexOp.Gather gather -> gather(gather, slots, out);
            case IndexOp.ScatterAdd scatter -> scatterAdd(scatter, slots, out);
            case IndexOp.Pick(Value x, Value indices) -> {
                Slot<float[]> in = slots.real(x);
                Slot<int[]> index = slots.index(indices);
                int width = x.shape().dimension(-1);
                int nx = x.shape().size() / width;
                int nIndices = indices.shape().size();
                yield () -> IndexKernels32.pick(in.array, nx, index.array, nIndices, out.array, n, width);
            }
            case IndexOp.Place(Value x, Value indices, int width) -> {
                Slot<float[]> in = slots.real(x);
                Slot<int[]> index = slots.index(indices);
                int nx = x.shape().size();
                int nIndices = indices.shape().size();
                yield () -> IndexKernels32.place(in.array, nx, index.array, nIndices, out.array, n / width, width);
            }
            case FusedOp fused -> fused(fused, slots, out, shape);
        };
    }

    private static Runnable indexBroadcast(ShapeOp.Broadcast op, Slot<int[]> in, Slot<int[]> out) {
        int outer = op.x().shape().sizeOf(0, op.axis());
        int inner = op.x().shape().sizeOf(op.axis(), op.x().rank());
        int middle = op.inserted().size();
        return () -> IndexBroadcastKernel.broadcast(in.array, out.array, outer, middle, inner);
    }

    private static Runnable unary(Op.Unary op, Slot<float[]> in, Slot<float[]> out, int n) {
        return switch (op.function()) {
            case EXP -> () -> ElementwiseKernels32.exponential(in.array, out.array, n);
            case LOG -> () -> ElementwiseKernels32.logarithm(in.array, out.array, n);
            case TANH -> () -> ElementwiseKernels32.hyperbolicTangent(in.array, out.array, n);
            case SQRT -> () -> ElementwiseKernels32.squareRoot(in.array, out.array, n);
            case RECIPROCAL -> () -> ElementwiseKernels32.reciprocal(in.array, out.array, n);
            case ERF -> () -> ElementwiseKernels32.errorFunction(in.array, out.array, n);
            case RELU -> () -> ElementwiseKernels32.relu(in.array, out.array, n);
            case STEP -> () -> ElementwiseKernels32.unitStep(in.array, out.array, n);
        };
    }

    private static Runnable binary(Op.Binary op, Slots<float[]> slots, Slot<float[]> out, int n) {
        Slot<float[]> x = slots.real(op.x());
        Slot<float[]> y = slots.real(op.y());
        int nx = op.x().shape().size();
        int ny = op.y().shape().size();
        return switch (op.function()) {
            case ADD -> () -> ElementwiseKernels32.add(x.array, nx, y.array, ny, out.array, n);
            case SUBTRACT -> () -> ElementwiseKernels32.subtract(x.array, nx, y.array, ny, out.array, n);
            case MULTIPLY -> () -> ElementwiseKernels32.multiply(x.array, nx, y.array, ny, out.array, n);
            case DIVIDE -> () -> ElementwiseKernels32.divide(x.array, nx, y.array, ny, out.array, n);
        };
    }

    private static Runnable matmul(Op.MatMul op, Slots<float[]> slots, Slot<float[]> out) {
        Slot<float[]> a = slots.real(op.a());
        Slot<float[]> b = slots.real(op.b());
        int batch = op.batch();
        int batchA = op.batchA();
        int batchB = op.batchB();
        int m = op.m();
        int k = op.k();
        int n = op.n();
        int transposeA = op.transposeA() ? 1 : 0;
        int transposeB = op.transposeB() ? 1 : 0;
        return () -> MatmulKernels32.matmul(
                a.array, b.array, out.array, batch, batchA, batchB, m, k, n, transposeA, transposeB);
    }

    private static Runnable gather(IndexOp.Gather op, Slots<float[]> slots, Slot<float[]> out) {
        Slot<float[]> table = slots.real(op.table());
        Slot<int[]> indices = slots.index(op.indices());
        boolean grouped = op.table().rank() == 3;
        int groups = grouped ? op.table().shape().dimension(0) : 1;
        int rows = op.table().shape().dimension(-2);
        int width = op.table().shape().dimension(-1);
        int nIndices = op.indices().shape().size();
        int count = op.shape().size() / (groups * width);
        return () -> IndexKernels32.gather(
                table.array, indices.array, nIndices, out.array, groups, rows, width, count);
    }

    private static Runnable scatterAdd(IndexOp.ScatterAdd op, Slots<float[]> slots, Slot<float[]> out) {
        Slot<int[]> indices = slots.index(op.indices());
        Slot<float[]> x = slots.real(op.rows());
        int groups = op.grouped() ? op.rows().shape().dimension(0) : 1;
        int width = op.rows().shape().dimension(-1);
        int count = op.rows().shape().size() / (groups * width);
        int nIndices = op.indices().shape().size();
        int size = op.size();
        return () -> IndexKernels32.scatterAdd(
                indices.array, nIndices, x.array, out.array, groups, size, width, count);
    }

    private static Runnable fused(FusedOp op, Slots<float[]> slots, Slot<float[]> out, Shape shape) {
        int n = shape.size();
        return switch (op) {
            case FusedOp.Activation(var function, int order, Value x) -> {
                Slot<float[]> in = slots.real(x);
                yield switch (function) {
                    case GELU_TANH -> () -> ActivationKernels32.geluTanh(in.array, out.array, n, order);
                    case GELU -> () -> ActivationKernels32.gelu(in.array, out.array, n, order);
                    case SILU -> () -> ActivationKernels32.silu(in.array, out.array, n, order);
                };
            }
            case FusedOp.Softmax(Value x) -> {
                Slot<float[]> in = slots.real(x);
                int width = shape.dimension(-1);
                yield () -> RowKernels32.softmax(in.array, out.array, n / width, width);
            }
            case FusedOp.SoftmaxProjection(Value p, Value u) -> {
                Slot<float[]> probabilities = slots.real(p);
                Slot<float[]> in = slots.real(u);
                int width = shape.dimension(-1);
                int rowsP = p.shape().size() / width;
                int rowsU = u.shape().size() / width;
                yield () -> RowKernels32.softmaxProjection(
                        probabilities.array, rowsP, in.array, rowsU, out.array, n / width, width);
            }
            case FusedOp.LogSumExp(Value x) -> {
                Slot<float[]> in = slots.real(x);
                int width = x.shape().dimension(-1);
                yield () -> RowKernels32.logSumExp(in.array, out.array, n, width);
            }
            case FusedOp.CrossEntropy(Value logits, Value labels) -> {
                Slot<float[]> in = slots.real(logits);
                Slot<int[]> index = slots.index(labels);
                int width = logits.shape().dimension(-1);
                int rows = logits.shape().size() / width;
                int nLabels = labels.shape().size();
                yield () -> RowKernels32.crossEntropy(in.array, rows, index.array, nLabels, out.array, n, width);
            }
            case FusedOp.CrossEntropyGradient(Value logits, Value labels, Value weights) -> {
                Slot<float[]> in = slots.real(logits);
                Slot<int[]> index = slots.index(labels);
                Slot<float[]> weight = slots.real(weights);
                int width = shape.dimension(-1);
                int nLabels = labels.shape().size();
                int nWeights = weights.shape().size();
                yield () -> RowKernels32.crossEntropyGradient(
                        in.array, index.array, nLabels, weight.array, nWeights, out.array, n / width, width);
            }
            case FusedOp.Standardize(Value x, var epsilon, boolean centered) -> {
                Slot<float[]> in = slots.real(x);
                int width = shape.dimension(-1);
                yield () -> RowKernels32.standardize(
                        in.array, out.array, n / width, width, (float) epsilon, centered ? 1 : 0);
            }
            case FusedOp.InverseDeviation(Value x, var epsilon, boolean centered) -> {
                Slot<float[]> in = slots.real(x);
                int width = x.shape().dimension(-1);
                yield () -> RowKernels32.inverseDeviation(
                        in.array, out.array, n, width, (float) epsilon, centered ? 1 : 0);
            }
            case FusedOp.StandardizeProjection(Value y, Value r, Value u, boolean centered) -> {
                Slot<float[]> rows = slots.real(y);
                Slot<float[]> scales = slots.real(r);
                Slot<float[]> in = slots.real(u);
                int width = shape.dimension(-1);
                int rowsY = r.shape().size();
                int rowsU = u.shape().size() / width;
                yield () -> RowKernels32.standardizeProjection(rows.array, scales.array, rowsY, in.array, rowsU,
                        out.array, n / width, width, centered ? 1 : 0);
            }
        };
    }
}
