package org.plumbline.engine;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.plumbline.program.Constant;
import org.plumbline.program.ElementType;
import org.plumbline.program.FusedOp;
import org.plumbline.program.IndexOp;
import org.plumbline.program.Node;
import org.plumbline.program.Op;
import org.plumbline.program.Program;
import org.plumbline.program.ShapeOp;
import org.plumbline.program.Value;

/**
 * The bound below which every element of an index input must lie, read off the tables and rows that the program looks
 * up with it. Kernels do not check; a token outside the vocabulary must not silently read another row.
 */
final class IndexBounds {
    private final Map<String, Integer> bounds = new HashMap<>();

    /**
     * Reads off the bounds, and checks the indices that are constants of the program.
     *
     * @throws EngineException that names the constant, the position and the index
     */
    IndexBounds(Program program) {
        int[] bound = new int[program.nodes().size()];
        Arrays.fill(bound, Integer.MAX_VALUE);
        for (Node node : program.nodes().reversed()) {
            switch (node.op()) {
                case IndexOp.Gather(Value table, Value indices) -> limit(bound, indices, table.shape().dimension(-2));
                case IndexOp.ScatterAdd scatter -> limit(bound, scatter.indices(), scatter.size());
                case IndexOp.Pick(Value x, Value indices) -> limit(bound, indices, x.shape().dimension(-1));
                case IndexOp.Place place -> limit(bound, place.indices(), place.size());
                case FusedOp.CrossEntropy(Value logits, Value labels) ->
                        limit(bound, labels, logits.shape().dimension(-1));
                case FusedOp.CrossEntropyGradient(Value logits, Value labels, Value _) ->
                        limit(bound, labels, logits.shape().dimension(-1));
                case ShapeOp.Reshape(Value x, _) -> limit(bound, x, bound[node.value().id()]);
                case ShapeOp.Broadcast(Value x, _, _) -> limit(bound, x, bound[node.value().id()]);
                case Op.Input input when input.type() == ElementType.INDEX ->
                        bounds.put(input.name(), bound[node.value().id()]);
                case Op.Literal(Constant.Indices(int[] indices), _) ->
                        check("constant " + node.value(), indices, bound[node.value().id()]);
                case Op.Input _, Op.Literal(Constant.DoubleArray _, _), Op.Fill _ -> {}
                // Each by its name: an operation that is added must say here whether it takes indices.
                case Op.Unary _, Op.Binary _, Op.Affine _, Op.StopGradient _, Op.Max _, Op.Sum _, Op.MatMul _,
                        ShapeOp.Transpose _, ShapeOp.Slice _, ShapeOp.Pad _, ShapeOp.Concatenate _,
                        FusedOp.Activation _, FusedOp.Softmax _, FusedOp.SoftmaxProjection _, FusedOp.LogSumExp _,
                        FusedOp.Standardize _, FusedOp.InverseDeviation _, FusedOp.StandardizeProjection _ -> {}
            }
        }
    }

    private static void limit(int[] bound, Value indices, int limit) {
        bound[indices.id()] = Math.min(bound[indices.id()], limit);
    }

    /**
     * Checks the elements of the index input {@code name}.
     *
     * @throws EngineException that names the input, the position and the index
     */
    void check(String name, int[] indices) {
        check("input '" + name + "'", indices, bounds.get(name));
    }

    private static void check(String holder, int[] indices, int bound) {
        for (int i = 0; i < indices.length; i++) {
            if (indices[i] < 0 || indices[i] >= bound) {
                throw new EngineException(holder + " holds index " + indices[i] + " at position " + i
                        + "; expected 0 to " + (bound - 1));
            }
        }
    }
}
