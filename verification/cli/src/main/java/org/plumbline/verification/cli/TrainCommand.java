package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.plumbline.engine.Engine;
import org.plumbline.engine.InsufficientMemoryException;
import org.plumbline.engine.Workers;
import org.plumbline.influence.corpus.HashedTokenizer;
import org.plumbline.influence.corpus.TokenizedCorpus;
import org.plumbline.io.DiskSpace;
import org.plumbline.io.Hashes;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.io.StoreFolder;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.pretrained.PretrainedModel;
import org.plumbline.random.RandomStreams;
import org.plumbline.text.ByteLevelBpe;
import org.plumbline.text.ByteTokenizer;
import org.plumbline.text.HuggingFaceTokenizer;
import org.plumbline.text.Tokenizer;
import org.plumbline.train.Checkpoint;
import org.plumbline.train.ProgressLine;
import org.plumbline.train.Trainer;
import org.plumbline.train.TrainingConfig;
import org.plumbline.train.TrainingListener;
import org.plumbline.train.TrainingMemory;
import org.plumbline.train.TrainingState;
import org.plumbline.verification.scale.TrainSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plumbline train}. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        header = "Train a small transformer on a corpus.",
        description = "The model has the GPT-2 architecture and is written in Hugging Face's layout with its "
                + "tokenizer; training.json beside it says what it was made from. An interrupted run continues from "
                + "its last checkpoint when the same command is run again.",
        footer = {
            "",
            "The configuration is a JSON file. Fields that it leaves out have these values:",
            "  {\"vocabulary\": 256, \"context\": 128, \"width\": 128, \"layers\": 4,",
            "   \"heads\": 4, \"hidden\": 4 * width, \"tiedHead\": false, \"steps\": 1000,",
            "   \"batchSize\": 16, \"rate\": 0.001, \"weightDecay\": 0.01,",
            "   \"precision\": \"single\", \"seed\": 1}",
            "A vocabulary of 256 means one token per byte; with a larger one, a byte-level",
            "BPE tokenizer is trained on the corpus. With --tokenizer, vocabulary is the",
            "number of embedding rows and may exceed the tokenizer's size.",
            "",
            "Example:",
            "  ./plumbline train --data corpus.jsonl --config small.json --out model/"
        })
final class TrainCommand implements Callable<Integer> {
    private static final int BYTES = 256;
    private static final String KIND = "training";
    private static final String MANIFEST = "training.json";
    private static final String STEP = "step";

    @Spec
    private CommandSpec spec;

    @Mixin
    private DataOptions data;

    @Mixin
    private ScratchOptions scratch;

    @Mixin
    private EngineOptions engineOptions;

    @Option(names = "--config", paramLabel = "FILE", required = true,
            description = "Configuration of model and training, see below.")
    private Path config;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Folder to write the model to.")
    private Path out;

    @Option(names = "--checkpoint", paramLabel = "N", defaultValue = "200",
            description = "Number of steps between two checkpoints.")
    private long interval;

    @Option(names = "--validation", paramLabel = "PATH",
            description = "Held-out corpus, read as --data is. Its loss is printed and written to validation.json "
                    + "before the first step, at every checkpoint and at the end. Default: none.")
    private String validation;

    @Override
    public Integer call() {
        data.requireMeaning();
        TrainSettings settings = TrainSettings.read(config);
        if (interval < 1) {
            throw new InputException("--checkpoint " + interval + " is out of range: expected at least 1");
        }
        Optional<HashedTokenizer> known = known(settings);
        try (StoreFolder store = StoreFolder.claim(out, KIND, identity(settings, known))) {
            TrainingConfig training = settings.training();
            InsufficientMemoryException.require(
                    TrainingMemory.vectors(new Gpt2(settings.model(settings.vocabulary())), training), KIND);
            HashedTokenizer tokenizer = known.orElseGet(() -> data.prepared(learned(settings, store)));
            try (Workers workers = engineOptions.workers();
                    TokenizedCorpus corpus = data.open(
                            tokenizer, settings.context(), scratch.folder(), spec.commandLine().getErr());
                    TokenizedCorpus held = validation == null ? null : data.held(validation, tokenizer,
                            settings.context(), scratch.folder(), spec.commandLine().getErr())) {
                train(settings, training, corpus, held, workers, store);
            }
        }
        return 0;
    }

    private void train(
            TrainSettings settings, TrainingConfig training, TokenizedCorpus corpus, @Nullable TokenizedCorpus held,
            Workers workers, StoreFolder store) {
        Tokenizer tokenizer = corpus.tokenizer().tokenizer();
        Gpt2 model = new Gpt2(settings.model(
                data.tokenizer().isPresent() ? settings.vocabulary() : tokenizer.vocabularySize()));
        SequencedMap<String, String> origin = corpus.origin();
        origin.put("validation", held == null ? "none" : held.sequences().digest());
        store.identify(origin);
        if (!store.isComplete()) {
            int length = corpus.packing().length();
            InsufficientMemoryException.require(
                    TrainingMemory.heapBytes(model, training, length, workers.threads())
                            + TrainingMemory.examples(corpus.sequences().size(), length), KIND);
            DiskSpace.require(out, TrainingMemory.diskBytes(model, training), KIND);
            Engine engine = engineOptions.engine(workers);
            List<Example> examples =
                    IntStream.range(0, corpus.sequences().size()).mapToObj(corpus.sequences()::get).toList();
            Trainer trainer = new Trainer(model, examples, training, engine, workers);
            HeldOut losses = HeldOut.of(
                    held, model, training, engine, workers, store.progress(), spec.commandLine().getErr());
            run(settings, trainer, model, store, corpus, losses);
            store.put(MANIFEST, file -> Json.write(file, manifest(settings, corpus, engine)));
            losses.report().ifPresent(report -> store.put(HeldOut.FILE, file -> Json.write(file, report)));
            store.commit(progress(training.steps(), losses), true);
        }
        spec.commandLine().getOut().println(String.format(
                Locale.ROOT, "%s: %,d parameters, %,d sequences, %,d steps%s", out, model.space().size(),
                corpus.sequences().size(), training.steps(), HeldOut.last(store.progress())));
    }

    private static Map<String, String> progress(long step, HeldOut losses) {
        Map<String, String> progress = new LinkedHashMap<>(losses.progress());
        progress.put(STEP, Long.toString(step));
        return progress;
    }

    /** Trains from the last checkpoint, or from the beginning, and writes the model. */
    private void run(
            TrainSettings settings, Trainer trainer, Gpt2 model, StoreFolder store, TokenizedCorpus corpus,
            HeldOut losses) {
        Optional<String> checkpoint = Optional.ofNullable(store.progress().get(STEP)).map(TrainCommand::checkpoint);
        TrainingState state = checkpoint.isPresent()
                ? Checkpoint.read(store.path(checkpoint.get()), trainer)
                : trainer.begin(model.initialize(RandomStreams.of(settings.seed(), "parameters", 0)));
        store.begin();
        corpus.tokenizer().files().forEach((name, writer) -> {
            if (!store.has(name)) {
                store.put(name, writer);
            }
        });
        PrintWriter err = spec.commandLine().getErr();
        TrainingListener listener = new ProgressLine(err, Duration.ofSeconds(1));
        TrainingConfig training = trainer.config();
        String last = checkpoint.orElse("");
        losses.measure(state);
        while (state.step() < training.steps()) {
            trainer.run(state, Math.min(training.steps(), state.step() + interval), step -> {
                listener.taken(step);
                err.flush();
            });
            losses.measure(state);
            String step = Long.toString(state.step());
            store.put(checkpoint(step), file -> Checkpoint.write(file, trainer, state));
            store.drop(last);
            store.commit(progress(state.step(), losses), false);
            last = checkpoint(step);
        }
        new PretrainedModel(model, state.parameters().copy(training.precision())).save(out);
        PretrainedModel.FILES.forEach(store::count);
        store.drop(last);
    }

    private static String checkpoint(String step) {
        return "checkpoint-" + step + ".safetensors";
    }

    /** The tokenizer, unless it is to be learned from the corpus. */
    private Optional<HashedTokenizer> known(TrainSettings settings) {
        Optional<HashedTokenizer> given = data.tokenizer();
        if (given.isPresent()) {
            given.get().tokenizer().requireWithin(settings.vocabulary());
            return given.map(tokenizer -> tokenizer.hash().equals(HashedTokenizer.BYTES)
                    ? data.prepared(bytes()) : tokenizer);
        }
        if (settings.vocabulary() < BYTES) {
            throw new InputException(config + ": found a vocabulary of " + settings.vocabulary()
                    + ", expected 256 for bytes, or more for a byte-level BPE");
        }
        return settings.vocabulary() == BYTES ? Optional.of(data.prepared(bytes())) : Optional.empty();
    }

    /** By the name of the file that it gets. */
    private static HashedTokenizer bytes() {
        return HashedTokenizer.ofText(ByteTokenizer.json());
    }

    /** A tokenizer of the corpus: that of the training which goes on, or a new one. */
    private HashedTokenizer learned(TrainSettings settings, StoreFolder store) {
        SequencedMap<String, String> texts = new LinkedHashMap<>();
        texts.put("texts", Hashes.sha256(data.texts().texts()));
        store.identify(texts);
        return store.has(HuggingFaceTokenizer.FILE)
                ? HashedTokenizer.load(out)
                : HashedTokenizer.ofText(ByteLevelBpe.train(data.texts().texts(), settings.vocabulary()).json());
    }

    /** What the training belongs to, as far as it is known before the corpus is read. */
    private SequencedMap<String, String> identity(TrainSettings settings, Optional<HashedTokenizer> known) {
        SequencedMap<String, String> identity = new LinkedHashMap<>();
        identity.putAll(Json.components(settings));
        known.ifPresent(tokenizer -> identity.put("tokenizer", tokenizer.hash()));
        identity.put("engine", engineOptions.name());
        return identity;
    }

    private static Map<String, Object> manifest(TrainSettings settings, TokenizedCorpus corpus, Engine engine) {
        Map<String, Object> manifest = new LinkedHashMap<>(corpus.origin());
        manifest.put("documents", corpus.report());
        manifest.put("configuration", settings);
        manifest.put("engine", engine.name());
        manifest.put("version", Main.version());
        return manifest;
    }
}
