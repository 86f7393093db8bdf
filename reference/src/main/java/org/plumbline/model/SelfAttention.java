package org.plumbline.model;

import java.util.Optional;
import java.util.OptionalInt;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;

/**
 * The self-attention of one block, {@code W_o · softmax(cap(Q Kᵀ · scale) + mask) V}, with
 * {@code cap(z) = c tanh(z / c)} or nothing.
 *
 * @param projection makes queries, keys and values
 * @param output name of the layer {@code W_o}
 * @param outputBias whether that has a bias
 * @param heads {@code H}, a multiple of {@code keyValueHeads}
 * @param keyValueHeads {@code K}; each serves {@code H / K} neighboring heads
 * @param size {@code s} of a head
 * @param norms of queries and keys, if there are any
 * @param rotary rotation of queries and keys by position, if there is one
 * @param scale what scores are multiplied by
 * @param window how many positions are seen, the own one included, where not all earlier ones are
 * @param softCap {@code c}, or 0 for none
 */
public record SelfAttention(
        Projection projection, String output, boolean outputBias, int heads, int keyValueHeads, int size,
        Optional<QueryKeyNorm> norms, Optional<RotaryEmbedding> rotary, double scale, OptionalInt window,
        double softCap) {

    /**
     * Normalization of queries and keys before they are rotated: of each head where its width is {@code s}, else of all
     * heads together.
     */
    public record QueryKeyNorm(Normalization query, Normalization key) {}

    public SelfAttention {
        if (keyValueHeads < 1 || size < 1) {
            throw new ModelException("sizes of heads are positive, found " + keyValueHeads
                    + " heads of keys and values of size " + size);
        }
        DecoderSizes.requireMultiple("the number of heads", heads, keyValueHeads, "heads of keys and values");
        if (projection instanceof Projection.HeadByHead && heads != keyValueHeads) {
            throw new ModelException("a layer of heads one by one has keys and values for each, found " + heads
                    + " heads and " + keyValueHeads + " of keys and values");
        }
        if (rotary.isPresent()) {
            rotary.get().requireWithin(size);
        }
        if (window.isPresent() && window.getAsInt() < 1) {
            throw new ModelException("a window of attention has a position or more, found " + window.getAsInt());
        }
        if (!(softCap >= 0) || Double.isInfinite(softCap) || !Double.isFinite(scale)) {
            throw new ModelException("the soft-cap of scores is finite and not negative and their scale finite, found "
                    + softCap + " and " + scale);
        }
    }

    void declare(DecoderParts parts, int width) {
        int queries = heads * size;
        int keys = keyValueHeads * size;
        switch (projection) {
            case Projection.Separate(String query, String key, String value, boolean bias) -> {
                parts.linear(query, queries, width, bias, LayerRole.ATTENTION);
                parts.linear(key, keys, width, bias, LayerRole.ATTENTION);
                parts.linear(value, keys, width, bias, LayerRole.ATTENTION);
            }
            case Projection.Sections(String joint, boolean bias) ->
                    parts.linear(joint, queries + 2 * keys, width, bias, LayerRole.ATTENTION);
            case Projection.HeadByHead(String joint, boolean bias) ->
                    parts.linear(joint, 3 * queries, width, bias, LayerRole.ATTENTION);
        }
        norms.ifPresent(norm -> {
            norm.query().declare(parts);
            norm.key().declare(parts);
        });
        parts.residualLinear(output, width, queries, outputBias, LayerRole.ATTENTION);
    }

    Value apply(Forward f, Value x, PositionTables tables) {
        return switch (projection) {
            case Projection.Separate p -> {
                Value query = f.linear(p.query(), x);                                                 // [T, H s]
                Value key = f.linear(p.key(), x);                                                     // [T, K s]
                boolean whole = norms.isPresent() && norms.get().query().width() != size;
                if (whole) {
                    query = norms.get().query().apply(f, query);
                    key = norms.get().key().apply(f, key);
                }
                yield mix(f, tables,
                        query(f, Attention.heads(f, query, heads, size), tables, !whole),
                        key(f, Attention.heads(f, key, keyValueHeads, size), tables, !whole),
                        Attention.heads(f, f.linear(p.value(), x), keyValueHeads, size));
            }
            case Projection.Sections p -> sections(f, f.linear(p.joint(), x), tables);
            case Projection.HeadByHead p -> {
                ProgramBuilder b = f.builder();
                Value joint = Attention.heads(f, f.linear(p.joint(), x), heads, 3 * size);            // [H, T, 3s]
                yield mix(f, tables,
                        query(f, b.slice(joint, 2, 0, size), tables, true),
                        key(f, b.slice(joint, 2, size, size), tables, true),
                        b.slice(joint, 2, 2 * size, size));
            }
        };
    }

    private Value sections(Forward f, Value joint, PositionTables tables) {
        ProgramBuilder b = f.builder();
        int length = f.length();
        if (heads != keyValueHeads) {
            int queries = heads * size;
            int keys = keyValueHeads * size;
            return mix(f, tables,
                    query(f, Attention.heads(f, b.slice(joint, 1, 0, queries), heads, size), tables, true),
                    key(f, Attention.heads(f, b.slice(joint, 1, queries, keys), keyValueHeads, size), tables, true),
                    Attention.heads(f, b.slice(joint, 1, queries + keys, keys), keyValueHeads, size));
        }
        Value split = b.transpose(b.reshape(joint, length, 3, heads, size), 1, 2, 0, 3);              // [3, H, T, s]
        Value query = b.reshape(b.slice(split, 0, 0, 1), heads, length, size);
        Value key = b.reshape(b.slice(split, 0, 1, 1), heads, length, size);
        Value value = b.reshape(b.slice(split, 0, 2, 1), heads, length, size);
        return mix(f, tables, query(f, query, tables, true), key(f, key, tables, true), value);
    }

    private Value query(Forward f, Value x, PositionTables tables, boolean headByHead) {
        return placed(f, norms.filter(_ -> headByHead).map(QueryKeyNorm::query), x, tables);
    }

    private Value key(Forward f, Value x, PositionTables tables, boolean headByHead) {
        return placed(f, norms.filter(_ -> headByHead).map(QueryKeyNorm::key), x, tables);
    }

    private Value placed(Forward f, Optional<Normalization> norm, Value x, PositionTables tables) {
        Value normed = norm.isPresent() ? norm.get().apply(f, x) : x;
        return rotary.isPresent() ? tables.rotation(rotary.get()).apply(f, normed) : normed;
    }

    private Value mix(Forward f, PositionTables tables, Value query, Value key, Value value) {
        return f.linear(output, Attention.mix(f, query, key, value, tables.mask(window), scale, softCap));
    }
}
