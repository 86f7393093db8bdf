package org.plumbline.verification.cli;

import java.util.List;
import java.util.stream.IntStream;
import org.plumbline.batch.FisherLabels;
import org.plumbline.curvature.Strategy;
import org.plumbline.influence.corpus.ModelFolder;
import org.plumbline.io.InputException;
import org.plumbline.model.TrackedLayer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options about the curvature that a fit makes. */
final class CurvatureOptions {
    private static final String DRAWS = "--draws";
    private static final String SEED = "--seed";
    private static final String SIZE = "--size";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--strategy", paramLabel = "NAME", defaultValue = "ekfac",
            description = "Approximation of the curvature: ekfac, kfac, kfac-tikhonov, diagonal or identity; or, made "
                    + "of the exact Gauss-Newton matrix of a small model: exact, block-diagonal, nearest, shampoo, "
                    + "lanczos, logra or trak.")
    private String strategy;

    @Option(names = "--layers", paramLabel = "GLOB",
            description = "Pattern of the layers' names, such as '*.attn.*'. Default: all MLP layers.")
    private String layers;

    @Option(names = "--partitions", paramLabel = "N", defaultValue = "1",
            description = "Split each Kronecker factor into this many diagonal partitions.")
    private int partitions;

    @Option(names = "--labels", paramLabel = "KIND", defaultValue = "sampled",
            description = "Labels of the pseudo-gradients. sampled: drawn from the model; signs: random signs; "
                    + "expectation: the exact mean over all labels (slow); training: those of the data, "
                    + "which gives the empirical Fisher.")
    private String labels;

    @Option(names = DRAWS, paramLabel = "K", defaultValue = "1",
            description = "Draws per position, for --labels sampled and signs.")
    private int draws;

    @Option(names = SIZE, paramLabel = "N",
            description = "Rank of lanczos (default: 64), width of logra (8) or dimension of trak (256).")
    private Integer size;

    /** The name of the strategy. */
    String name() {
        return strategy().title();
    }

    /** Strategy, partitions and labels in words, as far as they are not the usual ones. */
    String describe() {
        StringBuilder words = new StringBuilder(name());
        if (size() > 0) {
            words.append(" of size ").append(size());
        }
        if (partitions > 1) {
            words.append(" in ").append(partitions).append(" partitions");
        }
        if (!labels.equals("sampled")) {
            words.append(", labels ").append(labels);
        }
        if (draws > 1) {
            words.append(", ").append(draws).append(" draws");
        }
        return words.toString();
    }

    Strategy strategy() {
        try {
            return Strategy.named(strategy);
        } catch (InputException e) {
            throw new InputException("--" + e.getMessage(), e);
        }
    }

    /** Rank, width or dimension; 0 where the strategy has none. */
    int size() {
        if (strategy().defaultSize() == 0) {
            GivenOptions.refuse(command, "with --strategy " + name() + ": it has neither rank nor width", SIZE);
            return 0;
        }
        if (size != null && size < 1) {
            throw new InputException(SIZE + " " + size + " is out of range: expected at least 1");
        }
        return size == null ? strategy().defaultSize() : size;
    }

    /** The layers of a model that are chosen. */
    List<TrackedLayer> layers(ModelFolder folder) {
        return PipelineOptions.layers(folder, layers);
    }

    /** The number of partitions; nothing has looked yet whether the model's factors are large enough. */
    int partitions() {
        if (partitions < 1) {
            throw new InputException("--partitions " + partitions + " is out of range: expected at least 1");
        }
        if (!strategy().hasPartitions()) {
            GivenOptions.refuse(command, "with --strategy " + name() + ": it has no Kronecker factors to split",
                    "--partitions");
        }
        return partitions;
    }

    /**
     * Checks before any pass that each factor can be split.
     *
     * @throws InputException if a factor has fewer rows than partitions
     */
    void requirePartitions(List<TrackedLayer> chosen) {
        int rows = chosen.stream().flatMapToInt(layer -> IntStream.of(layer.columns(), layer.outputs())).min()
                .orElseThrow();
        if (strategy().hasPartitions() && partitions() > rows) {
            throw new InputException("--partitions " + partitions + " is out of range: a factor of this model has "
                    + rows + " rows");
        }
    }

    /**
     * Where pseudo-gradients are taken.
     *
     * @param seed of what is drawn
     */
    FisherLabels labels(long seed) {
        if (draws < 1) {
            throw new InputException("--draws " + draws + " is out of range: expected at least 1");
        }
        FisherLabels kind = switch (labels) {
            case "sampled" -> new FisherLabels.Sampled(seed, draws);
            case "signs" -> new FisherLabels.RandomSigns(seed, draws);
            case "expectation" -> new FisherLabels.Expectation();
            case "training" -> new FisherLabels.Training();
            default -> throw new InputException(
                    "--labels '" + labels + "' is unknown: expected sampled, signs, expectation or training");
        };
        if (!strategy().hasLabels()) {
            String why = strategy() == Strategy.IDENTITY ? "nothing is fitted" : "it is made without labels";
            GivenOptions.refuse(command, "with --strategy " + name() + ": " + why, "--labels", DRAWS);
            if (!strategy().hasProducts()) {
                GivenOptions.refuse(command, "with --strategy " + name() + ": nothing is drawn", SEED);
            }
            return kind;
        }
        switch (kind) {
            case FisherLabels.Sampled _, FisherLabels.RandomSigns _ -> { }
            case FisherLabels.Expectation _, FisherLabels.Training _ ->
                GivenOptions.refuse(command, "with --labels " + labels + ": nothing is drawn", DRAWS, SEED);
        }
        return kind;
    }
}
