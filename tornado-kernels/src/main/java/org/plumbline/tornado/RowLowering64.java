package org.plumbline.tornado;

import org.jspecify.annotations.Nullable;
import org.plumbline.kernels.RowKernels64;
import org.plumbline.program.FusedOp;
import org.plumbline.program.Op;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;
import org.plumbline.tornado.kernels.RowGroups64;
import uk.ac.manchester.tornado.api.KernelContext;

/** The fused operations on rows: a work-item a row, or a group of them where rows are long. */
final class RowLowering64 {
    private final GroupPolicy policy;

    RowLowering64(GroupPolicy policy) {
        this.policy = policy;
    }

    /** The grid with a group a row, or null if the plain loop is to run. */
    @Nullable Grid grid(int rows, int width) {
        return policy.row(width) ? Grid.orNull(rows, 1, RowGroups64.GROUP, 1) : null;
    }

    Task lower(FusedOp op, ValueArrays<double[]> arrays, double[] out) {
        Shape shape = op.shape();
        int n = shape.size();
        return switch (op) {
            case FusedOp.Activation _ -> throw new IllegalStateException("no rows in " + Op.describe(op));
            case FusedOp.Softmax(Value x) -> {
                double[] in = arrays.real(x);
                int width = shape.dimension(-1);
                Grid grid = grid(n / width, width);
                yield grid == null
                        ? Task.of(out, n, RowKernels64::softmax, in, out, n / width, width)
                        : Task.of(out, n, RowGroups64::softmax, new KernelContext(), in, out, width).on(grid);
            }
            case FusedOp.SoftmaxProjection(Value p, Value u) -> {
                double[] probabilities = arrays.real(p);
                double[] in = arrays.real(u);
                int width = shape.dimension(-1);
                int rowsP = p.shape().size() / width;
                int rowsU = u.shape().size() / width;
                Grid grid = grid(n / width, width);
                yield grid == null
                        ? Task.of(out, n, RowKernels64::softmaxProjection,
                                probabilities, rowsP, in, rowsU, out, n / width, width)
                        : Task.of(out, n, RowGroups64::softmaxProjection, new KernelContext(),
                                probabilities, rowsP, in, rowsU, out, width).on(grid);
            }
            case FusedOp.LogSumExp(Value x) -> {
                double[] in = arrays.real(x);
                int width = x.shape().dimension(-1);
                Grid grid = grid(n, width);
                yield grid == null
                        ? Task.of(out, n, RowKernels64::logSumExp, in, out, n, width)
                        : Task.of(out, n, RowGroups64::logSumExp, new KernelContext(), in, out, width).on(grid);
            }
            case FusedOp.CrossEntropy(Value logits, Value labels) -> {
                double[] in = arrays.real(logits);
                int[] index = arrays.index(labels);
                int width = logits.shape().dimension(-1);
                int rows = logits.shape().size() / width;
                int nLabels = labels.shape().size();
                Grid grid = grid(n, width);
                yield grid == null
                        ? Task.of(out, n, RowKernels64::crossEntropy, in, rows, index, nLabels, out, n, width)
                        : Task.of(out, n, RowGroups64::crossEntropy, new KernelContext(),
                                in, rows, index, nLabels, out, width).on(grid);
            }
            case FusedOp.CrossEntropyGradient(Value logits, Value labels, Value weights) -> {
                double[] in = arrays.real(logits);
                int[] index = arrays.index(labels);
                double[] weight = arrays.real(weights);
                int width = shape.dimension(-1);
                int nLabels = labels.shape().size();
                int nWeights = weights.shape().size();
                Grid grid = grid(n / width, width);
                yield grid == null
                        ? Task.of(out, n, RowKernels64::crossEntropyGradient,
                                in, index, nLabels, weight, nWeights, out, n / width, width)
                        : Task.of(out, n, RowGroups64::crossEntropyGradient, new KernelContext(),
                                in, index, nLabels, weight, nWeights, out, width).on(grid);
            }
            case FusedOp.Standardize(Value x, var epsilon, boolean centered) -> {
                double[] in = arrays.real(x);
                int width = shape.dimension(-1);
                int center = centered ? 1 : 0;
                Grid grid = grid(n / width, width);
                yield grid == null
                        ? Task.of(out, n, RowKernels64::standardize,
                                in, out, n / width, width, (double) epsilon, center)
                        : Task.of(out, n, RowGroups64::standardize, new KernelContext(),
                                in, out, width, (double) epsilon, center).on(grid);
            }
            case FusedOp.InverseDeviation(Value x, var epsilon, boolean centered) -> {
                double[] in = arrays.real(x);
                int width = x.shape().dimension(-1);
                int center = centered ? 1 : 0;
                Grid grid = grid(n, width);
                yield grid == null
                        ? Task.of(out, n, RowKernels64::inverseDeviation, in, out, n, width, (double) epsilon, center)
                        : Task.of(out, n, RowGroups64::inverseDeviation, new KernelContext(),
                                in, out, width, (double) epsilon, center).on(grid);
            }
            case FusedOp.StandardizeProjection(Value y, Value r, Value u, boolean centered) -> {
                double[] standard = arrays.real(y);
                double[] scales = arrays.real(r);
                double[] in = arrays.real(u);
                int width = shape.dimension(-1);
                int rowsY = r.shape().size();
                int rowsU = u.shape().size() / width;
                int center = centered ? 1 : 0;
                Grid grid = grid(n / width, width);
                yield grid == null
                        ? Task.of(out, n, RowKernels64::standardizeProjection,
                                standard, scales, rowsY, in, rowsU, out, n / width, width, center)
                        : Task.of(out, n, RowGroups64::standardizeProjection, new KernelContext(),
                                standard, scales, rowsY, in, rowsU, out, width, center).on(grid);
            }
        };
    }
}
