package org.plumbline.influence.pipeline;

import org.plumbline.engine.Storage;
import org.plumbline.model.Example;
import org.plumbline.model.TrackedLayer;

/**
 * Scores of all sequences, at the labels of the data: one forward and one backward pass to the layers' pre-activations,
 * and a contraction with all queries at once.
 */
public final class ScanPass {
    private final Pipeline pipeline;
    private final Scoring scoring;
    private final BatchRuns runs;

    private ScanPass(Pipeline pipeline, Scoring scoring) {
        this.pipeline = pipeline;
        this.scoring = scoring;
        this.runs = BatchRuns.of(pipeline, scoring.contraction(), scoring.extra());
    }

    /**
     * {@code raw = −∇f_qᵀ (C + λ)⁻¹ ∇L(z_m)} (Grosse et al., 2023, eq. 9 and 25), layer by layer (eq. 30).
     *
     * @param tokens whether each position's part is wanted too: {@code g = Σ_t g_t} with {@code g_t = Ds_t ā_tᵀ}
     *     (eq. 31), so that the cell of token {@code t} holds the loss terms at and after {@code t}
     */
    public static ScanPass pairwise(Pipeline pipeline, Queries queries, boolean tokens) {
        return new ScanPass(pipeline, QueryContraction.of(pipeline, queries, tokens));
    }

    /** {@code g_mᵀ (C + λ)⁻¹ g_m ≥ 0}: each sequence as its own query, where both minus signs cancel. */
    public static ScanPass self(Pipeline pipeline, FittedCurvature curvature) {
        return new ScanPass(pipeline, SelfContraction.of(pipeline, curvature));
    }

    /** Scores every sequence; {@code sink} gets the shards that it lacks. */
    public void run(Sequences data, ScoreSink sink, PassListener listener) {
        int shards = Math.ceilDiv(data.size(), pipeline.shard());
        OrderedFold.run(pipeline.compute().workers(), sink.shardsDone(), shards, shard -> part(data, shard), part -> {
            sink.accept(part);
            listener.merged(part.from() + part.sequences(), data.size());
        });
    }

    private ScorePart part(Sequences data, int shard) {
        int first = shard * pipeline.shard();
        int to = Math.min(data.size(), first + pipeline.shard());
        int queries = scoring.queries();
        double[][] layers = new double[pipeline.layers().size()][(to - first) * queries];
        double[][] tokens = new double[scoring.tokens() ? to - first : 0][];
        for (int from = first; from < to; from += pipeline.batch()) {
            Batch batch = Batch.of(data, from, Math.min(to, from + pipeline.batch()), pipeline.model().maximumLength());
            int offset = from - first;
            runs.run(batch, executable -> {
                for (int i = 0; i < batch.examples().size() && scoring.tokens(); i++) {
                    tokens[offset + i] = new double[batch.examples().get(i).length() * queries];
                }
                for (int l = 0; l < layers.length; l++) {
                    TrackedLayer layer = pipeline.layers().get(l);
                    add(batch, executable.output(Scoring.scores(layer)), layers[l], tokens, offset);
                }
            });
        }
        return new ScorePart(first, queries, layers, tokens);
    }

    private void add(Batch batch, Storage scores, double[] totals, double[][] tokens, int offset) {
        int queries = scoring.queries();
        for (int i = 0; i < batch.examples().size(); i++) {
            int at = (offset + i) * queries;
            if (!scoring.tokens()) {
                for (int q = 0; q < queries; q++) {
                    totals[at + q] = scoring.sign() * Reals.at(scores, i * queries + q);
                }
                continue;
            }
            Example example = batch.examples().get(i);
            int row = i * batch.shape().length() * queries;
            for (int t = 0; t < example.length(); t++) {
                for (int q = 0; q < queries; q++) {
                    double cell = scoring.sign() * Reals.at(scores, row + t * queries + q);
                    tokens[offset + i][t * queries + q] += cell;
                    totals[at + q] += cell;
                }
            }
        }
    }
}
