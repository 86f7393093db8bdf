package org.plumbline.tornado;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.plumbline.engine.Permutation;
import org.plumbline.kernels.ActivationKernels64;
import org.plumbline.kernels.ElementwiseKernels64;
import org.plumbline.kernels.IndexBroadcastKernel;
import org.plumbline.kernels.IndexKernels64;
import org.plumbline.kernels.MatmulKernels64;
import org.plumbline.kernels.ShapeKernels64;
import org.plumbline.program.ElementType;
import org.plumbline.program.FusedOp;
import org.plumbline.program.IndexOp;
import org.plumbline.program.Node;
import org.plumbline.program.Op;
import org.plumbline.program.Shape;
import org.plumbline.program.ShapeOp;
import org.plumbline.program.Value;
import org.plumbline.tornado.kernels.AttentionTiles64;
import org.plumbline.tornado.kernels.MatmulTiles64;
import org.plumbline.tornado.kernels.RowGroups64;
import uk.ac.manchester.tornado.api.KernelContext;

/**
 * One kernel for each operation: those of the scalar engine, and {@code kernels} of this module where they are faster.
 */
final class TaskLowering64 implements TaskLowering<double[]> {
    private final GroupPolicy policy;
    private final RowLowering64 rows;

    TaskLowering64(GroupPolicy policy) {
        this.policy = policy;
        this.rows = new RowLowering64(policy);
    }

    @Override
    public Task lower(Node node, ValueArrays<double[]> arrays) {
        Value value = node.value();
        Shape shape = value.shape();
        int n = shape.size();
        if (node.op() instanceof ShapeOp.Broadcast broadcast && value.type() == ElementType.INDEX) {
            return indexBroadcast(broadcast, arrays.index(broadcast.x()), arrays.index(value), n);
        }
        double[] out = arrays.real(value);
        return switch (node.op()) {
            case Op.Source _, ShapeOp.Reshape _, Op.StopGradient _ ->
                    throw new IllegalStateException("no task for " + Op.describe(node.op()));
            case Op.Unary unary -> unary(unary, arrays.real(unary.x()), out, n);
            case Op.Binary binary -> binary(binary, arrays, out, n);
            case Op.Affine(Value x, var scale, var shift) ->
                    Task.of(out, n, ElementwiseKernels64::affine,
                            arrays.real(x), out, n, (double) scale, (double) shift);
            case Op.Max(Value x) -> max(arrays.real(x), out, n, x.shape().dimension(-1));
            case Op.Sum sum -> sum(sum, arrays.real(sum.x()), out, n);
            case ShapeOp.Broadcast(Value x, int axis, Shape inserted) -> {
                int outer = x.shape().sizeOf(0, axis);
                int inner = x.shape().sizeOf(axis, x.rank());
                yield Task.of(out, n, ShapeKernels64::broadcast, arrays.real(x), out, outer, inserted.size(), inner);
            }
            case ShapeOp.Transpose transpose -> transpose(transpose, arrays.real(transpose.x()), out, n);
            case ShapeOp.Slice(Value x, int axis, int from, int size) -> {
                int outer = x.shape().sizeOf(0, axis);
                int middle = x.shape().dimension(axis);
                int inner = x.shape().sizeOf(axis + 1, x.rank());
                yield Task.of(out, n, ShapeKernels64::slice, arrays.real(x), out, outer, middle, inner, from, size);
            }
            case ShapeOp.Pad(Value x, int axis, int before, _) -> {
                int outer = x.shape().sizeOf(0, axis);
                int middle = x.shape().dimension(axis);
                int inner = x.shape().sizeOf(axis + 1, x.rank());
                int padded = shape.dimension(axis);
                yield Task.of(out, n, ShapeKernels64::pad, arrays.real(x), out, outer, middle, inner, before, padded);
            }
            case ShapeOp.Concatenate(Value x, Value y, int axis) -> {
                int outer = shape.sizeOf(0, axis);
                int nx = x.shape().size() / outer;
                int ny = y.shape().size() / outer;
                yield Task.of(out, n, ShapeKernels64::concatenate, arrays.real(x), nx, arrays.real(y), ny, out, outer);
            }
            case Op.MatMul product -> matmul(product, arrays.real(product.a()), arrays.real(product.b()), out, n);
            case IndexOp.Gather gather -> gather(gather, arrays, out, n);
            case IndexOp.ScatterAdd scatter -> scatterAdd(scatter, arrays, out, n);
            case IndexOp.Pick(Value x, Value indices) -> {
                int width = x.shape().dimension(-1);
                int nx = x.shape().size() / width;
                int nIndices = indices.shape().size();
                yield Task.of(out, n, IndexKernels64::pick,
                        arrays.real(x), nx, arrays.index(indices), nIndices, out, n, width);
            }
            case IndexOp.Place(Value x, Value indices, int width) -> {
                int nx = x.shape().size();
                int nIndices = indices.shape().size();
                yield Task.of(out, n, IndexKernels64::place,
                        arrays.real(x), nx, arrays.index(indices), nIndices, out, n / width, width);
            }
            case FusedOp.Activation activation -> activation(activation, arrays.real(activation.x()), out, n);
            case FusedOp fused -> rows.lower(fused, arrays, out);
        };
    }

    private static Task indexBroadcast(ShapeOp.Broadcast op, int[] in, int[] out, int n) {
        int outer = op.x().shape().sizeOf(0, op.axis());
        int inner = op.x().shape().sizeOf(op.axis(), op.x().rank());
        int middle = op.inserted().size();
        return Task.of(out, n, IndexBroadcastKernel::broadcast, in, out, outer, middle, inner);
    }

    private static Task unary(Op.Unary op, double[] in, double[] out, int n) {
        return switch (op.function()) {
            case EXP -> Task.of(out, n, ElementwiseKernels64::exponential, in, out, n);
            case LOG -> Task.of(out, n, ElementwiseKernels64::logarithm, in, out, n);
            case TANH -> Task.of(out, n, ElementwiseKernels64::hyperbolicTangent, in, out, n);
            case SQRT -> Task.of(out, n, ElementwiseKernels64::squareRoot, in, out, n);
            case RECIPROCAL -> Task.of(out, n, ElementwiseKernels64::reciprocal, in, out, n);
            case ERF -> Task.of(out, n, ElementwiseKernels64::errorFunction, in, out, n);
            case RELU -> Task.of(out, n, ElementwiseKernels64::relu, in, out, n);
            case STEP -> Task.of(out, n, ElementwiseKernels64::unitStep, in, out, n);
        };
    }

    private static Task binary(Op.Binary op, ValueArrays<double[]> arrays, double[] out, int n) {
        double[] x = arrays.real(op.x());
        double[] y = arrays.real(op.y());
        int nx = op.x().shape().size();
        int ny = op.y().shape().size();
        return switch (op.function()) {
            case ADD -> Task.of(out, n, ElementwiseKernels64::add, x, nx, y, ny, out, n);
            case SUBTRACT -> Task.of(out, n, ElementwiseKernels64::subtract, x, nx, y, ny, out, n);
            case MULTIPLY -> Task.of(out, n, ElementwiseKernels64::multiply, x, nx, y, ny, out, n);
            case DIVIDE -> Task.of(out, n, ElementwiseKernels64::divide, x, nx, y, ny, out, n);
        };
    }

    private static Task activation(FusedOp.Activation op, double[] in, double[] out, int n) {
        int order = op.order();
        return switch (op.function()) {
            case GELU_TANH -> Task.of(out, n, ActivationKernels64::geluTanh, in, out, n, order);
            case GELU -> Task.of(out, n, ActivationKernels64::gelu, in, out, n, order);
            case SILU -> Task.of(out, n, ActivationKernels64::silu, in, out, n, order);
        };
    }

    private Task max(double[] in, double[] out, int n, int width) {
        Grid grid = rows.grid(n, width);
        return grid == null
                ? Task.of(out, n, ShapeKernels64::maximum, in, out, n, width)
                : Task.of(out, n, RowGroups64::maximum, new KernelContext(), in, out, width).on(grid);
    }

    private Task sum(Op.Sum op, double[] in, double[] out, int n) {
        Shape shape = op.x().shape();
        int end = op.axis() + op.count();
        int outer = shape.sizeOf(0, op.axis());
        int middle = shape.sizeOf(op.axis(), end);
        int inner = shape.sizeOf(end, shape.rank());
        Grid grid = inner == 1 ? rows.grid(n, middle) : null;
        return grid == null
                ? Task.of(out, n, ShapeKernels64::sum, in, out, outer, middle, inner)
                : Task.of(out, n, RowGroups64::sum, new KernelContext(), in, out, middle).on(grid);
    }

    private static Task transpose(ShapeOp.Transpose op, double[] in, double[] out, int n) {
        Permutation p = Permutation.of(op);
        // A device has no arrays of length 0, which a permutation of axes of length 1 reduces to.
        int[] lengths = Arrays.copyOf(p.lengths(), Math.max(1, p.rank()));
        int[] strides = Arrays.copyOf(p.strides(), Math.max(1, p.rank()));
        return Task.of(out, n, ShapeKernels64::transpose, in, out, n, lengths, strides, p.rank());
    }

    private Task matmul(Op.MatMul op, double[] a, double[] b, double[] out, int size) {
        // Matrices with one right operand, one below the other, are the rows of one product: more of them fill a tile.
        boolean stacked = op.batchB() == 1 && op.batchA() == op.batch() && !op.transposeA();
        int batch = stacked ? 1 : op.batch();
        int batchA = stacked ? 1 : op.batchA();
        int batchB = op.batchB();
        int m = stacked ? op.batch() * op.m() : op.m();
        int k = op.k();
        int n = op.n();
        int transposeA = op.transposeA() ? 1 : 0;
        int transposeB = op.transposeB() ? 1 : 0;
        int symmetric = op.a().equals(op.b()) && transposeA != transposeB ? 1 : 0;
        Grid grid = policy.matmul(m, k, n) ? tiles(batch, m, n, symmetric) : null;
        return grid == null
                ? Task.of(out, size, MatmulKernels64::matmul,
                        a, b, out, batch, batchA, batchB, m, k, n, transposeA, transposeB)
                : Task.of(out, size, MatmulTiles64::matmul, new KernelContext(),
                        a, b, out, new int[] {batchA, batchB, m, k, n, transposeA, transposeB, symmetric}).on(grid);
    }

    @Override
    public Task lower(AttentionWeights weights, ValueArrays<double[]> arrays) {
        Op.MatMul op = weights.scores();
        double[] out = arrays.real(weights.weights());
        double[] mask = arrays.real(weights.mask());
        double scale = (double) weights.scale();
        int rowsMask = weights.mask().shape().size() / op.n();
        int[] sizes = {op.batchA(), op.batchB(), op.m(), op.k(), op.n(), rowsMask, AttentionTiles64.SWEEPS};
        return Task.of(out, weights.weights().shape().size(), AttentionTiles64::weights, new KernelContext(),
                arrays.real(op.a()), arrays.real(op.b()), mask, out, sizes, scale)
                .on(Objects.requireNonNull(weights.grid()));
    }

    private static @Nullable Grid tiles(int batch, int m, int n, int symmetric) {
        long down = Math.ceilDiv(m, MatmulTiles64.TILE);
        long across = Math.ceilDiv(n, MatmulTiles64.TILE);
        return symmetric == 1
                ? Grid.orNull(batch * (down * (down + 1) / 2), 1, MatmulTiles64.SIDE, MatmulTiles64.SIDE)
                : Grid.orNull(batch * down, across, MatmulTiles64.SIDE, MatmulTiles64.SIDE);
    }

    private static Task gather(IndexOp.Gather op, ValueArrays<double[]> arrays, double[] out, int n) {
        boolean grouped = op.table().rank() == 3;
        int groups = grouped ? op.table().shape().dimension(0) : 1;
        int rows = op.table().shape().dimension(-2);
        int width = op.table().shape().dimension(-1);
        int nIndices = op.indices().shape().size();
        int count = n / (groups * width);
        return Task.of(out, n, IndexKernels64::gather,
                arrays.real(op.table()), arrays.index(op.indices()), nIndices, out, groups, rows, width, count);
    }

    private static Task scatterAdd(IndexOp.ScatterAdd op, ValueArrays<double[]> arrays, double[] out, int n) {
        int groups = op.grouped() ? op.rows().shape().dimension(0) : 1;
        int width = op.rows().shape().dimension(-1);
        int count = op.rows().shape().size() / (groups * width);
        int nIndices = op.indices().shape().size();
        int size = op.size();
        return Task.of(out, n, IndexKernels64::scatterAdd,
                arrays.index(op.indices()), nIndices, arrays.real(op.rows()), out, groups, size, width, count);
    }
}
