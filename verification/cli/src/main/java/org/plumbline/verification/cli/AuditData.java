package org.plumbline.verification.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.plumbline.audit.AuditedModel;
import org.plumbline.audit.files.TokenFile;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Precision;
import org.plumbline.influence.corpus.HashedTokenizer;
import org.plumbline.influence.corpus.ModelFolder;
import org.plumbline.influence.corpus.TokenizedCorpus;
import org.plumbline.io.InputException;
import org.plumbline.model.Example;
import org.plumbline.model.pretrained.PretrainedModel;
import org.plumbline.text.CorpusFormat;
import org.plumbline.text.DocumentSource;
import org.plumbline.text.FieldNames;
import org.plumbline.text.Packing;
import picocli.CommandLine.Option;

/** Options of an audit about the model, the training sequences and the queries. */
final class AuditData {
    @Option(names = "--model", paramLabel = "DIR",
            description = "Model folder in Hugging Face's layout. Without it, files alone are looked at.")
    private Path model;

    @Option(names = "--data", paramLabel = "FILE",
            description = "Training sequences in the order in which they were used: token ids in a .safetensors or "
                    + ".npy file, [sequences, tokens], as FILE#NAME where there are several tensors; or text as for "
                    + "fit, a sequence for each document.")
    private String data;

    @Option(names = "--queries", paramLabel = "FILE", description = "Queries, likewise.")
    private String queries;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "0",
            description = "Seed of the labels that are drawn to tell the sampling error.")
    private long seed;

    private @Nullable ModelFolder loaded;

    /** The options that mean nothing without {@code --model}. */
    static final String[] OF_MODEL = {"--data", "--queries", "--seed"};

    boolean hasModel() {
        return model != null;
    }

    boolean hasQueries() {
        return queries != null;
    }

    /** The model with its sequences. */
    AuditedModel model(Compute compute) {
        if (data == null) {
            throw new InputException("--model needs --data, the sequences that factors were made from");
        }
        if (TokenFile.isOne(data)) {
            PretrainedModel pretrained = PretrainedModel.load(model, Precision.DOUBLE);
            return AuditedModel.of(pretrained.model(), pretrained.parameters(),
                    within(data, pretrained.model().maximumLength(), pretrained), seed, compute);
        }
        ModelFolder folder = folder();
        return new AuditedModel(new Objective(folder.model(), folder.parameters(), texts(data, folder)), true,
                folder.model().maximumLength(), seed, compute);
    }

    /** The queries; none if there are none. */
    List<Example> queries() {
        if (queries == null) {
            return List.of();
        }
        if (TokenFile.isOne(queries)) {
            return TokenFile.read(queries).stream().map(AuditedModel::example).toList();
        }
        return texts(queries, folder());
    }

    /** The model with its tokenizer, read once. */
    private ModelFolder folder() {
        if (loaded == null) {
            loaded = ModelFolder.load(model, Precision.DOUBLE, HashedTokenizer.load(model));
        }
        return loaded;
    }

    private static List<int[]> within(String file, int context, PretrainedModel pretrained) {
        int vocabulary = pretrained.model().vocabulary();
        List<int[]> sequences = TokenFile.read(file);
        for (int[] sequence : sequences) {
            int most = Arrays.stream(sequence).max().orElseThrow();
            int least = Arrays.stream(sequence).min().orElseThrow();
            if (most >= vocabulary || least < 0 || sequence.length > context) {
                throw new InputException(file + ": found a sequence of " + sequence.length + " tokens " + least + " to "
                        + most + ", expected at most " + context + " of a vocabulary of " + vocabulary);
            }
        }
        return sequences;
    }

    /** Each document as one sequence, with its last token as a position that bears no loss. */
    private static List<Example> texts(String path, ModelFolder folder) {
        DocumentSource source = DocumentSource.named(path, file -> CorpusFormat.ofName(file, FieldNames.DEFAULT, ""));
        int context = folder.model().maximumLength();
        // One position less than the context leaves room for the last token.
        Packing packing = new Packing(context - 1, Packing.Mode.TRUNCATE, Packing.NONE, Packing.NONE, 0, true);
        try (TokenizedCorpus corpus = TokenizedCorpus.open(
                source, packing, folder.tokenizer(), context, Path.of(System.getProperty("java.io.tmpdir")))) {
            List<Example> examples = new ArrayList<>();
            for (int m = 0; m < corpus.sequences().size(); m++) {
                examples.add(withLast(corpus.sequences().get(m)));
            }
            return examples;
        }
    }

    private static Example withLast(Example example) {
        int n = example.fedPositions();
        int[] tokens = Arrays.copyOf(example.indices(Example.TOKENS), n + 1);
        tokens[n] = example.indices(Example.LABELS)[n - 1];
        double[] weights = Arrays.copyOf(Arrays.copyOf(example.reals(Example.WEIGHTS), n), n + 1);
        return AuditedModel.example(tokens).withWeights(weights);
    }
}
