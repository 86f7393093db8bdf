package org.plumbline.influence.query;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.plumbline.batch.Batch;
import org.plumbline.batch.BatchRuns;
import org.plumbline.batch.LayerTokens;
import org.plumbline.batch.OrderedFold;
import org.plumbline.batch.Pipeline;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.ClosedFormPrograms;
import org.plumbline.curvature.ParameterBlock;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.engine.Workers;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.Value;

/**
 * Preconditioned query gradients, {@code P_q = (C + λ)⁻¹ ∇f_q} with {@code f_q} the log-likelihood of query {@code q}'s
 * loss positions: for each layer {@code Q_S [(Q_Sᵀ ∇f Q_A) ⊘ (D + λ)] Q_Aᵀ}.
 */
public final class QueryPass {
    private final Pipeline pipeline;
    private final BatchRuns runs;

    public QueryPass(Pipeline pipeline, ClosedFormInverse inverse) {
        this.pipeline = pipeline;
        List<ParameterBlock> blocks = inverse.space().blocks();
        Set<String> inBasis = IntStream.range(0, blocks.size())
                .filter(i -> inverse.curvature().basis(i).isPresent())
                .mapToObj(i -> blocks.get(i).name())
                .collect(Collectors.toSet());
        this.runs = BatchRuns.of(pipeline,
                (tokens, results) -> emit(tokens, inBasis.contains(tokens.layer().name()), results),
                ClosedFormPrograms.inputs(inverse, pipeline.precision()));
    }

    private static String preconditioned(TrackedLayer layer) {
        return "preconditioned." + layer.name();
    }

    public static void emit(LayerTokens tokens, boolean inBasis, SequencedMap<String, Value> results) {
        // f is the log-likelihood, minus the loss.
        results.put(preconditioned(tokens.layer()),
                tokens.b().scale(ClosedFormPrograms.preconditioned(tokens, inBasis), -1));
    }

    /**
     * A query is truncated layer by layer where its program left it: memory for what the rank leaves of all, and for
     * one whole layer of as many queries as there are threads.
     *
     * @param rank of the truncation, 0 for none
     * @param aggregation of the queries, before truncation
     * @throws IllegalArgumentException if there is no query or the rank is negative
     */
    public Queries run(List<Example> queries, int rank, Aggregation aggregation) {
        if (queries.isEmpty() || rank < 0) {
            throw new IllegalArgumentException("expected at least one query and a rank of at least 0, found "
                    + queries.size() + " and " + rank);
        }
        Workers workers = pipeline.compute().workers();
        if (aggregation == Aggregation.NONE) {
            Truncated truncated = new Truncated(pipeline, rank, queries.size());
            workers.forEach(queries.size(), q -> run(q, queries.get(q), executable -> {
                for (int l = 0; l < pipeline.layers().size(); l++) {
                    truncated.put(q, l, executable.output(preconditioned(pipeline.layers().get(l))));
                }
            }));
            return truncated.queries();
        }
        double[][] sum = pipeline.layers().stream().map(layer -> new double[layer.size()]).toArray(double[][]::new);
        double scale = aggregation == Aggregation.SUM ? 1 : 1.0 / queries.size();
        OrderedFold.run(workers, 0, queries.size(), q -> copies(q, queries.get(q)), one -> {
            for (int l = 0; l < sum.length; l++) {
                Vectors.axpy(scale, one[l].toDoubles(), sum[l]);
            }
        });
        Truncated truncated = new Truncated(pipeline, rank, 1);
        for (int l = 0; l < sum.length; l++) {
            truncated.put(0, l, Storage.of(sum[l]));
        }
        return truncated.queries();
    }

    private void run(int q, Example query, Consumer<Executable> results) {
        runs.run(Batch.of(q, List.of(query), pipeline.model().maximumLength()), results);
    }

    /** {@code [layers]}, each {@code [out, columns]}. */
    private Storage[] copies(int q, Example query) {
        Storage[] matrices = new Storage[pipeline.layers().size()];
        run(q, query, executable -> {
            for (int l = 0; l < matrices.length; l++) {
                matrices[l] = executable.output(preconditioned(pipeline.layers().get(l))).copy(pipeline.precision());
            }
        });
        return matrices;
    }

    /** Queries by number, put in any order and any thread. */
    private static final class Truncated {
        private final List<TrackedLayer> layers;
        private final Precision precision;
        private final int rank;
        private final Storage[][] first;
        private final Storage[][] second;
        private final double[][] truncation;
        private final double[][] firstLeftOut;

        Truncated(Pipeline pipeline, int rank, int count) {
            this.layers = pipeline.layers();
            this.precision = pipeline.precision();
            this.rank = rank;
            this.first = new Storage[layers.size()][count];
            this.second = new Storage[layers.size()][count];
            this.truncation = new double[count][layers.size()];
            this.firstLeftOut = new double[count][layers.size()];
        }

        private boolean isWhole(TrackedLayer layer) {
            return rank == 0 || rank >= Math.min(layer.outputs(), layer.columns());
        }

        /** Keeps a copy of the matrix, or its factors. */
        void put(int q, int l, Storage matrix) {
            TrackedLayer layer = layers.get(l);
            if (isWhole(layer)) {
                first[l][q] = matrix.copy(precision);
                return;
            }
            LowRank product = LowRank.of(matrix.toDoubles(), layer.outputs(), layer.columns(), rank);
            first[l][q] = Storage.of(precision, product.left());
            second[l][q] = Storage.of(precision, product.right());
            truncation[q][l] = product.relativeError();
            firstLeftOut[q][l] = product.first();
        }

        Queries queries() {
            List<LayerQueries> all = new ArrayList<>();
            for (int l = 0; l < layers.size(); l++) {
                TrackedLayer layer = layers.get(l);
                all.add(isWhole(layer)
                        ? new LayerQueries.Full(layer, List.of(first[l]))
                        : new LayerQueries.LowRank(layer, rank, List.of(first[l]), List.of(second[l])));
            }
            return new Queries(all, rank, truncation, firstLeftOut);
        }
    }
}
