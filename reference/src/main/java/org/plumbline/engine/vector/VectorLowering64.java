package org.plumbline.engine.vector;

import org.plumbline.engine.Lowering;
import org.plumbline.engine.Permutation;
import org.plumbline.engine.ScalarLowering64;
import org.plumbline.engine.Slot;
import org.plumbline.engine.Slots;
import org.plumbline.engine.Workers;
import org.plumbline.program.ElementType;
import org.plumbline.program.FusedOp;
import org.plumbline.program.IndexOp;
import org.plumbline.program.Node;
import org.plumbline.program.Op;
import org.plumbline.program.Shape;
import org.plumbline.program.ShapeOp;
import org.plumbline.program.Value;

/**
 * Vector kernels for the operations that take the time, the scalar ones for the rest.
 *
 * <p>Which kernel computes an element never depends on the size of leading axes where the two would round differently,
 * so a batch gives what its members give one by one.
 */
final class VectorLowering64 implements Lowering<double[]> {

    /** Elements from which a vector loop is worth its warm-up, for operations that give the same bits either way. */
    private static final int SMALL = 64;

    /** Elements to which an operand of two that repeats after fewer is written out before it is used. */
    private static final int PERIOD = 256;

    private final ScalarLowering64 scalar = new ScalarLowering64();
    private final Workers workers;

    VectorLowering64(Workers workers) {
        this.workers = workers;
    }

    @Override
    public Runnable lower(Node node, Slots<double[]> slots) {
        Value value = node.value();
        return switch (node.op()) {
            case Op.MatMul product -> matmul(product, slots, slots.real(value));
            case Op.Max max -> max(max, slots, slots.real(value));
            case Op.Sum sum -> sum(sum, slots, slots.real(value));
            case Op.Unary unary -> unary(unary, node, slots);
            case FusedOp fused -> fused(fused, node, slots);
            case Op.Source _, ShapeOp.Reshape _, Op.StopGradient _, IndexOp.Pick _ -> scalar.lower(node, slots);
            case Op.Binary _, Op.Affine _, ShapeOp _, IndexOp _ ->
                    value.shape().size() < SMALL || value.type() == ElementType.INDEX
                            ? scalar.lower(node, slots)
                            : sameBits(node, slots);
        };
    }

    private Runnable sameBits(Node node, Slots<double[]> slots) {
        Shape shape = node.value().shape();
        int n = shape.size();
        Slot<double[]> out = slots.real(node.value());
        return switch (node.op()) {
            case Op.Binary binary -> binary(binary, slots, out, n);
            case Op.Affine(Value x, var scale, var shift) -> {
                Slot<double[]> in = slots.real(x);
                yield () -> VectorElementwise64.affine(in.array, out.array, n, (double) scale, (double) shift);
            }
            case ShapeOp.Broadcast(Value x, int axis, Shape inserted) -> {
                Slot<double[]> in = slots.real(x);
                int outer = x.shape().sizeOf(0, axis);
                int inner = x.shape().sizeOf(axis, x.rank());
                int middle = inserted.size();
                yield () -> VectorShapes64.broadcast(in.array, out.array, outer, middle, inner);
            }
            case ShapeOp.Transpose transpose -> {
                Slot<double[]> in = slots.real(transpose.x());
                Permutation permutation = Permutation.of(transpose);
                yield () -> VectorShapes64.transpose(in.array, out.array, n, permutation);
            }
            case ShapeOp.Slice(Value x, int axis, int from, int size) -> {
                Slot<double[]> in = slots.real(x);
                int outer = x.shape().sizeOf(0, axis);
                int middle = x.shape().dimension(axis);
                int inner = x.shape().sizeOf(axis + 1, x.rank());
                yield () -> VectorShapes64.slice(in.array, out.array, outer, middle, inner, from, size);
            }
            case ShapeOp.Pad(Value x, int axis, int before, _) -> {
                Slot<double[]> in = slots.real(x);
                int outer = x.shape().sizeOf(0, axis);
                int middle = x.shape().dimension(axis);
                int inner = x.shape().sizeOf(axis + 1, x.rank());
                int padded = shape.dimension(axis);
                yield () -> VectorShapes64.pad(in.array, out.array, outer, middle, inner, before, padded);
            }
            case ShapeOp.Concatenate(Value x, Value y, int axis) -> {
                Slot<double[]> first = slots.real(x);
                Slot<double[]> second = slots.real(y);
                int outer = shape.sizeOf(0, axis);
                int nx = x.shape().size() / outer;
                int ny = y.shape().size() / outer;
                yield () -> VectorShapes64.concatenate(first.array, nx, second.array, ny, out.array, outer);
            }
            case IndexOp.Gather gather -> gather(gather, slots, out);
            case IndexOp.ScatterAdd scatter -> scatterAdd(scatter, slots, out);
            case IndexOp.Place(Value x, Value indices, int width) -> {
                Slot<double[]> in = slots.real(x);
                Slot<int[]> index = slots.index(indices);
                int nx = x.shape().size();
                int nIndices = indices.shape().size();
                yield () -> VectorIndex64.place(in.array, nx, index.array, nIndices, out.array, n / width, width);
            }
            default -> scalar.lower(node, slots);
        };
    }

    private Runnable matmul(Op.MatMul op, Slots<double[]> slots, Slot<double[]> out) {
        Slot<double[]> a = slots.real(op.a());
        Slot<double[]> b = slots.real(op.b());
        int batch = op.batch();
        int batchA = op.batchA();
        int batchB = op.batchB();
        int m = op.m();
        int k = op.k();
        int n = op.n();
        return () -> VectorMatmul64.matmul(a.array, op.transposeA(), batchA, b.array, op.transposeB(), batchB,
                out.array, batch, m, k, n, workers);
    }

    private Runnable max(Op.Max op, Slots<double[]> slots, Slot<double[]> out) {
        Slot<double[]> in = slots.real(op.x());
        int width = op.x().shape().dimension(-1);
        int rows = op.x().shape().size() / width;
        return () -> VectorReductions64.maxLast(in.array, out.array, rows, width, workers);
    }

    private Runnable sum(Op.Sum op, Slots<double[]> slots, Slot<double[]> out) {
        Slot<double[]> in = slots.real(op.x());
        Shape shape = op.x().shape();
        int outer = shape.sizeOf(0, op.axis());
        int middle = shape.sizeOf(op.axis(), op.axis() + op.count());
        int inner = shape.sizeOf(op.axis() + op.count(), shape.rank());
        return () -> VectorReductions64.sumMiddle(in.array, out.array, outer, middle, inner, workers);
    }

    private Runnable unary(Op.Unary op, Node node, Slots<double[]> slots) {
        Slot<double[]> in = slots.real(op.x());
        Slot<double[]> out = slots.real(node.value());
        int n = op.x().shape().size();
        return switch (op.function()) {
            case EXP -> () -> VectorExponential64.exp(in.array, out.array, 0, n);
            case SQRT -> () -> VectorElementwise64.sqrt(in.array, out.array, n);
            case RECIPROCAL -> () -> VectorElementwise64.reciprocal(in.array, out.array, n);
            case RELU -> () -> VectorElementwise64.relu(in.array, out.array, n);
            case STEP -> () -> VectorElementwise64.step(in.array, out.array, n);
            case ERF -> {
                double[] scratch = new double[VectorExponential64.BLOCK];
                yield () -> VectorErrorFunction64.erf(in.array, out.array, n, scratch);
            }
            case LOG, TANH -> scalar.lower(node, slots);
        };
    }

    private static Runnable binary(Op.Binary op, Slots<double[]> slots, Slot<double[]> out, int n) {
        Slot<double[]> x = slots.real(op.x());
        Slot<double[]> y = slots.real(op.y());
        int nx = op.x().shape().size();
        int ny = op.y().shape().size();
        if (nx < PERIOD && nx < n) {
            double[] written = new double[repeats(nx, n) * nx];
            return () -> {
                VectorShapes64.broadcast(x.array, written, 1, written.length / nx, nx);
                binary(op, written, written.length, y.array, ny, out.array, n);
            };
        }
        if (ny < PERIOD && ny < n) {
            double[] written = new double[repeats(ny, n) * ny];
            return () -> {
                VectorShapes64.broadcast(y.array, written, 1, written.length / ny, ny);
                binary(op, x.array, nx, written, written.length, out.array, n);
            };
        }
        return () -> binary(op, x.array, nx, y.array, ny, out.array, n);
    }

    private static int repeats(int period, int n) {
        return Math.min(n / period, Math.ceilDiv(PERIOD, period));
    }

    private static void binary(Op.Binary op, double[] x, int nx, double[] y, int ny, double[] z, int n) {
        switch (op.function()) {
            case ADD -> VectorElementwise64.add(x, nx, y, ny, z, n);
            case SUBTRACT -> VectorElementwise64.subtract(x, nx, y, ny, z, n);
            case MULTIPLY -> VectorElementwise64.multiply(x, nx, y, ny, z, n);
            case DIVIDE -> VectorElementwise64.divide(x, nx, y, ny, z, n);
        }
    }

    private static Runnable gather(IndexOp.Gather op, Slots<double[]> slots, Slot<double[]> out) {
        Slot<double[]> table = slots.real(op.table());
        Slot<int[]> indices = slots.index(op.indices());
        int groups = op.table().rank() == 3 ? op.table().shape().dimension(0) : 1;
        int rows = op.table().shape().dimension(-2);
        int width = op.table().shape().dimension(-1);
        int nIndices = op.indices().shape().size();
        int count = op.shape().size() / (groups * width);
        return () -> VectorIndex64.gather(table.array, indices.array, nIndices, out.array, groups, rows, width, count);
    }

    private static Runnable scatterAdd(IndexOp.ScatterAdd op, Slots<double[]> slots, Slot<double[]> out) {
        Slot<int[]> indices = slots.index(op.indices());
        Slot<double[]> x = slots.real(op.rows());
        int groups = op.grouped() ? op.rows().shape().dimension(0) : 1;
        int width = op.rows().shape().dimension(-1);
        int count = op.rows().shape().size() / (groups * width);
        int nIndices = op.indices().shape().size();
        int size = op.size();
        return () -> VectorIndex64.scatterAdd(indices.array, nIndices, x.array, out.array, groups, size, width, count);
    }

    private static Runnable fused(FusedOp op, Node node, Slots<double[]> slots) {
        Shape shape = node.value().shape();
        int n = shape.size();
        Slot<double[]> out = slots.real(node.value());
        return switch (op) {
            case FusedOp.Activation(var function, int order, Value x) -> {
                Slot<double[]> in = slots.real(x);
                yield switch (function) {
                    case GELU_TANH -> () -> VectorActivations64.geluTanh(in.array, out.array, n, order);
                    case SILU -> () -> VectorActivations64.silu(in.array, out.array, n, order);
                    case GELU -> {
                        double[] scratch = new double[VectorExponential64.BLOCK];
                        yield () -> VectorErrorFunction64.gelu(in.array, out.array, n, order, scratch);
                    }
                };
            }
            case FusedOp.Softmax(Value x) -> {
                Slot<double[]> in = slots.real(x);
                int width = shape.dimension(-1);
                yield () -> VectorRows64.softmax(in.array, out.array, n / width, width);
            }
            case FusedOp.SoftmaxProjection(Value p, Value u) -> {
                Slot<double[]> probabilities = slots.real(p);
                Slot<double[]> in = slots.real(u);
                int width = shape.dimension(-1);
                int rowsP = p.shape().size() / width;
                int rowsU = u.shape().size() / width;
                yield () -> VectorRows64.softmaxProjection(probabilities.array, rowsP, in.array, rowsU, out.array,
                        n / width, width);
            }
            case FusedOp.LogSumExp(Value x) -> {
                Slot<double[]> in = slots.real(x);
                int width = x.shape().dimension(-1);
                double[] scratch = new double[width];
                yield () -> VectorRows64.logSumExp(in.array, out.array, n, width, scratch);
            }
            case FusedOp.CrossEntropy(Value logits, Value labels) -> {
                Slot<double[]> in = slots.real(logits);
                Slot<int[]> index = slots.index(labels);
                int width = logits.shape().dimension(-1);
                int rows = logits.shape().size() / width;
                int nLabels = labels.shape().size();
                double[] scratch = new double[width];
                yield () -> VectorRows64.crossEntropy(in.array, rows, index.array, nLabels, out.array,
                        n, width, scratch);
            }
            case FusedOp.CrossEntropyGradient(Value logits, Value labels, Value weights) -> {
                Slot<double[]> in = slots.real(logits);
                Slot<int[]> index = slots.index(labels);
                Slot<double[]> weight = slots.real(weights);
                int width = shape.dimension(-1);
                int nLabels = labels.shape().size();
                int nWeights = weights.shape().size();
                yield () -> VectorRows64.crossEntropyGradient(in.array, index.array, nLabels, weight.array, nWeights,
                        out.array, n / width, width);
            }
            case FusedOp.Standardize(Value x, var epsilon, boolean centered) -> {
                Slot<double[]> in = slots.real(x);
                int width = shape.dimension(-1);
                yield () -> VectorRows64.standardize(in.array, out.array, n / width, width, (double) epsilon, centered);
            }
            case FusedOp.InverseDeviation(Value x, var epsilon, boolean centered) -> {
                Slot<double[]> in = slots.real(x);
                int width = x.shape().dimension(-1);
                yield () -> VectorRows64.inverseDeviation(in.array, out.array, n, width, (double) epsilon, centered);
            }
            case FusedOp.StandardizeProjection(Value y, Value r, Value u, boolean centered) -> {
                Slot<double[]> rows = slots.real(y);
                Slot<double[]> scales = slots.real(r);
                Slot<double[]> in = slots.real(u);
                int width = shape.dimension(-1);
                int rowsY = r.shape().size();
                int rowsU = u.shape().size() / width;
                yield () -> VectorRows64.standardizeProjection(rows.array, scales.array, rowsY, in.array, rowsU,
                        out.array, n / width, width, centered);
            }
        };
    }
}
