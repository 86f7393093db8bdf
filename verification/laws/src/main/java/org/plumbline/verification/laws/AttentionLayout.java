package org.plumbline.verification.laws;

import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.plumbline.model.Decoder;
import org.plumbline.model.Projection;
import org.plumbline.model.RotaryEmbedding;
import org.plumbline.model.SelfAttention;

/**
 * Where the heads of a block's attention are in its matrices.
 *
 * @param query layer whose rows are queries
 * @param key layer whose rows are keys
 * @param value layer whose rows are values
 * @param output layer whose columns read mixed values
 * @param size of a head
 * @param rotated how many of a head's dimensions are rotated by position
 * @param neighbors whether the rotated pairs are neighbors, and not of the two halves
 * @param norms of queries and keys, if they are normalized
 * @param groups heads that share keys and values
 */
record AttentionLayout(
        String query, String key, String value, String output, int size, int rotated, boolean neighbors,
        Optional<SelfAttention.QueryKeyNorm> norms, List<Group> groups) {

    /**
     * @param queryRows first rows of each head's queries
     * @param keyRow first row of the keys
     * @param valueRow first row of the values
     * @param outputColumns first columns of each head's mixed values
     */
    record Group(int[] queryRows, int keyRow, int valueRow, int[] outputColumns) {}

    /** The layouts of all blocks. */
    static List<AttentionLayout> of(Decoder model) {
        return model.architecture().blocks().stream().map(block -> of(block.attention())).toList();
    }

    private static AttentionLayout of(SelfAttention a) {
        int queries = a.heads() * a.size();
        int keys = a.keyValueHeads() * a.size();
        return switch (a.projection()) {
            case Projection.Separate(String query, String key, String value, boolean _) ->
                    of(a, query, key, value, rows(a, 0, 1), rows(a, 0, 1), rows(a, 0, 1));
            case Projection.Sections(String joint, boolean _) ->
                    of(a, joint, joint, joint, rows(a, 0, 1), rows(a, queries, 1), rows(a, queries + keys, 1));
            case Projection.HeadByHead(String joint, boolean _) ->
                    of(a, joint, joint, joint, rows(a, 0, 3), rows(a, a.size(), 3), rows(a, 2 * a.size(), 3));
        };
    }

    /** The first row of each head, {@code stride} heads apart. */
    private static IntUnaryOperator rows(SelfAttention a, int first, int stride) {
        return head -> first + head * stride * a.size();
    }

    private static AttentionLayout of(
            SelfAttention a, String query, String key, String value, IntUnaryOperator queries, IntUnaryOperator keys,
            IntUnaryOperator values) {
        int shared = a.heads() / a.keyValueHeads();
        List<Group> groups = IntStream.range(0, a.keyValueHeads()).mapToObj(group -> {
            int[] heads = IntStream.range(group * shared, (group + 1) * shared).toArray();
            return new Group(IntStream.of(heads).map(queries).toArray(), keys.applyAsInt(group),
                    values.applyAsInt(group), IntStream.of(heads).map(head -> head * a.size()).toArray());
        }).toList();
        return new AttentionLayout(query, key, value, a.output(), a.size(),
                a.rotary().map(RotaryEmbedding::dimensions).orElse(0),
                a.rotary().filter(RotaryEmbedding::neighbors).isPresent(), a.norms(), groups);
    }
}
