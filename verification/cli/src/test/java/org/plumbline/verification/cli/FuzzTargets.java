package org.plumbline.verification.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.plumbline.batch.FisherLabels;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Sequences;
import org.plumbline.curvature.Strategy;
import org.plumbline.engine.Compute;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.influence.corpus.HashedTokenizer;
import org.plumbline.influence.corpus.ModelFolder;
import org.plumbline.influence.corpus.PromptedQueries;
import org.plumbline.influence.store.FactorStore;
import org.plumbline.influence.store.FitSettings;
import org.plumbline.influence.store.ScoreStore;
import org.plumbline.io.Hashes;
import org.plumbline.io.Json;
import org.plumbline.model.Example;
import org.plumbline.model.pretrained.PretrainedModel;
import org.plumbline.text.CorpusDocument;
import org.plumbline.text.CorpusFormat;
import org.plumbline.text.DocumentSource;
import org.plumbline.text.FieldNames;
import org.plumbline.text.HuggingFaceTokenizer;
import org.plumbline.text.Packing;
import org.plumbline.verification.scale.TrainSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The kinds of files that commands read, each with what reads it alone and the command that does. */
final class FuzzTargets {
    private static final Compute SERIAL = new Compute(LoweredEngine.scalar(), Workers.serial());
    private static final CorpusFormat TEXT = new CorpusFormat.PlainText("\n--\n");
    private static final FitSettings FIT = new FitSettings(
            Strategy.EKFAC, 1, new FisherLabels.Sampled(1, 1), 0.1, Duration.ZERO);
    /** Half-finished fits run a model, which takes longer than reading. */
    private static final int FITS_EVERY = 40;

    private final Path folder;
    private final ModelFolder model;
    private final List<Target> targets = new ArrayList<>();
    private final Map<Path, byte[]> pristine = new LinkedHashMap<>();
    private final Path half;

    /** What is read of a file, and the command that reads it. */
    private record Target(Path file, Change change, Runnable read, List<String> command) {}

    @FunctionalInterface
    private interface Change {
        byte[] apply(Mutation mutation, byte[] content);
    }

    /**
     * A file that was changed.
     *
     * @param name says which it is
     * @param bytes of the file
     */
    record Input(String name, long bytes, Runnable read, List<String> command, Runnable restore) {}

    FuzzTargets(Path folder) throws IOException {
        this.folder = folder;
        OptionRuns runs = new OptionRuns(folder);
        runs.run(OptionRuns.SCORES.replace("#", "@/scores")).succeeded();
        this.model = ModelFolder.load(
                folder.resolve("model"), Precision.DOUBLE, HashedTokenizer.load(folder.resolve("model")));
        this.half = halfFit();
        Path weights = folder.resolve("other");
        Runnable load = () -> PretrainedModel.load(weights, Precision.SINGLE);
        List<String> loss = words("loss --model @/other --data @/c.jsonl");
        add(weights.resolve("model.safetensors"), Mutation::safetensors, load, loss);
        add(weights.resolve("config.json"), Mutation::json, load, loss);
        add(weights.resolve("config.json"), Mutation::bytes, load, loss);
        tokenizers();
        corpora();
        add(folder.resolve("config.json"), Mutation::json, this::configuration,
                words("inspect @/config.json"));
        for (String strategy : List.of("ekfac", "kfac", "diagonal")) {
            stores(strategy);
        }
        Runnable scores = () -> ScoreStore.load(folder.resolve("scores"));
        List<String> again = words(OptionRuns.SCORES.replace("#", "@/scores"));
        add(folder.resolve("scores/manifest.json"), Mutation::json, scores, again);
        add(folder.resolve("scores/scores.npy"), Mutation::bytes, scores, again);
        add(folder.resolve("scores/queries/queries-000000.safetensors"), Mutation::safetensors, () -> { },
                words(OptionRuns.SCORES.replace("#", "@/again") + " --query-store @/scores/queries"));
    }

    private List<String> words(String line) {
        return List.of(line.replace("@", folder.toString()).split(" "));
    }

    private void add(Path file, Change change, Runnable read, List<String> command) throws IOException {
        targets.add(new Target(file, change, read, command));
        pristine.put(file, Files.readAllBytes(file));
        Path manifest = file.resolveSibling("manifest.json");
        if (Files.exists(manifest)) {
            pristine.put(manifest, Files.readAllBytes(manifest));
        }
    }

    private void tokenizers() throws IOException {
        Path file = folder.resolve("bpe.json");
        Runnable read = () -> {
            HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(file);
            int[] ids = tokenizer.encode("the sky is blué, <|endoftext|> and wide\n  \ud83d\ude00").ids();
            tokenizer.decode(ids);
        };
        List<String> loss = words("loss --model @/model --data @/c.jsonl --tokenizer @/bpe.json");
        add(file, Mutation::json, read, loss);
        add(file, Mutation::bytes, read, loss);
    }

    private void corpora() throws IOException {
        Path lines = folder.resolve("d.jsonl");
        Path compressed = Files.write(folder.resolve("z.jsonl.gz"), gzip(Files.readAllBytes(lines)));
        Path table = Files.writeString(folder.resolve("t.csv"),
                "id,text,more\na,\"the \"\"sky\"\"\nis\",1\nb,blue,2\nc,and wide,3\n");
        Path text = Files.writeString(folder.resolve("u.txt"), "one\r\n--\r\ntwo\n--\nthree\n");
        Path ids = Files.write(folder.resolve("i.u16"), "abcdefghijklmnop".getBytes(StandardCharsets.UTF_16LE));
        UnaryOperator<String> loss = data -> "loss --model @/model --data " + data;
        corpus(lines, new CorpusFormat.JsonLines(FieldNames.DEFAULT), loss.apply("@/d.jsonl"));
        corpus(compressed, new CorpusFormat.JsonLines(FieldNames.DEFAULT), loss.apply("@/z.jsonl.gz"));
        corpus(table, new CorpusFormat.Table(',', FieldNames.DEFAULT), loss.apply("@/t.csv"));
        corpus(text, TEXT, loss.apply("@/u.txt --separator \\n--\\n"));
        corpus(ids, new CorpusFormat.TokenIds(2, CorpusFormat.TokenIds.NO_SEPARATOR, 4),
                loss.apply("@/i.u16 --format uint16"));
        Path queries = folder.resolve("queries.jsonl");
        add(queries, Mutation::bytes, () -> PromptedQueries.read(
                DocumentSource.of(queries, CorpusFormat.ofName(queries)), model, Packing.NONE),
                words(OptionRuns.SCORES.replace("#", "@/other-scores")));
    }

    private void corpus(Path file, CorpusFormat format, String command) throws IOException {
        add(file, Mutation::bytes, () -> {
            try (Stream<CorpusDocument> documents = DocumentSource.of(file, format).open()) {
                documents.forEach(document -> { });
            }
        }, words(command));
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    private void configuration() {
        TrainSettings settings = TrainSettings.read(folder.resolve("config.json"));
        settings.model(settings.vocabulary());
        settings.training();
    }

    private void stores(String strategy) throws IOException {
        Path store = folder.resolve(strategy);
        Runnable read = () -> FactorStore.inverse(
                store, model.model().mlpLayers(), new LinkedHashMap<>(), Optional.empty(), SERIAL);
        List<String> query = words("query --model @/model --data @/c.jsonl --prompt the --completion sky --json"
                + " --factors @/" + strategy);
        add(store.resolve("manifest.json"), Mutation::json, read, query);
        try (Stream<Path> files = Files.list(store)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".safetensors")).sorted().toList()) {
                add(file, Mutation::safetensors, read, query);
            }
        }
    }

    private Sequences sequences(int failing) {
        List<Example> examples = new ArrayList<>();
        for (int m = 0; m < 8; m++) {
            examples.add(Example.ofCompletion(new int[] {1 + m, 2, 3 + m, 4}, 1));
        }
        return new Sequences() {
            @Override
            public int size() {
                return examples.size();
            }

            @Override
            public Example get(int m) {
                if (m == failing) {
                    throw new IllegalStateException("cut off");
                }
                return examples.get(m);
            }
        };
    }

    private void fit(Path store, int failing) {
        Pipeline pipeline = new Pipeline(
                model.model(), model.parameters(), model.model().mlpLayers(), SERIAL, 2, 2);
        FactorStore.fit(store, pipeline, sequences(failing), FIT, new LinkedHashMap<>(Map.of("model", "m")),
                _ -> PassListener.NONE);
    }

    private Path halfFit() throws IOException {
        Path store = folder.resolve("half");
        try {
            fit(store, 5);
            throw new IllegalStateException("expected the fit to be cut off");
        } catch (IllegalStateException cut) {
            if (!"cut off".equals(cut.getMessage())) {
                throw cut;
            }
        }
        return store;
    }

    /** The input of this number, which depends on nothing else; the file is changed now. */
    Input input(int number, SplittableRandom random) throws IOException {
        if (number % FITS_EVERY == FITS_EVERY - 1) {
            return halfFinished(number, random);
        }
        Target target = targets.get(random.nextInt(targets.size()));
        byte[] changed = target.change.apply(new Mutation(random), pristine.get(target.file));
        write(target.file, changed);
        if (isOfStore(target.file)) {
            seal(target.file);
        }
        return new Input("input " + number + ", " + folder.relativize(target.file), changed.length, target.read,
                target.command, () -> restore(target.file));
    }

    private Input halfFinished(int number, SplittableRandom random) throws IOException {
        Path copy = Files.createTempDirectory(folder, "half").resolve("store");
        Files.createDirectories(copy);
        long bytes = 0;
        List<Path> files;
        try (Stream<Path> entries = Files.list(half)) {
            files = entries.filter(path -> !path.endsWith(".lock")).sorted().toList();
        }
        int chosen = random.nextInt(files.size());
        for (int i = 0; i < files.size(); i++) {
            byte[] content = Files.readAllBytes(files.get(i));
            Path to = copy.resolve(files.get(i).getFileName());
            Mutation mutation = new Mutation(random);
            Files.write(to, i != chosen ? content
                    : to.endsWith("manifest.json") ? mutation.json(content) : mutation.safetensors(content));
            bytes += content.length;
        }
        Path changed = copy.resolve(files.get(chosen).getFileName());
        if (isOfStore(changed)) {
            seal(changed);
        }
        List<String> fit = new ArrayList<>(words(OptionRuns.FIT.replace("#", copy.toString())));
        return new Input("input " + number + ", half-finished " + changed.getFileName(), bytes,
                () -> fit(copy, -1), fit, () -> delete(copy.getParent()));
    }

    private static boolean isOfStore(Path file) {
        return !file.endsWith("manifest.json") && Files.exists(file.resolveSibling("manifest.json"));
    }

    /** Makes size and checksum in the manifest those of the file. */
    private static void seal(Path file) throws IOException {
        Path manifest = file.resolveSibling("manifest.json");
        JsonNode tree = Json.read(manifest);
        for (JsonNode entry : tree.get("files")) {
            if (entry.get("name").asString().equals(file.getFileName().toString())) {
                ((ObjectNode) entry).put("bytes", Files.size(file)).put("sha256", Hashes.sha256(file));
            }
        }
        // Not durably, as a store would: there are thousands.
        Files.writeString(manifest, Json.pretty(tree));
    }

    private void restore(Path changed) {
        for (Path file : List.of(changed, changed.resolveSibling("manifest.json"))) {
            if (pristine.containsKey(file)) {
                write(file, pristine.get(file));
            }
        }
    }

    private static void write(Path file, byte[] content) {
        try {
            Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
