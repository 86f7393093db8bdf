package org.plumbline.influence.scan;

import java.util.List;
import org.plumbline.batch.Batch;
import org.plumbline.batch.BatchRuns;
import org.plumbline.batch.Pipeline;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Storage;
import org.plumbline.model.Example;
import org.plumbline.model.TrackedLayer;

/**
 * Scores by a contraction of layer inputs and pseudo-gradients at the labels of the data: one forward and one backward
 * pass to the layers' pre-activations, for all queries at once.
 */
final class ContractedScores implements BatchScores {
    private final List<TrackedLayer> layers;
    private final Scoring scoring;
    private final BatchRuns runs;

    ContractedScores(Pipeline pipeline, Scoring scoring) {
        this.layers = pipeline.layers();
        this.scoring = scoring;
        this.runs = BatchRuns.of(pipeline, scoring.contraction(), scoring.extra());
    }

    @Override
    public int queries() {
        return scoring.queries();
    }

    @Override
    public boolean tokens() {
        return scoring.tokens();
    }

    @Override
    public void score(Batch batch, ScorePart part) {
        runs.run(batch, executable -> copy(executable, layers, scoring, batch, part));
    }

    /** Copies what an executable with this contraction has computed. */
    static void copy(
            Executable executable, List<TrackedLayer> layers, Scoring scoring, Batch batch, ScorePart part) {
        for (int l = 0; l < layers.size(); l++) {
            Storage scores = executable.output(Scoring.scores(layers.get(l)));
            copy(scores, scoring, batch, part.layers()[l], part.tokens(), part.from());
        }
    }

    private static void copy(
            Storage scores, Scoring scoring, Batch batch, double[] totals, double[][] tokens, int from) {
        int queries = scoring.queries();
        for (int i = 0; i < batch.examples().size(); i++) {
            int row = batch.numbers().get(i) - from;
            int at = row * queries;
            if (!scoring.tokens()) {
                for (int q = 0; q < queries; q++) {
                    totals[at + q] = scoring.sign() * scores.at(i * queries + q);
                }
                continue;
            }
            Example example = batch.examples().get(i);
            int cells = i * batch.shape().length() * queries;
            for (int t = 0; t < example.length(); t++) {
                for (int q = 0; q < queries; q++) {
                    double cell = scoring.sign() * scores.at(cells + t * queries + q);
                    tokens[row][t * queries + q] += cell;
                    totals[at + q] += cell;
                }
            }
        }
    }
}
