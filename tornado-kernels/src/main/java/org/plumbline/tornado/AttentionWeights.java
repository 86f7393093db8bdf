package org.plumbline.tornado;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.plumbline.program.BinaryFunction;
import org.plumbline.program.FusedOp;
import org.plumbline.program.Node;
import org.plumbline.program.Op;
import org.plumbline.program.Program;
import org.plumbline.program.ShapeOp;
import org.plumbline.program.Value;
import org.plumbline.tornado.kernels.AttentionTiles64;

/**
 * {@code softmax(scale · Q Kᵀ + mask)}: operations of a program that one kernel can do, since nothing else reads what
 * lies between them.
 *
 * @param scores {@code Q Kᵀ}
 * @param mask what is added, its elements taken in turn by those of the scores
 * @param weights the result
 * @param within the values that are not computed, the scores among them
 */
record AttentionWeights(Op.MatMul scores, double scale, Value mask, Value weights, List<Value> within) {

    /** Those of a program, by result; none if their products are not to work in groups. */
    static Map<Value, AttentionWeights> of(Program program, GroupPolicy policy) {
        Map<Value, Integer> uses = new HashMap<>();
        program.nodes().forEach(node -> node.op().operands().forEach(operand -> uses.merge(operand, 1, Integer::sum)));
        program.outputs().values().forEach(output -> uses.merge(output, 1, Integer::sum));
        Set<Value> single = new HashSet<>(uses.keySet());
        single.removeIf(value -> uses.get(value) != 1);
        Map<Value, AttentionWeights> found = new HashMap<>();
        for (Node node : program.nodes()) {
            if (node.op() instanceof FusedOp.Softmax(Value x)) {
                new Search(program.nodes(), single).from(node.value(), x)
                        .filter(weights -> weights.suits(policy))
                        .ifPresent(weights -> found.put(node.value(), weights));
            }
        }
        return found;
    }

    private boolean suits(GroupPolicy policy) {
        return !scores.transposeA() && scores.transposeB()
                && scores.n() == weights.shape().dimension(-1)
                && mask.shape().size() % scores.n() == 0
                && policy.matmul(scores.m(), scores.k(), scores.n())
                && grid() != null;
    }

    /** A group for every tile of rows, or null if those are too many. */
    @Nullable Grid grid() {
        long tiles = (long) scores.batch() * Math.ceilDiv(scores.m(), AttentionTiles64.TILE);
        return Grid.orNull(tiles, 1, AttentionTiles64.SIDE, AttentionTiles64.SIDE);
    }

    /** What the kernel reads. */
    List<Value> reads() {
        return List.of(scores.a(), scores.b(), mask);
    }

    /** Follows values that are read once down to a product. */
    private record Search(List<Node> nodes, Set<Value> single, List<Value> within) {
        Search(List<Node> nodes, Set<Value> single) {
            this(nodes, single, new ArrayList<>());
        }

        Optional<AttentionWeights> from(Value weights, Value masked) {
            if (!enter(masked) || !(op(masked) instanceof Op.Binary(BinaryFunction function, Value x, Value y))
                    || function != BinaryFunction.ADD || !x.shape().equals(masked.shape())) {
                return Optional.empty();
            }
            return from(weights, y, x, 1);
        }

        private Optional<AttentionWeights> from(Value weights, Value mask, Value scaled, double scale) {
            if (!enter(scaled)) {
                return Optional.empty();
            }
            return switch (op(scaled)) {
                case ShapeOp.Reshape reshape -> from(weights, mask, reshape.x(), scale);
                case Op.Affine affine when affine.shift() == 0 ->
                        from(weights, mask, affine.x(), scale * affine.scale());
                case Op.MatMul scores ->
                        Optional.of(new AttentionWeights(scores, scale, mask, weights, List.copyOf(within)));
                default -> Optional.empty();
            };
        }

        private boolean enter(Value value) {
            within.add(value);
            return single.contains(value);
        }

        private Op op(Value value) {
            return nodes.get(value.id()).op();
        }
    }
}
