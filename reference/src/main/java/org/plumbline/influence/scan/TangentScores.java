package org.plumbline.influence.scan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.plumbline.batch.Batch;
import org.plumbline.batch.BatchExecutable;
import org.plumbline.batch.BatchShape;
import org.plumbline.batch.ExecutablePool;
import org.plumbline.batch.Pipeline;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Storage;
import org.plumbline.influence.query.Queries;
import org.plumbline.model.Example;

/**
 * Scores of predicted tokens, or of tokens read, beside those of whole sequences: what no query enters is computed once
 * a batch, and a pass with tangents ({@link TangentPrograms}) once for each query. Scores of layers, and with them the
 * total, come from the contraction of a scan without tokens and are the same to the last bit.
 */
final class TangentScores implements BatchScores {
    private final Pipeline pipeline;
    private final Scoring scoring;
    private final TokenScores tokens;
    private final List<LayerDirection> directions;
    /** The inputs of each query. */
    private final List<Map<String, Storage>> inputs = new ArrayList<>();
    private final Map<BatchShape, TangentPrograms> built = new ConcurrentHashMap<>();
    private final ExecutablePool<BatchShape, Stages> pool;

    /**
     * @throws org.plumbline.model.ModelException if tokens that are read are asked of a model that reads none
     */
    TangentScores(Pipeline pipeline, Queries queries, TokenScores tokens) {
        this.pipeline = pipeline;
        this.scoring = QueryContraction.of(pipeline, queries, false);
        this.tokens = tokens;
        this.pool = new ExecutablePool<>(pipeline.compute().workers().threads(),
                shape -> programs(shape).bytes(pipeline.precision()));
        this.directions = queries.layers().stream().map(LayerDirection::of).toList();
        if (tokens == TokenScores.INPUT) {
            TangentPrograms.decoder(pipeline.model());
        }
        for (int q = 0; q < queries.count(); q++) {
            Map<String, Storage> ofQuery = new LinkedHashMap<>();
            for (int l = 0; l < directions.size(); l++) {
                ofQuery.putAll(directions.get(l).inputs(queries.layers().get(l), q, pipeline.precision()));
            }
            inputs.add(ofQuery);
        }
    }

    private record Stages(BatchExecutable first, Executable second) {}

    @Override
    public int queries() {
        return scoring.queries();
    }

    @Override
    public boolean tokens() {
        return true;
    }

    @Override
    public void score(Batch batch, ScorePart part) {
        pool.borrow(batch.shape(), () -> compile(batch), stages -> {
            stages.first().run(batch);
            ContractedScores.copy(stages.first().executable(), pipeline.layers(), scoring, batch, part);
            for (int q = 0; q < queries(); q++) {
                stages.second().bindPresentConstants(inputs.get(q));
                stages.second().run();
                copy(stages.second().output(TangentPrograms.CELLS), q, batch, part);
            }
        });
    }

    private void copy(Storage cells, int query, Batch batch, ScorePart part) {
        for (int i = 0; i < batch.examples().size(); i++) {
            Example example = batch.examples().get(i);
            double[] tokens = part.tokens()[batch.numbers().get(i) - part.from()];
            for (int t = 0; t < example.length(); t++) {
                tokens[t * queries() + query] += scoring.sign() * cells.at(i * batch.shape().length() + t);
            }
        }
    }

    private TangentPrograms programs(BatchShape shape) {
        return built.computeIfAbsent(shape, key ->
                TangentPrograms.of(pipeline.model(), directions, key, scoring.contraction(), tokens));
    }

    private Stages compile(Batch batch) {
        TangentPrograms programs = programs(batch.shape());
        BatchExecutable first = BatchExecutable.compile(pipeline, programs.first(), scoring.extra(), batch);
        return new Stages(first, first.compileNext(programs.second()));
    }
}
