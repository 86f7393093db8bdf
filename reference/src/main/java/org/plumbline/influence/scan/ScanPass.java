package org.plumbline.influence.scan;

import org.plumbline.batch.Batch;
import org.plumbline.batch.LengthBuckets;
import org.plumbline.batch.NonFiniteException;
import org.plumbline.batch.OrderedFold;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Sequences;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.influence.query.Queries;

/** Scores of all sequences, at the labels of the data. */
public final class ScanPass {
    private final Pipeline pipeline;
    private final BatchScores scores;

    private ScanPass(Pipeline pipeline, BatchScores scores) {
        this.pipeline = pipeline;
        this.scores = scores;
    }

    /**
     * {@code raw = −∇f_qᵀ (C + λ)⁻¹ ∇L(z_m)} (Grosse et al., 2023, eq. 9 and 25), layer by layer (eq. 30).
     *
     * @param tokens which score each token gets too
     * @throws org.plumbline.model.ModelException if tokens that are read are asked of a model that reads none
     */
    public static ScanPass pairwise(Pipeline pipeline, Queries queries, TokenScores tokens) {
        return new ScanPass(pipeline, switch (tokens) {
            case NONE -> new ContractedScores(pipeline, QueryContraction.of(pipeline, queries, false));
            case GRADIENT -> new ContractedScores(pipeline, QueryContraction.of(pipeline, queries, true));
            case OUTPUT, INPUT -> new TangentScores(pipeline, queries, tokens);
        });
    }

    /** {@code g_mᵀ (C + λ)⁻¹ g_m ≥ 0}: each sequence as its own query, where both minus signs cancel. */
    public static ScanPass self(Pipeline pipeline, InverseCurvature inverse) {
        return new ScanPass(pipeline, inverse instanceof ClosedFormInverse closed
                ? new ContractedScores(pipeline, SelfContraction.of(pipeline, closed))
                : new SolvedSelfScores(pipeline, inverse));
    }

    /**
     * Scores every sequence; {@code sink} gets the shards that it lacks.
     *
     * @throws NonFiniteException if a score is not finite
     */
    public void run(Sequences data, ScoreSink sink, PassListener listener) {
        int shards = Math.ceilDiv(data.size(), pipeline.shard());
        int longest = data.longest();
        OrderedFold.run(pipeline.compute().workers(), sink.shardsDone(), shards,
                shard -> part(data, shard, longest), shard -> {
                    ScorePart part = shard.scores();
                    sink.accept(part);
                    listener.ran(shard.fed(), shard.run());
                    listener.merged(part.from() + part.sequences(), data.size());
                });
    }

    /**
     * The scores of every sequence over all layers, in memory.
     *
     * @return {@code [queries][sequences]}; one row where each sequence is its own query
     * @throws NonFiniteException if a score is not finite
     */
    public double[][] totals(Sequences data, PassListener listener) {
        int queries = scores.queries();
        double[][] totals = new double[queries][data.size()];
        run(data, part -> {
            double[] cells = part.totals();
            for (int i = 0; i < cells.length; i++) {
                totals[i % queries][part.from() + i / queries] = cells[i];
            }
        }, listener);
        return totals;
    }

    /**
     * What a shard gave.
     *
     * @param fed positions that are fed
     * @param run positions that ran, padding included
     */
    private record Shard(ScorePart scores, long fed, long run) {}

    private Shard part(Sequences data, int shard, int longest) {
        int first = shard * pipeline.shard();
        int to = Math.min(data.size(), first + pipeline.shard());
        int queries = scores.queries();
        ScorePart part = new ScorePart(first, queries, new double[pipeline.layers().size()][(to - first) * queries],
                new double[scores.tokens() ? to - first : 0][]);
        long fed = 0;
        long run = 0;
        for (Batch batch : LengthBuckets.batches(data, first, to, pipeline.batch(), longest)) {
            for (int i = 0; i < batch.examples().size() && scores.tokens(); i++) {
                part.tokens()[batch.numbers().get(i) - first] =
                        new double[batch.examples().get(i).length() * queries];
            }
            scores.score(batch, part);
            fed += batch.fedPositions();
            run += batch.positions();
        }
        requireFinite(part);
        return new Shard(part, fed, run);
    }

    /** Scores of layers are stored in single precision, whatever they are computed in. */
    private void requireFinite(ScorePart part) {
        for (int l = 0; l < part.layers().length; l++) {
            double[] cells = part.layers()[l];
            for (int i = 0; i < cells.length; i++) {
                if (!(Math.abs(cells[i]) <= Float.MAX_VALUE)) {
                    throw new NonFiniteException("layer " + pipeline.layers().get(l).name() + ", score of sequence "
                            + (part.from() + i / part.queries()) + " for query " + i % part.queries(), cells[i],
                            pipeline.precision());
                }
            }
        }
        for (int m = 0; m < part.tokens().length; m++) {
            double[] cells = part.tokens()[m];
            for (int i = 0; i < cells.length; i++) {
                if (!(Math.abs(cells[i]) <= Float.MAX_VALUE)) {
                    throw new NonFiniteException("token scores, sequence " + (part.from() + m) + ", token "
                            + i / part.queries() + ", query " + i % part.queries(), cells[i], pipeline.precision());
                }
            }
        }
    }
}
