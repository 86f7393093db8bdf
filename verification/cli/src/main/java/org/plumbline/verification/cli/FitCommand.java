package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.plumbline.curvature.DampingRule;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Workers;
import org.plumbline.influence.Influence;
import org.plumbline.influence.corpus.ModelFolder;
import org.plumbline.influence.corpus.TokenizedCorpus;
import org.plumbline.influence.store.FactorStore;
import org.plumbline.influence.store.FitSettings;
import org.plumbline.model.TrackedLayer;
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
        header = "Fit the curvature of a model on a corpus.",
        description = "ekfac reads the corpus twice, kfac and diagonal once. An interrupted fit continues where it "
                + "stopped when the same command is run again; the result is the same to the last bit.",
        footer = {
            "",
            "Example:",
            "  ./plumbline fit --model model/ --data corpus.jsonl --out factors/"
        })
final class FitCommand implements Callable<Integer> {
    private static final DampingRule DEFAULT_DAMPING = new DampingRule.Relative(0.1);
    private static final Duration CHECKPOINTS = Duration.ofSeconds(20);

    @Spec
    private CommandSpec spec;

    @Mixin
    private DataOptions data;

    @Mixin
    private ScratchOptions scratch;

    @Mixin
    private CurvatureOptions curvature;

    @Mixin
    private DampingOptions damping;

    @Mixin
    private PipelineOptions batches;

    @Mixin
    private EngineOptions engineOptions;

    @Mixin
    private ModelOptions model;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Folder for the factors.")
    private Path out;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
            description = "Seed of the draws, for --labels sampled and signs, lanczos, logra and trak.")
    private long seed;

    @Override
    public Integer call() {
        FitSettings settings = new FitSettings(curvature.strategy(), curvature.partitions(), curvature.labels(seed),
                curvature.size(), curvature.strategy().hasProducts() ? seed : 0,
                damping.rule(curvature.strategy()).orElse(DEFAULT_DAMPING), CHECKPOINTS);
        PrintWriter err = spec.commandLine().getErr();
        ModelFolder folder = model.load(data);
        List<TrackedLayer> chosen = curvature.layers(folder);
        curvature.requirePartitions(chosen);
        try (Workers workers = engineOptions.workers();
                TokenizedCorpus corpus = data.open(folder, scratch.folder(), err);
                Influence influence = batches
                        .influence(folder, corpus, new Compute(engineOptions.engine(workers), workers))
                        .layers(chosen)
                        .listener(pass -> new PassProgress(pass, err))
                        .open()) {
            influence.fit(out, settings);
            CorpusNotes.printLayers(FactorStore.layersWithoutCurvature(out), err);
            spec.commandLine().getOut().println(String.format(Locale.ROOT, "%s: %s on %d layers, %,d sequences",
                    out, curvature.name(), chosen.size(), corpus.sequences().size()));
        }
        return 0;
    }
}
