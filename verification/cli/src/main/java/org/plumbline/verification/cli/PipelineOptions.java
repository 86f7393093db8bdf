package org.plumbline.verification.cli;

import java.util.List;
import org.plumbline.batch.Pipeline;
import org.plumbline.engine.Compute;
import org.plumbline.influence.Influence;
import org.plumbline.influence.InfluenceBuilder;
import org.plumbline.influence.corpus.ModelFolder;
import org.plumbline.influence.corpus.TokenizedCorpus;
import org.plumbline.influence.query.Aggregation;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.io.InputException;
import org.plumbline.model.TrackedLayer;
import picocli.CommandLine.Option;

/** Options about the sizes of batches. */
final class PipelineOptions {

    @Option(names = "--micro-batch", paramLabel = "N", defaultValue = "" + Pipeline.DEFAULT_BATCH,
            description = "Sequences per batch. More need more memory; results change by rounding only.")
    private int batch;

    @Option(names = "--shard", paramLabel = "N", defaultValue = "" + Pipeline.DEFAULT_SHARD,
            description = "Sequences per partial sum, a multiple of --micro-batch. Results change by rounding only.")
    private int shard;

    int batch() {
        if (batch < 1) {
            throw new InputException("--micro-batch " + batch + " is out of range: expected at least 1");
        }
        return batch;
    }

    int shard() {
        if (shard < batch() || shard % batch != 0) {
            throw new InputException(
                    "--shard " + shard + " is out of range: expected a multiple of --micro-batch " + batch);
        }
        return shard;
    }

    /** A pipeline with these sizes. */
    Pipeline pipeline(ModelFolder folder, List<TrackedLayer> layers, Compute compute) {
        return new Pipeline(folder.model(), folder.parameters(), layers, compute, batch(), shard());
    }

    /** What opens influence with these sizes. */
    InfluenceBuilder influence(ModelFolder folder, TokenizedCorpus corpus, Compute compute) {
        return Influence.of(folder).corpus(corpus).compute(compute).batches(batch(), shard());
    }

    /** The layers that a pattern names; those of the MLPs without one. */
    static List<TrackedLayer> layers(ModelFolder folder, String glob) {
        try {
            return glob == null ? folder.model().mlpLayers() : folder.layers(glob);
        } catch (InputException e) {
            throw new InputException("--" + e.getMessage(), e);
        }
    }

    /** The token scores of this name. */
    static TokenScores tokens(String name) {
        return switch (name) {
            case "gradient" -> TokenScores.GRADIENT;
            case "output" -> TokenScores.OUTPUT;
            case "input" -> TokenScores.INPUT;
            default -> throw new InputException(
                    "--tokens '" + name + "' is unknown: expected gradient, output or input");
        };
    }

    /** The aggregation of this name. */
    static Aggregation aggregation(String name) {
        return switch (name) {
            case "none" -> Aggregation.NONE;
            case "sum" -> Aggregation.SUM;
            case "mean" -> Aggregation.MEAN;
            default -> throw new InputException("--aggregate '" + name + "' is unknown: expected none, sum or mean");
        };
    }
}
