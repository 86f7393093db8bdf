package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.plumbline.engine.Engine;
import org.plumbline.engine.Workers;
import org.plumbline.influence.corpus.HashedTokenizer;
import org.plumbline.influence.corpus.TokenizedCorpus;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Parameters;
import org.plumbline.model.pretrained.PretrainedModel;
import org.plumbline.random.RandomStreams;
import org.plumbline.text.ByteLevelBpe;
import org.plumbline.text.ByteTokenizer;
import org.plumbline.text.HuggingFaceTokenizer;
import org.plumbline.train.Checkpoint;
import org.plumbline.train.ProgressLine;
import org.plumbline.train.Trainer;
import org.plumbline.train.TrainingConfig;
import org.plumbline.train.TrainingListener;
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
            "The configuration is a JSON file with exactly these fields:",
            "  {\"vocabulary\": 256, \"context\": 128, \"width\": 128, \"layers\": 4,",
            "   \"heads\": 4, \"hidden\": 512, \"tiedHead\": false, \"steps\": 1000,",
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
    private static final String CHECKPOINT = "checkpoint.safetensors";
    private static final String MANIFEST = "training.json";

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

    @Override
    public Integer call() {
        TrainSettings settings = TrainSettings.read(config);
        if (interval < 1) {
            throw new InputException("--checkpoint " + interval + " is out of range: expected at least 1");
        }
        OutputFolder.made(out);
        HashedTokenizer tokenizer = tokenizer(settings);
        Gpt2 model = new Gpt2(settings.model(
                data.tokenizer().isPresent() ? settings.vocabulary() : tokenizer.tokenizer().vocabularySize()));
        TrainingConfig training = settings.training();
        try (Workers workers = engineOptions.workers();
                TokenizedCorpus corpus = data.open(
                        tokenizer, settings.context(), scratch.folder(), spec.commandLine().getErr())) {
            List<Example> examples =
                    IntStream.range(0, corpus.sequences().size()).mapToObj(corpus.sequences()::get).toList();
            Engine engine = engineOptions.engine(workers);
            Trainer trainer = new Trainer(model, examples, training, engine, workers);
            Path checkpoint = out.resolve(CHECKPOINT);
            TrainingState state = Files.exists(checkpoint)
                    ? Checkpoint.read(checkpoint, trainer)
                    : trainer.begin(model.initialize(RandomStreams.of(settings.seed(), "parameters", 0)));
            PrintWriter err = spec.commandLine().getErr();
            TrainingListener listener = new ProgressLine(err, Duration.ofSeconds(1));
            while (state.step() < training.steps()) {
                trainer.run(state, Math.min(training.steps(), state.step() + interval), step -> {
                    listener.taken(step);
                    err.flush();
                });
                Checkpoint.write(checkpoint, trainer, state);
            }
            Parameters trained = state.parameters().copy(training.precision());
            new PretrainedModel(model, trained).save(out);
            Json.write(out.resolve(MANIFEST), manifest(settings, corpus, engine));
            spec.commandLine().getOut().println(String.format(
                    Locale.ROOT, "%s: %,d parameters, %,d sequences, %,d steps", out, model.space().size(),
                    examples.size(), training.steps()));
        }
        return 0;
    }

    /** The tokenizer, which is in the model's folder from then on. */
    private HashedTokenizer tokenizer(TrainSettings settings) {
        Optional<HashedTokenizer> given = data.tokenizer();
        if (given.isPresent()) {
            given.get().tokenizer().requireWithin(settings.vocabulary());
            given.get().save(out);
            return HashedTokenizer.load(out);
        }
        Path file = out.resolve(HuggingFaceTokenizer.FILE);
        if (settings.vocabulary() < BYTES) {
            throw new InputException(config + ": found a vocabulary of " + settings.vocabulary()
                    + ", expected 256 for bytes, or more for a byte-level BPE");
        }
        if (settings.vocabulary() == BYTES) {
            new ByteTokenizer().save(file);
        } else if (Files.notExists(file)) {
            ByteLevelBpe.train(data.texts().texts(), settings.vocabulary()).save(file);
        }
        return HashedTokenizer.load(out);
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
