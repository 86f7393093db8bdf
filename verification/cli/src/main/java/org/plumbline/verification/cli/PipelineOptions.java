package org.plumbline.verification.cli;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.PatternSyntaxException;
import org.plumbline.batch.Pipeline;
import org.plumbline.curvature.Strategy;
import org.plumbline.engine.Compute;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.io.InputException;
import org.plumbline.model.Model;
import org.plumbline.model.TrackedLayer;
import org.plumbline.verification.scale.ModelFolder;
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

    /** The layers that a pattern names; those of the MLPs without one. */
    static List<TrackedLayer> layers(Model model, String glob) {
        if (glob == null) {
            return model.mlpLayers();
        }
        PathMatcher matcher;
        try {
            matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
        } catch (PatternSyntaxException e) {
            throw new InputException("--layers '" + glob + "' is no pattern: " + e.getDescription(), e);
        }
        List<TrackedLayer> layers =
                model.layers().stream().filter(layer -> matcher.matches(Path.of(layer.name()))).toList();
        if (layers.isEmpty()) {
            throw new InputException("--layers '" + glob + "' matches none of "
                    + model.layers().stream().map(TrackedLayer::name).toList());
        }
        return layers;
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

    /** The layers of these names. */
    static List<TrackedLayer> named(Model model, List<String> names) {
        return names.stream()
                .map(name -> model.layers().stream()
                        .filter(layer -> layer.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new InputException(
                                "the factors are on a layer '" + name + "' that the model lacks")))
                .toList();
    }
}
