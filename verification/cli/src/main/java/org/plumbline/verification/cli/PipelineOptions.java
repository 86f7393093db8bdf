package org.plumbline.verification.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.plumbline.batch.Pipeline;
import org.plumbline.curvature.Strategy;
import org.plumbline.engine.Compute;
import org.plumbline.influence.Influence;
import org.plumbline.influence.InfluenceBuilder;
import org.plumbline.influence.corpus.ModelFolder;
import org.plumbline.influence.corpus.TokenizedCorpus;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.io.InputException;
import org.plumbline.model.TrackedLayer;
import picocli.CommandLine.Option;

/** Options about the sizes of batches. */
final class PipelineOptions {

    @Option(names = "--micro-batch", paramLabel = "N", defaultValue = "" + Pipeline.DEFAULT_BATCH,
            description = "Sequences that a program runs on at once: memory, and results within rounding.")
    private int batch;

    @Option(names = "--shard", paramLabel = "N", defaultValue = "" + Pipeline.DEFAULT_SHARD,
            description = "Sequences that are summed before they are merged with others, "
                    + "a multiple of the micro-batch.")
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

    /** The strategy of this name. */
    static Strategy strategy(String name) {
        return Arrays.stream(Strategy.values()).filter(value -> value.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst().orElseThrow(() -> new InputException(
                        "--strategy '" + name + "' is unknown: expected identity, diagonal, kfac or ekfac"));
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
}
