package org.plumbline.influence.scan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.plumbline.batch.Contraction;
import org.plumbline.batch.LayerTokens;
import org.plumbline.batch.Pipeline;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.influence.query.LayerQueries;
import org.plumbline.influence.query.Queries;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.ElementType;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;

/**
 * {@code ⟨P_q, Σ_t Ds_t ā_tᵀ⟩} for all queries {@code q} and sequences, by the contraction that takes the fewest
 * operations. For sequences of {@code T} positions, {@code n} queries and rank {@code r}:
 *
 * <ul>
 *   <li>through gradients, {@code 2 out in (T + n)}: {@code Σ_t Ds_t a_tᵀ} is formed for the micro-batch and multiplied
 *       with all queries at once; for whole sequences only;
 *   <li>through whole queries, {@code 2 T n out in}: {@code Ds_tᵀ P_q a_t}, the narrower side last;
 *   <li>through thin queries, {@code 2 T n r (out + in)}: {@code (L_qᵀ Ds_t)·(R_qᵀ ā_t)}; no gradient is formed.
 * </ul>
 *
 * <p>The ones column of {@code ā} is taken apart: its part of the score is {@code Ds_t · P_q[:, in]}.
 */
final class QueryContraction {
    private final Pipeline pipeline;
    private final boolean tokens;
    private final int queries;
    private final Map<String, LayerQueries> byName = new LinkedHashMap<>();
    /** Filled while programs are built, by whichever thread builds first. */
    private final Map<String, Storage> extra = new ConcurrentHashMap<>();

    private QueryContraction(Pipeline pipeline, List<LayerQueries> layers, boolean tokens) {
        this.pipeline = pipeline;
        this.tokens = tokens;
        this.queries = layers.getFirst().count();
        layers.forEach(layer -> byName.put(layer.layer().name(), layer));
    }

    /** The three ways. */
    enum Way {
        GRADIENTS, WHOLE_QUERIES, THIN_QUERIES
    }

    /** The cheapest way for a layer and a length. */
    static Way way(LayerQueries layer, int length, boolean tokens) {
        double out = layer.layer().outputs();
        double in = layer.layer().inputs();
        double gradients = tokens ? Double.POSITIVE_INFINITY : out * in * (length + layer.count());
        double whole = (double) length * layer.count() * out * in;
        double thin = layer instanceof LayerQueries.LowRank low
                ? (double) length * layer.count() * low.rank() * (out + in)
                : Double.POSITIVE_INFINITY;
        return thin <= Math.min(gradients, whole)
                ? Way.THIN_QUERIES
                : gradients <= whole ? Way.GRADIENTS : Way.WHOLE_QUERIES;
    }

    static Scoring of(Pipeline pipeline, Queries queries, boolean tokens) {
        QueryContraction contraction = new QueryContraction(pipeline, queries.layers(), tokens);
        Contraction emit = (layer, results) -> results.put(Scoring.scores(layer.layer()), contraction.scores(layer));
        return new Scoring(emit, contraction.extra, queries.count(), tokens, -1);
    }

    private Value scores(LayerTokens layer) {
        LayerQueries layerQueries = byName.get(layer.layer().name());
        return switch (way(layerQueries, layer.length(), tokens)) {
            case GRADIENTS -> throughGradients(layer, layerQueries);
            case WHOLE_QUERIES -> throughWholeQueries(layer, layerQueries);
            case THIN_QUERIES -> throughThinQueries(layer, (LayerQueries.LowRank) layerQueries);
        };
    }

    private Value throughGradients(LayerTokens tokens, LayerQueries layerQueries) {
        ProgramBuilder b = tokens.b();
        TrackedLayer layer = tokens.layer();
        int size = layer.outputs() * layer.inputs();
        Value gradients = b.reshape(b.matmul(tokens.gradients(), true, tokens.inputs(), false), tokens.batch(), size);
        Value p = input(b, "gradients." + layer.name(), (o, i, q) -> (o * layer.inputs() + i) * queries + q,
                layerQueries, size, queries);
        return withBias(tokens, layerQueries, b.matmul(gradients, p), b.sum(tokens.gradients(), 1, 1));
    }

    private Value throughWholeQueries(LayerTokens tokens, LayerQueries layerQueries) {
        ProgramBuilder b = tokens.b();
        TrackedLayer layer = tokens.layer();
        boolean inputsLast = layer.inputs() <= layer.outputs();
        int last = inputsLast ? layer.inputs() : layer.outputs();
        int contracted = inputsLast ? layer.outputs() : layer.inputs();
        Value p = input(b, "whole." + layer.name(),
                (o, i, q) -> ((inputsLast ? o : i) * queries + q) * last + (inputsLast ? i : o),
                layerQueries, contracted, queries * last);
        Value first = b.matmul(inputsLast ? tokens.gradients() : tokens.inputs(), p);
        Value second = inputsLast ? tokens.inputs() : tokens.gradients();
        int batch = tokens.batch();
        int length = tokens.length();
        Value cells = b.reshape(b.matmul(
                b.reshape(first, batch, length, queries, last), b.reshape(second, batch, length, last, 1)),
                batch, length, queries);
        Value all = withBias(tokens, layerQueries, cells, tokens.gradients());
        return this.tokens ? all : b.sum(all, 1, 1);
    }

    private Value throughThinQueries(LayerTokens tokens, LayerQueries.LowRank low) {
        ProgramBuilder b = tokens.b();
        TrackedLayer layer = tokens.layer();
        int width = queries * low.rank();
        Value left = thin(b, "left." + layer.name(), low.left(), layer.outputs(), low.rank());
        Value right = thin(b, "right." + layer.name(), low.right(), layer.columns(), low.rank());
        Value fromGradients = b.matmul(tokens.gradients(), left);
        Value fromInputs = layer.bias().isPresent()
                ? b.add(b.matmul(tokens.inputs(), b.slice(right, 0, 0, layer.inputs())),
                        b.reshape(b.slice(right, 0, layer.inputs(), 1), width))
                : b.matmul(tokens.inputs(), right);
        Value products = b.multiply(fromGradients, fromInputs);
        return this.tokens
                ? b.sum(b.reshape(products, tokens.batch(), tokens.length(), queries, low.rank()), 3, 1)
                : b.sum(b.reshape(b.sum(products, 1, 1), tokens.batch(), queries, low.rank()), 2, 1);
    }

    /** Adds {@code Ds · P_q[:, in]}. */
    private Value withBias(LayerTokens tokens, LayerQueries layerQueries, Value scores, Value gradients) {
        TrackedLayer layer = tokens.layer();
        if (layer.bias().isEmpty()) {
            return scores;
        }
        ProgramBuilder b = tokens.b();
        String name = "bias." + layer.name();
        extra.computeIfAbsent(name, _ -> {
            Storage values = Storage.allocate(precision(), layer.outputs() * queries);
            for (int q = 0; q < queries; q++) {
                double[] matrix = layerQueries.matrix(q);
                for (int o = 0; o < layer.outputs(); o++) {
                    values.set(o * queries + q, matrix[o * layer.columns() + layer.inputs()]);
                }
            }
            return values;
        });
        Value p = b.input(name, ElementType.REAL, Shape.of(layer.outputs(), queries));
        return b.add(scores, b.matmul(gradients, p));
    }

    /** Where element {@code (o, i)} of query {@code q} stands. */
    @FunctionalInterface
    private interface Layout {
        int at(int o, int i, int q);
    }

    private Value input(
            ProgramBuilder b, String name, Layout layout, LayerQueries layerQueries, int rows, int columns) {
        TrackedLayer layer = layerQueries.layer();
        extra.computeIfAbsent(name, _ -> {
            Storage values = Storage.allocate(precision(), Math.multiplyExact(rows, columns));
            for (int q = 0; q < queries; q++) {
                double[] matrix = layerQueries.matrix(q);
                for (int o = 0; o < layer.outputs(); o++) {
                    for (int i = 0; i < layer.inputs(); i++) {
                        values.set(layout.at(o, i, q), matrix[o * layer.columns() + i]);
                    }
                }
            }
            return values;
        });
        return b.input(name, ElementType.REAL, Shape.of(rows, columns));
    }

    /** Thin factors of all queries side by side, {@code [rows, queries · rank]}. */
    private Value thin(ProgramBuilder b, String name, List<Storage> factors, int rows, int rank) {
        int width = queries * rank;
        extra.computeIfAbsent(name, _ -> {
            Storage values = Storage.allocate(precision(), Math.multiplyExact(rows, width));
            for (int q = 0; q < queries; q++) {
                double[] factor = factors.get(q).toDoubles();
                for (int row = 0; row < rows; row++) {
                    for (int k = 0; k < rank; k++) {
                        values.set(row * width + q * rank + k, factor[row * rank + k]);
                    }
                }
            }
            return values;
        });
        return b.input(name, ElementType.REAL, Shape.of(rows, width));
    }

    private Precision precision() {
        return pipeline.precision();
    }
}
