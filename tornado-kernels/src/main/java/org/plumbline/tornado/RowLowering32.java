// Derived from RowLowering64.java by FloatTwin, which tells how: change that file.
package org.plumbline.tornado;

import org.plumbline.kernels.RowKernels32;
import org.plumbline.program.FusedOp;
import org.plumbline.program.Op;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;
import org.plumbline.tornado.kernels.RowGroups32;
import uk.ac.manchester.tornado.api.KernelContext;

/** The fused operations on rows: a work-item a row, or a group of them where rows are long. */
final class RowLowering32 {
    private final GroupPolicy policy;

    RowLowering32(GroupPolicy policy) {
        this.policy = policy;
    }

    /** The grid with a group a row, or null if the plain loop is to run. */
    Grid grid(int rows, int width) {
        return policy.row(width) ? Grid.orNull(rows, 1, RowGroups32.GROUP, 1) : null;
    }

    Task lower(FusedOp op, ValueArrays<float[]> arrays, float[] out) {
        Shape shape = op.shape();
        int n = shape.size();
        return switch (op) {
            case FusedOp.Activation _ -> throw new IllegalStateException("no rows in " + Op.describe(op));
            case FusedOp.Softmax(Value x) -> {
                float[] in = arrays.real(x);
                int width = shape.dimension(-1);
                Grid grid = grid(n / width, width);
                yield grid == null
                        ? Task.of(out, n, RowKernels32::softmax, in, out, n / width, width)
                        : Task.of(out, n, RowGroups32::softmax, new KernelContext(), in, out, width).on(grid);
            }
            case FusedOp.SoftmaxProjection(Value p, Value u) -> {
                float[] probabilities = arrays.real(p);
                float[] in = arrays.real(u);
                int width = shape.dimension(-1);
                int rowsP = p.shape().size() / width;
                int rowsU = u.shape().size() / width;
                Grid grid = grid(n / width, width);
                yield grid == null
                        ? Task.of(out, n, RowKernels32::softmaxProjection,
                                probabilities, rowsP, in, rowsU, out, n / width, width)
                        : Task.of(out, n, RowGroups32::softmaxProjection, new KernelContext(),
                                probabilities, rowsP, in, rowsU, out, width).on(grid);
            }
            case FusedOp.LogSumExp(Value x) -> {
                float[] in = arrays.real(x);
                int width = x.shape().dimension(-1);
                Grid grid = grid(n, width);
                yield grid == null
                        ? Task.of(out, n, RowKernels32::logSumExp, in, out, n, width)
                        : Task.of(out, n, RowGroups32::logSumExp, new KernelContext(), in, out, width).on(grid);
            }
            case FusedOp.CrossEntropy(Value logits, Value labels) -> {
                float[] in = arrays.real(logits);
                int[] index = arrays.index(labels);
                int width = logits.shape().dimension(-1);
                int rows = logits.shape().size() / width;
                int nLabels = labels.shape().size();
                Grid grid = grid(n, width);
                yield grid == null
                        ? Task.of(out, n, RowKernels32::crossEntropy, in, rows, index, nLabels, out, n, width)
                        : Task.of(out, n, RowGroups32::crossEntropy, new KernelContext(),
                                in, rows, index, nLabels, out, width).on(grid);
            }
            case FusedOp.CrossEntropyGradient(Value logits, Value labels, Value weights) -> {
                float[] in = arrays.real(logits);
                int[] index = arrays.index(labels);
                float[] weight = arrays.real(weights);
                int width = shape.dimension(-1);
                int nLabels = labels.shape().size();
                int nWeights = weights.shape().size();
                Grid grid = grid(n / width, width);
                yield grid == null
                        ? Task.of(out, n, RowKernels32::crossEntropyGradient,
                                in, index, nLabels, weight, nWeights, out, n / width, width)
                        : Task.of(out, n, RowGroups32::crossEntropyGradient, new KernelContext(),
                                in, index, nLabels, weight, nWeights, out, width).on(grid);
            }
            case FusedOp.Standardize(Value x, var epsilon, boolean centered) -> {
                float[] in = arrays.real(x);
                int width = shape.dimension(-1);
                int center = centered ? 1 : 0;
                Grid grid = grid(n / width, width);
                yield grid == null
                        ? Task.of(out, n, RowKernels32::standardize,
                                in, out, n / width, width, (float) epsilon, center)
                        : Task.of(out, n, RowGroups32::standardize, new KernelContext(),
                                in, out, width, (float) epsilon, center).on(grid);
            }
            case FusedOp.InverseDeviation(Value x, var epsilon, boolean centered) -> {
                float[] in = arrays.real(x);
                int width = x.shape().dimension(-1);
                int center = centered ? 1 : 0;
                Grid grid = grid(n, width);
                yield grid == null
                        ? Task.of(out, n, RowKernels32::inverseDeviation, in, out, n, width, (float) epsilon, center)
                        : Task.of(out, n, RowGroups32::inverseDeviation, new KernelContext(),
                                in, out, width, (float) epsilon, center).on(grid);
            }
            case FusedOp.StandardizeProjection(Value y, Value r, Value u, boolean centered) -> {
                float[] standard = arrays.real(y);
                float[] scales = arrays.real(r);
                float[] in = arrays.real(u);
                int width = shape.dimension(-1);
                int rowsY = r.shape().size();
                int rowsU = u.shape().size() / width;
                int center = centered ? 1 : 0;
                Grid grid = grid(n / width, width);
                yield grid == null
                        ? Task.of(out, n, RowKernels32::standardizeProjection,
                                standard, scales, rowsY, in, rowsU, out, n / width, width, center)
                        : Task.of(out, n, RowGroups32::standardizeProjection, new KernelContext(),
                                standard, scales, rowsY, in, rowsU, out, width, center).on(grid);
            }
        };
    }
}
