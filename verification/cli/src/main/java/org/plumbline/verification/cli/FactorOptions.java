package org.plumbline.verification.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.SequencedMap;
import org.plumbline.batch.Pipeline;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Workers;
import org.plumbline.influence.store.FactorStore;
import org.plumbline.io.InputException;
import org.plumbline.text.DocumentSource;
import org.plumbline.text.Packing;
import org.plumbline.verification.scale.ModelFolder;
import org.plumbline.verification.scale.TokenisedCorpus;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of commands that use a fitted curvature: model, factors, data, numbers and engine. */
final class FactorOptions {

    @Mixin
    private DataOptions data;

    @Mixin
    private PipelineOptions batches;

    @Mixin
    private EngineOptions engineOptions;

    @Mixin
    private ModelOptions model;

    @Option(names = "--factors", paramLabel = "DIR", required = true, description = "Factors that 'fit' made.")
    private Path factors;

    @Option(names = "--damping", paramLabel = "X",
            description = "Damping as a multiple of the mean eigenvalue of each layer. Default: that of the factors.")
    private Double damping;

    @Option(names = "--rank", paramLabel = "R", defaultValue = "0",
            description = "Rank of the preconditioned query gradients; 0 is exact.")
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

    Path factors() {
        return factors;
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

    TokenisedCorpus corpus(ModelFolder folder) {
        return data.open(folder);
    }

    Pipeline pipeline(ModelFolder folder, Workers workers) {
        return batches.pipeline(folder, PipelineOptions.named(folder.model(), FactorStore.layers(factors)),
                new Compute(engineOptions.engine(workers), workers));
    }

    /** The inverse of the curvature, if it belongs to model and data. */
    ClosedFormInverse inverse(Pipeline pipeline, ModelFolder folder, TokenisedCorpus corpus) {
        return FactorStore.inverse(factors, pipeline.layers(), corpus.origin(folder), Optional.ofNullable(damping),
                pipeline.compute());
    }

    /**
     * What scores made with these options belong to.
     *
     * @throws org.plumbline.io.InputException if the factors do not belong to model and data
     */
    SequencedMap<String, String> identity(ModelFolder folder, TokenisedCorpus corpus) {
        SequencedMap<String, String> identity = FactorStore.identity(factors, corpus.origin(folder));
        identity.put("rank", Integer.toString(rank));
        if (damping != null) {
            identity.put("damping", Double.toString(damping));
        }
        return identity;
    }
}
