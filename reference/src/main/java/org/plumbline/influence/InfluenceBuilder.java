package org.plumbline.influence;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.plumbline.batch.Pipeline;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Workers;
import org.plumbline.engine.vector.VectorEngine;
import org.plumbline.influence.corpus.ModelFolder;
import org.plumbline.influence.corpus.TokenizedCorpus;
import org.plumbline.io.InputException;
import org.plumbline.model.TrackedLayer;
import org.plumbline.text.CorpusFormat;
import org.plumbline.text.DocumentSource;
import org.plumbline.text.FieldNames;
import org.plumbline.text.Packing;

/**
 * What {@link Influence} runs on. Only a corpus must be given; everything else has a default that suits most models.
 *
 * <pre>{@code
 * Influence influence = Influence.of(ModelFolder.load(Path.of("model")))
 *         .corpus("texts/*.jsonl.gz")
 *         .layers("*.mlp.*")
 *         .listener(stage -> (done, total) -> System.err.println(stage + ": " + done + " of " + total))
 *         .open();
 * }</pre>
 */
public final class InfluenceBuilder {
    /** Most positions of a sequence unless a packing says otherwise. */
    public static final int DEFAULT_POSITIONS = 1024;

    private final ModelFolder model;
    private @Nullable DocumentSource source;
    private @Nullable TokenizedCorpus corpus;
    private @Nullable TokenizedCorpus training;
    private Packing packing;
    private Path scratch = Path.of(System.getProperty("java.io.tmpdir"));
    private List<TrackedLayer> layers;
    private int batch = Pipeline.DEFAULT_BATCH;
    private int shard = Pipeline.DEFAULT_SHARD;
    private int threads = Runtime.getRuntime().availableProcessors();
    private @Nullable Compute compute;
    private InfluenceListener listener = InfluenceListener.NONE;

    InfluenceBuilder(ModelFolder model) {
        this.model = model;
        this.layers = model.model().mlpLayers();
        this.packing = new Packing(Math.min(model.model().maximumLength(), DEFAULT_POSITIONS), Packing.Mode.SPLIT,
                Packing.NONE, Packing.NONE, 0, true);
    }

    /**
     * The documents: a file, a folder of files, or a pattern such as {@code texts/*.jsonl.gz}. Names of files tell
     * their format: JSON Lines, CSV, TSV or text, with {@code .gz} or without.
     *
     * @throws InputException if there is no such file, or its name tells no format
     */
    public InfluenceBuilder corpus(String place) {
        return corpus(DocumentSource.named(place, file -> CorpusFormat.ofName(file, FieldNames.DEFAULT, "")));
    }

    /** The documents. */
    public InfluenceBuilder corpus(DocumentSource documents) {
        this.source = documents;
        return this;
    }

    /** A corpus that is tokenized already; it stays the caller's to close. */
    public InfluenceBuilder corpus(TokenizedCorpus tokenized) {
        this.corpus = tokenized;
        return this;
    }

    /**
     * The data that the curvature was fitted on, where the corpus is another. Only exact products need them. They stay
     * the caller's to close.
     */
    public InfluenceBuilder training(TokenizedCorpus tokenized) {
        this.training = tokenized;
        return this;
    }

    /**
     * How documents become sequences. By default a document makes as many sequences as it needs, of at most
     * {@value #DEFAULT_POSITIONS} positions.
     */
    public InfluenceBuilder packing(Packing policy) {
        this.packing = policy;
        return this;
    }

    /** Where the tokenized corpus lies while it is open. By default the system's folder for temporary files. */
    public InfluenceBuilder scratch(Path folder) {
        this.scratch = folder;
        return this;
    }

    /**
     * The layers whose influence is meant, by a pattern. By default those of the MLPs.
     *
     * @param glob such as {@code *.attn.*}
     * @throws InputException if it is no pattern, or no layer matches
     */
    public InfluenceBuilder layers(String glob) {
        return layers(model.layers(glob));
    }

    /** The layers whose influence is meant. */
    public InfluenceBuilder layers(List<TrackedLayer> chosen) {
        this.layers = List.copyOf(chosen);
        return this;
    }

    /**
     * Sizes of batches.
     *
     * @param batchSize sequences that a program runs on at once
     * @param shardSize sequences that are summed before they are merged with others, a multiple of {@code batchSize}
     */
    public InfluenceBuilder batches(int batchSize, int shardSize) {
        this.batch = batchSize;
        this.shard = shardSize;
        return this;
    }

    /** Threads of the vector engine; no result depends on them. By default as many as there are processors. */
    public InfluenceBuilder threads(int count) {
        this.threads = count;
        return this;
    }

    /** Another engine, and threads that stay the caller's to close. */
    public InfluenceBuilder compute(Compute chosen) {
        this.compute = chosen;
        return this;
    }

    /** Reports progress, and may cancel. */
    public InfluenceBuilder listener(InfluenceListener told) {
        this.listener = told;
        return this;
    }

    /**
     * Tokenizes the corpus and starts the threads.
     *
     * @throws InputException if there is no corpus, it is malformed or has no sequence, or the model does not know
     *     sequences as long
     */
    public Influence open() {
        Optional<TokenizedCorpus> ownCorpus = corpus == null ? Optional.of(tokenized()) : Optional.empty();
        TokenizedCorpus opened = corpus == null ? ownCorpus.orElseThrow() : corpus;
        try {
            Optional<Workers> ownWorkers = compute == null ? Optional.of(Workers.of(threads)) : Optional.empty();
            Compute chosen = compute == null ? vector(ownWorkers.orElseThrow()) : compute;
            return new Influence(opened, training == null ? opened : training, new Pipeline(
                    model.model(), model.parameters(), layers, chosen, batch, shard), model, listener, () -> {
                        ownWorkers.ifPresent(Workers::close);
                        ownCorpus.ifPresent(TokenizedCorpus::close);
                    });
        } catch (RuntimeException | Error e) {
            ownCorpus.ifPresent(TokenizedCorpus::close);
            throw e;
        }
    }

    private static Compute vector(Workers workers) {
        return new Compute(VectorEngine.orScalar(workers), workers);
    }

    private TokenizedCorpus tokenized() {
        if (source == null) {
            throw new InputException("influence: found no corpus, expected one");
        }
        return TokenizedCorpus.open(source, packing, model.tokenizer(), model.model().maximumLength(), scratch);
    }
}
