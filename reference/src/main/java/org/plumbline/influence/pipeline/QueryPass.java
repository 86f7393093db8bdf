package org.plumbline.influence.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.engine.Storage;
import org.plumbline.model.Example;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.ElementType;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;

/**
 * Preconditioned query gradients, {@code P_q = (C + λ)⁻¹ ∇f_q} with {@code f_q} the log-likelihood of query {@code q}'s
 * loss positions: for each layer {@code Q_S [(Q_Sᵀ ∇f Q_A) ⊘ (D + λ)] Q_Aᵀ}.
 */
public final class QueryPass {
    private final Pipeline pipeline;
    private final BatchRuns runs;

    public QueryPass(Pipeline pipeline, FittedCurvature curvature) {
        this.pipeline = pipeline;
        Map<String, LayerCurvature> byName = new LinkedHashMap<>();
        Map<String, Storage> extra = new LinkedHashMap<>();
        for (LayerCurvature layer : curvature.layers()) {
            byName.put(layer.layer().name(), layer);
            extra.put(inverse(layer.layer()), Storage.of(pipeline.precision(), layer.inverse()));
            layer.basis().ifPresent(basis -> extra.putAll(
                    Rotation.inputs(List.of(layer.layer()), List.of(basis), pipeline.precision())));
        }
        this.runs = BatchRuns.of(pipeline,
                (tokens, results) -> emit(tokens, byName.get(tokens.layer().name()).basis(), results), extra);
    }

    private static String inverse(TrackedLayer layer) {
        return "inverse." + layer.name();
    }

    private static String preconditioned(TrackedLayer layer) {
        return "preconditioned." + layer.name();
    }

    private static void emit(LayerTokens tokens, Optional<KroneckerBasis> basis, SequencedMap<String, Value> results) {
        TrackedLayer layer = tokens.layer();
        ProgramBuilder b = tokens.b();
        Value inverse = b.input(inverse(layer), ElementType.REAL, Shape.of(layer.outputs(), layer.columns()));
        // f is the log-likelihood, minus the loss.
        Value gradient = basis.isPresent() ? Rotation.rotatedGradients(tokens) : tokens.wholeGradients();
        Value scaled = b.scale(b.multiply(gradient, inverse), -1);
        results.put(preconditioned(layer), basis.isPresent() ? Rotation.back(b, layer, scaled) : scaled);
    }

    /**
     * @param rank of the truncation, 0 for none
     * @param aggregation of the queries, before truncation
     * @throws IllegalArgumentException if there is no query or the rank is negative
     */
    public Queries run(List<Example> queries, int rank, Aggregation aggregation) {
        if (queries.isEmpty() || rank < 0) {
            throw new IllegalArgumentException("expected at least one query and a rank of at least 0, found "
                    + queries.size() + " and " + rank);
        }
        int layers = pipeline.layers().size();
        double[][][] matrices = new double[layers][queries.size()][];
        pipeline.compute().workers().forEach(queries.size(), q -> runs.run(
                Batch.of(q, List.of(queries.get(q)), pipeline.model().maximumLength()), executable -> {
                    for (int l = 0; l < layers; l++) {
                        matrices[l][q] = executable.doubles(preconditioned(pipeline.layers().get(l))).clone();
                    }
                }));
        if (aggregation != Aggregation.NONE) {
            for (int l = 0; l < layers; l++) {
                matrices[l] = new double[][] {sum(matrices[l], aggregation == Aggregation.SUM ? 1 : 1.0 / queries.size())};
            }
        }
        return truncated(matrices, rank);
    }

    private static double[] sum(double[][] matrices, double scale) {
        double[] sum = new double[matrices[0].length];
        for (double[] matrix : matrices) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += scale * matrix[i];
            }
        }
        return sum;
    }

    private Queries truncated(double[][][] matrices, int rank) {
        int layers = matrices.length;
        int count = matrices[0].length;
        double[][] truncation = new double[count][layers];
        double[][] first = new double[count][layers];
        List<LayerQueries> perLayer = new ArrayList<>();
        for (int l = 0; l < layers; l++) {
            TrackedLayer layer = pipeline.layers().get(l);
            double[][] whole = matrices[l];
            if (rank == 0 || rank >= Math.min(layer.outputs(), layer.columns())) {
                perLayer.add(new LayerQueries.Full(layer, whole));
                continue;
            }
            double[][] left = new double[count][];
            double[][] right = new double[count][];
            int at = l;
            pipeline.compute().workers().forEach(count, q -> {
                LowRank product = LowRank.of(whole[q], layer.outputs(), layer.columns(), rank);
                left[q] = product.left();
                right[q] = product.right();
                truncation[q][at] = product.relativeError();
                first[q][at] = product.first();
            });
            perLayer.add(new LayerQueries.LowRank(layer, rank, left, right));
        }
        return new Queries(perLayer, rank, truncation, first);
    }
}
