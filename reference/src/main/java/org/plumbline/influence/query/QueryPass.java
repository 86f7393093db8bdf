package org.plumbline.influence.query;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import org.plumbline.batch.Batch;
import org.plumbline.batch.BatchRuns;
import org.plumbline.batch.LayerTokens;
import org.plumbline.batch.NonFiniteException;
import org.plumbline.batch.Pipeline;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.ClosedFormPrograms;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.Value;

/**
 * Preconditioned query gradients, {@code P_q = (C + λ)⁻¹ ∇f_q} with {@code f_q} the log-likelihood of query {@code q}'s
 * loss positions. An inverse in closed form is a part of the programs: for each layer
 * {@code Q_S [(Q_Sᵀ ∇f Q_A) ⊘ (D + λ)] Q_Aᵀ}. Any other is given the whole gradients, of all queries at once, in double
 * precision.
 */
public final class QueryPass {
    /** Queries that are held whole at one time where they are added up; it must not depend on the machine. */
    private static final int STEP = 4;

    private final Pipeline pipeline;
    private final Preconditioning preconditioning;

    /** Calls {@code sink} with each query's matrix of each layer, in any order and any thread. */
    @FunctionalInterface
    private interface Preconditioning {
        void run(List<Example> queries, Sink sink);
    }

    /** Takes a matrix {@code [out, columns]} that is its caller's again when the call has ended. */
    @FunctionalInterface
    private interface Sink {
        void put(int query, int layer, Storage matrix);
    }

    public QueryPass(Pipeline pipeline, InverseCurvature inverse) {
        this.pipeline = pipeline;
        this.preconditioning = inverse instanceof ClosedFormInverse closed ? within(closed) : outside(inverse);
    }

    private Preconditioning within(ClosedFormInverse inverse) {
        Set<String> inBasis = ClosedFormPrograms.inBasis(inverse);
        BatchRuns runs = BatchRuns.of(pipeline,
                (tokens, results) -> emit(tokens, inBasis.contains(tokens.layer().name()), results),
                ClosedFormPrograms.inputs(inverse, pipeline.precision()));
        return (queries, sink) -> pipeline.compute().workers().forEach(queries.size(), q ->
                runs.run(batch(q, queries.get(q)), executable -> {
                    for (int l = 0; l < pipeline.layers().size(); l++) {
                        sink.put(q, l, executable.output(preconditioned(pipeline.layers().get(l))));
                    }
                }));
    }

    private Preconditioning outside(InverseCurvature inverse) {
        SequenceGradients gradients = new SequenceGradients(pipeline);
        return (queries, sink) -> {
            double[][] measured = new double[queries.size()][];
            pipeline.compute().workers().forEach(queries.size(), q -> {
                measured[q] = gradients.of(batch(q, queries.get(q)))[0];
                // f is the log-likelihood, minus the loss.
                Vectors.scale(-1, measured[q]);
            });
            double[][] solutions = inverse.applyAll(measured);
            pipeline.compute().workers().forEach(queries.size(), q -> {
                for (int l = 0; l < pipeline.layers().size(); l++) {
                    sink.put(q, l, Storage.of(Arrays.copyOfRange(
                            solutions[q], inverse.space().offset(l), inverse.space().offset(l + 1))));
                }
            });
        };
    }

    private Batch batch(int q, Example query) {
        return Batch.of(q, List.of(query));
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
        if (aggregation == Aggregation.NONE) {
            Truncated truncated = new Truncated(pipeline, rank, queries.size());
            preconditioning.run(queries, truncated::put);
            return truncated.queries();
        }
        return aggregated(queries, rank, aggregation);
    }

    /** Some queries at a time are preconditioned and then added in their order, so that no sum depends on threads. */
    private Queries aggregated(List<Example> queries, int rank, Aggregation aggregation) {
        double[][] sum = pipeline.layers().stream().map(layer -> new double[layer.size()]).toArray(double[][]::new);
        double scale = aggregation == Aggregation.SUM ? 1 : 1.0 / queries.size();
        for (int from = 0; from < queries.size(); from += STEP) {
            List<Example> some = queries.subList(from, Math.min(queries.size(), from + STEP));
            Storage[][] matrices = new Storage[some.size()][sum.length];
            preconditioning.run(some, (q, l, matrix) -> matrices[q][l] = matrix.copy(pipeline.precision()));
            for (Storage[] one : matrices) {
                for (int l = 0; l < sum.length; l++) {
                    Vectors.axpy(scale, one[l].toDoubles(), sum[l]);
                }
            }
        }
        Truncated truncated = new Truncated(pipeline, rank, 1);
        for (int l = 0; l < sum.length; l++) {
            truncated.put(0, l, Storage.of(sum[l]));
        }
        return truncated.queries();
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
            for (int i = 0; i < matrix.size(); i++) {
                if (!Double.isFinite(matrix.at(i))) {
                    throw new NonFiniteException("layer " + layer.name() + ", preconditioned gradient of query " + q,
                            matrix.at(i), precision);
                }
            }
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
