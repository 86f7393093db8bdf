package org.plumbline.verification.cli;

import static org.plumbline.text.VisibleText.escape;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
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
import org.plumbline.influence.corpus.ScoreUnits;
import org.plumbline.influence.corpus.TokenizedCorpus;
import org.plumbline.influence.query.Aggregation;
import org.plumbline.influence.query.SolveSettings;
import org.plumbline.influence.ranking.ScoreNormalization;
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
        header = "Score all sequences of a corpus against many queries.",
        description = "Or, with --self, each sequence against itself. An interrupted run continues where it stopped "
                + "when the same command is run again; the result is the same to the last bit.",
        footer = {
            "",
            "Queries are JSON Lines, each with a prompt and a completion.",
            "",
            "Example:",
            "  ./plumbline scores --model model/ --factors factors/ \\",
            "      --data corpus.jsonl --queries queries.jsonl --out scores/"
        })
final class ScoresCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private FactorOptions options;

    @Mixin
    private SolveOptions solve;

    @Option(names = "--queries", paramLabel = "FILE", description = "JSON Lines file of queries.")
    private Path queries;

    @Option(names = "--self", description = "Score each sequence against itself.")
    private boolean self;

    @Option(names = "--tokens", paramLabel = "BY", arity = "0..1", fallbackValue = "gradient",
            description = "Also keep the score of each token: gradient (or no value; by position of the gradient), "
                    + "output (by predicted token) or input (by token read).")
    private String tokens;

    @Option(names = "--aggregate", paramLabel = "HOW", defaultValue = "none",
            description = "none: scores of each query; sum, mean: scores of all queries as one.")
    private String aggregate;

    @Option(names = "--normalize", paramLabel = "HOW", defaultValue = "none",
            description = "Also write the scores divided: cosine (by the norms of both gradients in the inverse "
                    + "curvature), relatif-loss or relatif-parameter (by that of the sequence's: RelatIF).")
    private String normalize;

    @Option(names = "--units", paramLabel = "BY",
            description = "Also write the sum of the scores of each document (document), or of each value of a field "
                    + "of the metadata (its name). Sequences of several documents need --tokens output.")
    private String units;

    @Option(names = "--query-store", paramLabel = "DIR",
            description = "Folder for the preconditioned queries, which another run on the same data can use again. "
                    + "Default: queries in the folder of --out.")
    private Path queryStore;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Folder to write the scores to.")
    private Path out;

    @Override
    public Integer call() {
        if (self == (queries != null)) {
            throw new InputException("expected either --queries FILE or --self");
        }
        if (self) {
            requireNoQueryOptions();
        }
        TokenScores kind = tokens == null ? TokenScores.NONE : PipelineOptions.tokens(tokens);
        Aggregation aggregation = PipelineOptions.aggregation(aggregate);
        options.damping();
        SolveSettings solving = solve.settings(options);
        ScoreNormalization normalization = normalization(solving, aggregation);
        PrintWriter err = spec.commandLine().getErr();
        ModelFolder folder = options.model();
        Optional<PromptedQueries> prompted = self ? Optional.empty() : Optional.of(read(folder));
        ScanSettings settings = new ScanSettings(
                options.rank(), aggregation, kind, Optional.ofNullable(queryStore), solving);
        try (Workers workers = options.workers();
                TokenizedCorpus corpus = options.corpus(folder);
                TokenizedCorpus training = solve.training(options, folder);
                Influence influence = options.influence(folder, corpus, training, workers, new Progress(err))) {
            prompted.ifPresentOrElse(
                    asked -> influence.scan(out, asked, settings), () -> influence.scanSelf(out, settings));
            int count = aggregation == Aggregation.NONE ? prompted.map(asked -> asked.list().size()).orElse(1) : 1;
            spec.commandLine().getOut().println(String.format(Locale.ROOT, "%s: %,d sequences, %s", out,
                    corpus.sequences().size(), self ? "each against itself" : count + " queries"));
            if (normalization != ScoreNormalization.NONE) {
                Path file = influence.normalize(out, prompted.orElseThrow(), normalization);
                spec.commandLine().getOut().println(file + ": the same, normalized: " + normalize);
            }
            if (units != null) {
                spec.commandLine().getOut().println(
                        ScoreUnits.write(out, corpus, units) + ": sums of the scores by " + escape(units));
            }
            if (solving.certify().isPresent()) {
                CertificateView.print(out.resolve(Influence.CERTIFICATE), spec.commandLine().getOut());
            }
            if (solving.sample().isPresent()) {
                SamplingView.print(out.resolve(Influence.SAMPLING), spec.commandLine().getOut());
            }
            InfluenceView.candidates(influence.candidates(), spec.commandLine().getOut());
        }
        return 0;
    }

    /** Options about queries: a sequence by itself has one exact score. */
    private void requireNoQueryOptions() {
        for (String option : List.of("--tokens", "--rank", "--aggregate", "--query-store", "--tolerance",
                "--products", "--certify", "--sample", "--training", "--solver", "--normalize", "--units")) {
            if (GivenOptions.has(spec, option)) {
                throw new InputException(option + " needs --queries: it means nothing with --self");
            }
        }
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

    /** Divisors are those of the curvature in closed form, and of one query. */
    private ScoreNormalization normalization(SolveSettings solving, Aggregation aggregation) {
        ScoreNormalization kind = switch (normalize) {
            case "none" -> ScoreNormalization.NONE;
            case "cosine" -> ScoreNormalization.COSINE;
            case "relatif-loss" -> ScoreNormalization.RELATIF_LOSS;
            case "relatif-parameter" -> ScoreNormalization.RELATIF_PARAMETER;
            default -> throw new InputException("--normalize '" + normalize
                    + "' is unknown: expected none, cosine, relatif-loss or relatif-parameter");
        };
        if (kind != ScoreNormalization.NONE) {
            if (solving.isExact()) {
                GivenOptions.refuse(spec, "with exact products, for which no divisor is known or certified",
                        "--normalize");
            }
            if (aggregation != Aggregation.NONE) {
                GivenOptions.refuse(spec, "with --aggregate " + aggregate + ": it is about one query", "--normalize");
            }
        }
        return kind;
    }

    private PromptedQueries read(ModelFolder folder) {
        PromptedQueries read =
                PromptedQueries.read(options.queries(queries), folder, options.packing(folder).beginToken());
        BorderWarnings.print(read.list(), spec.commandLine().getErr());
        return read;
    }
}
