package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.plumbline.batch.FisherLabels;
import org.plumbline.batch.Pipeline;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Workers;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.influence.store.FactorStore;
import org.plumbline.influence.store.FitSettings;
import org.plumbline.verification.scale.ModelFolder;
import org.plumbline.verification.scale.ScalePlan;
import org.plumbline.verification.scale.TokenisedCorpus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plumbline fit}. */
@Command(
        name = "fit",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = {
            "Fits the curvature of a model on a corpus, at labels sampled from the model, "
                    + "in two passes over the sequences.",
            "A run that was interrupted goes on where it was when it is started again, "
                    + "with the same result to the last bit."
        },
        footer = {
            "", "Example:", "  ./plumbline fit --model model/ --data corpus.jsonl --strategy ekfac --out factors/"
        })
final class FitCommand implements Callable<Integer> {
    private static final Duration CHECKPOINTS = Duration.ofSeconds(20);

    @Spec
    private CommandSpec spec;

    @Mixin
    private DataOptions data;

    @Mixin
    private PipelineOptions batches;

    @Mixin
    private EngineOptions engineOptions;

    @Mixin
    private ModelOptions model;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Folder for the factors.")
    private Path out;

    @Option(names = "--strategy", paramLabel = "NAME", defaultValue = "ekfac",
            description = "identity, diagonal, kfac or ekfac.")
    private String strategy;

    @Option(names = "--blocks", paramLabel = "O", defaultValue = "1",
            description = "Diagonal blocks that each Kronecker factor is split into.")
    private int blocks;

    @Option(names = "--layers", paramLabel = "GLOB",
            description = "Layers by name, such as '*.mlp.*'. Default: those of MLPs.")
    private String layers;

    @Option(names = "--damping", paramLabel = "X", defaultValue = "0.1",
            description = "Damping as a multiple of the mean eigenvalue of each layer.")
    private double damping;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Seed of the sampled labels.")
    private long seed;

    @Override
    public Integer call() {
        FitSettings settings = new FitSettings(PipelineOptions.strategy(strategy), blocks,
                new FisherLabels.Sampled(seed, 1), damping, CHECKPOINTS);
        PrintWriter err = spec.commandLine().getErr();
        ModelFolder folder = model.load(data);
        try (Workers workers = engineOptions.workers(); TokenisedCorpus corpus = data.open(folder)) {
            Pipeline pipeline = batches.pipeline(folder, PipelineOptions.layers(folder.model(), layers),
                    new Compute(engineOptions.engine(workers), workers));
            ScalePlan.of(pipeline, corpus.packing().length(), corpus.sequences().size(), 1, 0, settings.strategy(),
                            settings.labels(), TokenScores.NONE)
                    .requireFits(out, ScalePlan.FIT);
            SequencedMap<String, String> origin = corpus.origin(folder);
            origin.put("version", Main.version());
            FactorStore.fit(out, pipeline, corpus.sequences(), settings, origin, pass -> new PassProgress(pass, err));
            spec.commandLine().getOut().println(String.format(Locale.ROOT, "%s: %s on %d layers, %,d sequences",
                    out, strategy, pipeline.layers().size(), corpus.sequences().size()));
        }
        return 0;
    }
}
