package org.plumbline.influence.scan;

import java.util.Map;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.influence.query.LayerQueries;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;

/**
 * A preconditioned query {@code P} as the direction in which a layer's {@code W̄} moves: inputs of a program, and the
 * tangent {@code ṡ_t = P ā_t} that they give the layer's pre-activations.
 *
 * @param rank {@code r} of the thin factors {@code P = L Rᵀ}, or 0 where the matrix is taken whole
 */
record LayerDirection(TrackedLayer layer, int rank) {
    private static final String PREFIX = "direction.";

    /** The form with fewer products, {@code r (out + columns)} or {@code out · columns}; rank 0 for whole queries. */
    static LayerDirection of(TrackedLayer layer, int rank) {
        boolean thin = rank > 0 && (long) rank * (layer.outputs() + layer.columns()) < layer.size();
        return new LayerDirection(layer, thin ? rank : 0);
    }

    /** The form with fewer products for these queries. */
    static LayerDirection of(LayerQueries queries) {
        return of(queries.layer(), queries instanceof LayerQueries.LowRank low ? low.rank() : 0);
    }

    /** Whether a program input of this name is part of a direction. */
    static boolean isInput(String name) {
        return name.startsWith(PREFIX);
    }

    private String name(String part) {
        return PREFIX + part + "." + layer.name();
    }

    /** {@code ṡ [T, out]} of the inputs {@code a [T, in]}; the ones column of {@code ā} is taken apart. */
    Value tangent(ProgramBuilder b, Value a) {
        int in = layer.inputs();
        int out = layer.outputs();
        boolean bias = layer.bias().isPresent();
        if (rank == 0) {
            Value p = b.real(name("whole"), out, layer.columns());
            Value moved = b.matmul(a, false, b.slice(p, 1, 0, in), true);
            return bias ? b.add(moved, b.reshape(b.slice(p, 1, in, 1), out)) : moved;
        }
        Value right = b.real(name("right"), layer.columns(), rank);
        Value moved = b.matmul(a, b.slice(right, 0, 0, in));
        Value rows = bias ? b.add(moved, b.reshape(b.slice(right, 0, in, 1), rank)) : moved;
        return b.matmul(rows, false, b.real(name("left"), out, rank), true);
    }

    /** The inputs' values for one query: its own arrays where they are of the form and precision wanted. */
    Map<String, Storage> inputs(LayerQueries queries, int query, Precision precision) {
        if (rank > 0 && queries instanceof LayerQueries.LowRank low) {
            return Map.of(name("left"), in(precision, low.left().get(query)),
                    name("right"), in(precision, low.right().get(query)));
        }
        return Map.of(name("whole"), queries instanceof LayerQueries.Full full
                ? in(precision, full.matrices().get(query))
                : Storage.of(precision, queries.matrix(query)));
    }

    private static Storage in(Precision precision, Storage values) {
        boolean single = values instanceof Storage.Floats;
        return single == (precision == Precision.SINGLE) ? values : Storage.of(precision, values.toDoubles());
    }
}
