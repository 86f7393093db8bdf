package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.plumbline.batch.PassListener;
import org.plumbline.engine.Workers;
import org.plumbline.influence.Influence;
import org.plumbline.influence.InfluenceListener;
import org.plumbline.influence.corpus.ModelFolder;
import org.plumbline.influence.corpus.PromptedQueries;
import org.plumbline.influence.corpus.ScanSettings;
import org.plumbline.influence.corpus.TokenizedCorpus;
import org.plumbline.influence.query.Aggregation;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.io.InputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plumbline scores}. */
@Command(
        name = "scores",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = {
            "Scores all sequences of a corpus against all queries of a file at once, or each against itself.",
            "A run that was interrupted goes on where it was when it is started again, "
                    + "with the same result to the last bit."
        },
        footer = {
            "",
            "Queries are JSON Lines, each with a prompt and a completion.",
            "",
            "Example:",
            "  ./plumbline scores --model model/ --factors factors/ --data corpus.jsonl "
                    + "--queries queries.jsonl --out scores/"
        })
final class ScoresCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private FactorOptions options;

    @Option(names = "--queries", paramLabel = "FILE", description = "Queries, JSON Lines.")
    private Path queries;

    @Option(names = "--self", description = "Scores each sequence against itself instead.")
    private boolean self;

    @Option(names = "--tokens", paramLabel = "BY", arity = "0..1", fallbackValue = "gradient",
            description = "Keeps the score of each token too: by the position of the gradient (gradient, or no value),"
                    + " by the token predicted (output) or by the token read (input).")
    private String tokens;

    @Option(names = "--aggregate", paramLabel = "HOW", defaultValue = "none",
            description = "none, or all queries as one: sum or mean.")
    private String aggregate;

    @Option(names = "--query-store", paramLabel = "DIR",
            description = "Folder for the preconditioned queries, which another scan can use again. Default: in --out.")
    private Path queryStore;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Folder for the scores.")
    private Path out;

    @Override
    public Integer call() {
        if (self == (queries != null)) {
            throw new InputException("expected either --queries FILE or --self");
        }
        if (self && tokens != null) {
            throw new InputException("--tokens needs --queries: scores of sequences with themselves are not split");
        }
        TokenScores kind = tokens == null ? TokenScores.NONE : PipelineOptions.tokens(tokens);
        Aggregation aggregation = aggregation();
        PrintWriter err = spec.commandLine().getErr();
        ModelFolder folder = options.model();
        Optional<PromptedQueries> prompted = self ? Optional.empty() : Optional.of(read(folder));
        ScanSettings settings = new ScanSettings(options.rank(), aggregation, kind, Optional.ofNullable(queryStore));
        try (Workers workers = options.workers();
                TokenizedCorpus corpus = options.corpus(folder);
                Influence influence = options.influence(folder, corpus, workers, new Progress(err))) {
            prompted.ifPresentOrElse(
                    asked -> influence.scan(out, asked, settings), () -> influence.scanSelf(out, settings));
            int count = aggregation == Aggregation.NONE ? prompted.map(asked -> asked.list().size()).orElse(1) : 1;
            spec.commandLine().getOut().println(String.format(Locale.ROOT, "%s: %,d sequences, %s", out,
                    corpus.sequences().size(), self ? "each against itself" : count + " queries"));
        }
        return 0;
    }

    private record Progress(PrintWriter err) implements InfluenceListener {
        @Override
        public PassListener begin(String pass) {
            return new PassProgress(pass, err);
        }

        @Override
        public void truncated(int rank, double relativeError) {
            err.println(String.format(Locale.ROOT,
                    "rank %d leaves a relative error of at most %.3e in a layer's query gradient",
                    rank, relativeError));
        }
    }

    private PromptedQueries read(ModelFolder folder) {
        PromptedQueries read =
                PromptedQueries.read(options.queries(queries), folder, options.packing(folder).beginToken());
        BorderWarnings.print(read.list(), spec.commandLine().getErr());
        return read;
    }

    private Aggregation aggregation() {
        return switch (aggregate) {
            case "none" -> Aggregation.NONE;
            case "sum" -> Aggregation.SUM;
            case "mean" -> Aggregation.MEAN;
            default -> throw new InputException(
                    "--aggregate '" + aggregate + "' is unknown: expected none, sum or mean");
        };
    }
}
