package org.plumbline.engine;

import org.plumbline.kernels.ActivationKernels64;
import org.plumbline.kernels.ElementwiseKernels64;
import org.plumbline.kernels.IndexBroadcastKernel;
import org.plumbline.kernels.IndexKernels64;
import org.plumbline.kernels.MatmulKernels64;
import org.plumbline.kernels.RowKernels64;
import org.plumbline.kernels.ShapeKernels64;
import org.plumbline.program.ElementType;
import org.plumbline.program.FusedOp;
import org.plumbline.program.IndexOp;
import org.plumbline.program.Node;
import org.plumbline.program.Op;
import org.plumbline.program.Shape;
import org.plumbline.program.ShapeOp;
import org.plumbline.program.Value;

/** One kernel for each operation: what every faster lowering falls back on and is tested against. */
public final class ScalarLowering64 implements Lowering<double[]> {

    @Override
    public Runnable lower(Node node, Slots<double[]> slots) {
        Value value = node.value();
        Shape shape = value.shape();
        int n = shape.size();
        if (node.op() instanceof ShapeOp.Broadcast broadcast && value.type() == ElementType.INDEX) {
            return indexBroadcast(broadcast, slots.index(broadcast.x()), slots.index(value));
        }
        Slot<double[]> out = slots.real(value);
        return switch (node.op()) {
            case Op.Source _, ShapeOp.Reshape _, Op.StopGradient _ ->
                    throw new IllegalStateException("no step for " + Op.describe(node.op()));
            case Op.Unary unary -> unary(unary, slots.real(unary.x()), out, n);
            case Op.Binary binary -> binary(binary, slots, out, n);
            case Op.Affine(Value x, var scale, var shift) -> {
                Slot<double[]> in = slots.real(x);
                yield () -> ElementwiseKernels64.affine(in.array, out.array, n, (double) scale, (double) shift);
            }
            case Op.Max(Value x) -> {
                Slot<double[]> in = slots.real(x);
                int width = x.shape().dimension(-1);
                yield () -> ShapeKernels64.maximum(in.array, out.array, n, width);
            }
            case Op.Sum(Value x, int axis, int count) -> {
                Slot<double[]> in = slots.real(x);
                int outer = x.shape().sizeOf(0, axis);
                int middle = x.shape().sizeOf(axis, axis + count);
                int inner = x.shape().sizeOf(axis + count, x.rank());
                yield () -> ShapeKernels64.sum(in.array, out.array, outer, middle, inner);
            }
            case ShapeOp.Broadcast(Value x, int axis, Shape inserted) -> {
                Slot<double[]> in = slots.real(x);
                int outer = x.shape().sizeOf(0, axis);
                int inner = x.shape().sizeOf(axis, x.rank());
                int middle = inserted.size();
                yield () -> ShapeKernels64.broadcast(in.array, out.array, outer, middle, inner);
            }
            case ShapeOp.Transpose transpose -> {
                Slot<double[]> in = slots.real(transpose.x());
                Permutation p = Permutation.of(transpose);
                yield () -> ShapeKernels64.transpose(in.array, out.array, n, p.lengths(), p.strides(), p.rank());
            }
            case ShapeOp.Slice(Value x, int axis, int from, int size) -> {
                Slot<double[]> in = slots.real(x);
                int outer = x.shape().sizeOf(0, axis);
                int middle = x.shape().dimension(axis);
                int inner = x.shape().sizeOf(axis + 1, x.rank());
                yield () -> ShapeKernels64.slice(in.array, out.array, outer, middle, inner, from, size);
            }
            case ShapeOp.Pad(Value x, int axis, int before, _) -> {
                Slot<double[]> in = slots.real(x);
                int outer = x.shape().sizeOf(0, axis);
                int middle = x.shape().dimension(axis);
                int inner = x.shape().sizeOf(axis + 1, x.rank());
                int padded = shape.dimension(axis);
                yield () -> ShapeKernels64.pad(in.array, out.array, outer, middle, inner, before, padded);
            }
            case ShapeOp.Concatenate(Value x, Value y, int axis) -> {
                Slot<double[]> first = slots.real(x);
                Slot<double[]> second = slots.real(y);
                int outer = shape.sizeOf(0, axis);
                int nx = x.shape().size() / outer;
                int ny = y.shape().size() / outer;
                yield () -> ShapeKernels64.concatenate(first.array, nx, second.array, ny, out.array, outer);
            }
            case Op.MatMul product -> matmul(product, slots, out);
            case IndexOp.Gather gather -> gather(gather, slots, out);
            case IndexOp.ScatterAdd scatter -> scatterAdd(scatter, slots, out);
            case IndexOp.Pick(Value x, Value indices) -> {
                Slot<double[]> in = slots.real(x);
                Slot<int[]> index = slots.index(indices);
                int width = x.shape().dimension(-1);
                int nx = x.shape().size() / width;
                int nIndices = indices.shape().size();
                yield () -> IndexKernels64.pick(in.array, nx, index.array, nIndices, out.array, n, width);
            }
            case IndexOp.Place(Value x, Value indices, int width) -> {
                Slot<double[]> in = slots.real(x);
                Slot<int[]> index = slots.index(indices);
                int nx = x.shape().size();
                int nIndices = indices.shape().size();
                yield () -> IndexKernels64.place(in.array, nx, index.array, nIndices, out.array, n / width, width);
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

    private static Runnable unary(Op.Unary op, Slot<double[]> in, Slot<double[]> out, int n) {
        return switch (op.function()) {
            case EXP -> () -> ElementwiseKernels64.exponential(in.array, out.array, n);
            case LOG -> () -> ElementwiseKernels64.logarithm(in.array, out.array, n);
            case TANH -> () -> ElementwiseKernels64.hyperbolicTangent(in.array, out.array, n);
            case SQRT -> () -> ElementwiseKernels64.squareRoot(in.array, out.array, n);
            case RECIPROCAL -> () -> ElementwiseKernels64.reciprocal(in.array, out.array, n);
            case ERF -> () -> ElementwiseKernels64.errorFunction(in.array, out.array, n);
            case RELU -> () -> ElementwiseKernels64.relu(in.array, out.array, n);
            case STEP -> () -> ElementwiseKernels64.unitStep(in.array, out.array, n);
        };
    }

    private static Runnable binary(Op.Binary op, Slots<double[]> slots, Slot<double[]> out, int n) {
        Slot<double[]> x = slots.real(op.x());
        Slot<double[]> y = slots.real(op.y());
        int nx = op.x().shape().size();
        int ny = op.y().shape().size();
        return switch (op.function()) {
            case ADD -> () -> ElementwiseKernels64.add(x.array, nx, y.array, ny, out.array, n);
            case SUBTRACT -> () -> ElementwiseKernels64.subtract(x.array, nx, y.array, ny, out.array, n);
            case MULTIPLY -> () -> ElementwiseKernels64.multiply(x.array, nx, y.array, ny, out.array, n);
            case DIVIDE -> () -> ElementwiseKernels64.divide(x.array, nx, y.array, ny, out.array, n);
        };
    }

    private static Runnable matmul(Op.MatMul op, Slots<double[]> slots, Slot<double[]> out) {
        Slot<double[]> a = slots.real(op.a());
        Slot<double[]> b = slots.real(op.b());
        int batch = op.batch();
        int batchA = op.batchA();
        int batchB = op.batchB();
        int m = op.m();
        int k = op.k();
        int n = op.n();
        int transposeA = op.transposeA() ? 1 : 0;
        int transposeB = op.transposeB() ? 1 : 0;
        return () -> MatmulKernels64.matmul(
                a.array, b.array, out.array, batch, batchA, batchB, m, k, n, transposeA, transposeB);
    }

    private static Runnable gather(IndexOp.Gather op, Slots<double[]> slots, Slot<double[]> out) {
        Slot<double[]> table = slots.real(op.table());
        Slot<int[]> indices = slots.index(op.indices());
        boolean grouped = op.table().rank() == 3;
        int groups = grouped ? op.table().shape().dimension(0) : 1;
        int rows = op.table().shape().dimension(-2);
        int width = op.table().shape().dimension(-1);
        int nIndices = op.indices().shape().size();
        int count = op.shape().size() / (groups * width);
        return () -> IndexKernels64.gather(
                table.array, indices.array, nIndices, out.array, groups, rows, width, count);
    }

    private static Runnable scatterAdd(IndexOp.ScatterAdd op, Slots<double[]> slots, Slot<double[]> out) {
        Slot<int[]> indices = slots.index(op.indices());
        Slot<double[]> x = slots.real(op.rows());
        int groups = op.grouped() ? op.rows().shape().dimension(0) : 1;
        int width = op.rows().shape().dimension(-1);
        int count = op.rows().shape().size() / (groups * width);
        int nIndices = op.indices().shape().size();
        int size = op.size();
        return () -> IndexKernels64.scatterAdd(
                indices.array, nIndices, x.array, out.array, groups, size, width, count);
    }

    private static Runnable fused(FusedOp op, Slots<double[]> slots, Slot<double[]> out, Shape shape) {
        int n = shape.size();
        return switch (op) {
            case FusedOp.Activation(var function, int order, Value x) -> {
                Slot<double[]> in = slots.real(x);
                yield switch (function) {
                    case GELU_TANH -> () -> ActivationKernels64.geluTanh(in.array, out.array, n, order);
                    case GELU -> () -> ActivationKernels64.gelu(in.array, out.array, n, order);
                    case SILU -> () -> ActivationKernels64.silu(in.array, out.array, n, order);
                };
            }
            case FusedOp.Softmax(Value x) -> {
                Slot<double[]> in = slots.real(x);
                int width = shape.dimension(-1);
                yield () -> RowKernels64.softmax(in.array, out.array, n / width, width);
            }
            case FusedOp.SoftmaxProjection(Value p, Value u) -> {
                Slot<double[]> probabilities = slots.real(p);
                Slot<double[]> in = slots.real(u);
                int width = shape.dimension(-1);
                int rowsP = p.shape().size() / width;
                int rowsU = u.shape().size() / width;
                yield () -> RowKernels64.softmaxProjection(
                        probabilities.array, rowsP, in.array, rowsU, out.array, n / width, width);
            }
            case FusedOp.LogSumExp(Value x) -> {
                Slot<double[]> in = slots.real(x);
                int width = x.shape().dimension(-1);
                yield () -> RowKernels64.logSumExp(in.array, out.array, n, width);
            }
            case FusedOp.CrossEntropy(Value logits, Value labels) -> {
                Slot<double[]> in = slots.real(logits);
                Slot<int[]> index = slots.index(labels);
                int width = logits.shape().dimension(-1);
                int rows = logits.shape().size() / width;
                int nLabels = labels.shape().size();
                yield () -> RowKernels64.crossEntropy(in.array, rows, index.array, nLabels, out.array, n, width);
            }
            case FusedOp.CrossEntropyGradient(Value logits, Value labels, Value weights) -> {
                Slot<double[]> in = slots.real(logits);
                Slot<int[]> index = slots.index(labels);
                Slot<double[]> weight = slots.real(weights);
                int width = shape.dimension(-1);
                int nLabels = labels.shape().size();
                int nWeights = weights.shape().size();
                yield () -> RowKernels64.crossEntropyGradient(
                        in.array, index.array, nLabels, weight.array, nWeights, out.array, n / width, width);
            }
            case FusedOp.Standardize(Value x, var epsilon, boolean centered) -> {
                Slot<double[]> in = slots.real(x);
                int width = shape.dimension(-1);
                yield () -> RowKernels64.standardize(
                        in.array, out.array, n / width, width, (double) epsilon, centered ? 1 : 0);
            }
            case FusedOp.InverseDeviation(Value x, var epsilon, boolean centered) -> {
                Slot<double[]> in = slots.real(x);
                int width = x.shape().dimension(-1);
                yield () -> RowKernels64.inverseDeviation(
                        in.array, out.array, n, width, (double) epsilon, centered ? 1 : 0);
            }
            case FusedOp.StandardizeProjection(Value y, Value r, Value u, boolean centered) -> {
                Slot<double[]> rows = slots.real(y);
                Slot<double[]> scales = slots.real(r);
                Slot<double[]> in = slots.real(u);
                int width = shape.dimension(-1);
                int rowsY = r.shape().size();
                int rowsU = u.shape().size() / width;
                yield () -> RowKernels64.standardizeProjection(rows.array, scales.array, rowsY, in.array, rowsU,
                        out.array, n / width, width, centered ? 1 : 0);
            }
        };
    }
}
