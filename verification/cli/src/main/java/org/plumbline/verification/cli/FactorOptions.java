package org.plumbline.verification.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.plumbline.curvature.DampingRule;
import org.plumbline.curvature.Strategy;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Workers;
import org.plumbline.influence.Influence;
import org.plumbline.influence.InfluenceBuilder;
import org.plumbline.influence.InfluenceListener;
import org.plumbline.influence.corpus.ModelFolder;
import org.plumbline.influence.corpus.TokenizedCorpus;
import org.plumbline.influence.store.FactorInspection;
import org.plumbline.influence.store.FactorStore;
import org.plumbline.io.InputException;
import org.plumbline.text.Conversations;
import org.plumbline.text.DocumentSource;
import org.plumbline.text.Packing;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of commands that use a fitted curvature: model, factors, data, numbers and engine. */
final class FactorOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Mixin
    private DataOptions data;

    @Mixin
    private ScratchOptions scratch;

    @Mixin
    private PipelineOptions batches;

    @Mixin
    private EngineOptions engineOptions;

    @Mixin
    private ModelOptions model;

    @Option(names = "--factors", paramLabel = "DIR", required = true,
            description = "Folder of the factors that fit wrote.")
    private Path factors;

    @Mixin
    private DampingOptions damping;

    @Option(names = "--rank", paramLabel = "R", defaultValue = "0",
            description = "Rank of the preconditioned query gradients. 0 keeps them whole.")
    private int rank;

    Workers workers() {
        return engineOptions.workers();
    }

    int rank() {
        if (rank < 0) {
            throw new InputException("--rank " + rank + " is out of range: expected at least 0");
        }
        return rank;
    }

    /** How conversations are read. */
    Conversations conversations() {
        return data.conversations();
    }

    /** The strategy of the factors. */
    Strategy strategy() {
        return FactorStore.strategy(factors);
    }

    /** The damping, if another than the factors' is asked for. */
    Optional<DampingRule> damping() {
        return damping.rule(FactorStore.strategy(factors));
    }

    /** Eigenvalues and damping of the factors, where single layers have some. */
    Optional<FactorInspection> inspection() {
        Strategy strategy = strategy();
        return strategy.hasBases() || strategy.hasMoments()
                ? Optional.of(FactorInspection.of(factors, damping())) : Optional.empty();
    }

    ModelFolder model() {
        return model.load(data);
    }

    Packing packing(ModelFolder folder) {
        return data.packing(folder);
    }

    DocumentSource queries(Path file) {
        return data.queries(file);
    }

    TokenizedCorpus corpus(ModelFolder folder) {
        return data.open(folder, scratch.folder(), command.commandLine().getErr());
    }

    /** Another corpus, read and cut as that of the data is. */
    TokenizedCorpus corpus(String path, ModelFolder folder) {
        return data.open(path, folder, scratch.folder(), command.commandLine().getErr());
    }

    /** Whether this is the path of the data. */
    boolean scores(String path) {
        return data.isAt(path);
    }

    /**
     * Influence with the curvature of the factors, on threads and corpora that stay the caller's to close.
     *
     * @param training the data of the factors, if the corpus is another and they are needed
     */
    Influence influence(
            ModelFolder folder, TokenizedCorpus corpus, @Nullable TokenizedCorpus training, Workers workers,
            InfluenceListener listener) {
        CorpusNotes.printLayers(FactorStore.layersWithoutCurvature(factors), command.commandLine().getErr());
        InfluenceBuilder builder = batches.influence(
                folder, corpus, new Compute(engineOptions.engine(workers), workers)).listener(listener);
        return (training == null ? builder : builder.training(training)).open().load(factors, damping());
    }
}
