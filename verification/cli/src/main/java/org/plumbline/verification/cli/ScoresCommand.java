package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.plumbline.batch.Pipeline;
import org.plumbline.curvature.Strategy;
import org.plumbline.engine.Workers;
import org.plumbline.influence.query.Aggregation;
import org.plumbline.influence.query.Queries;
import org.plumbline.influence.scan.ScanPass;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.influence.store.QueryStore;
import org.plumbline.influence.store.ScoreStore;
import org.plumbline.io.Hashes;
import org.plumbline.io.InputException;
import org.plumbline.text.CorpusDocument;
import org.plumbline.verification.scale.ModelFolder;
import org.plumbline.verification.scale.PromptedQuery;
import org.plumbline.verification.scale.ScalePlan;
import org.plumbline.verification.scale.TokenisedCorpus;
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
    private static final String QUERY_STORE = "queries";

    @Spec
    private CommandSpec spec;

    @Mixin
    private FactorOptions options;

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
        Aggregation aggregation = aggregation();
        Strategy strategy = options.strategy();
        PrintWriter err = spec.commandLine().getErr();
        ModelFolder folder = options.model();
        List<PromptedQuery> prompted = self ? List.of() : read(folder);
        try (Workers workers = options.workers(); TokenisedCorpus corpus = options.corpus(folder)) {
            Pipeline pipeline = options.pipeline(folder, workers);
            int count = aggregation == Aggregation.NONE ? Math.max(1, prompted.size()) : 1;
            ScalePlan.of(pipeline, corpus.packing().length(), corpus.sequences().size(), count, options.rank(),
                            strategy, DataOptions.LABELS, kind)
                    .requireFits(out, self ? ScalePlan.SELF_SCAN
                            : kind == TokenScores.NONE ? ScalePlan.SCAN : ScalePlan.TOKEN_SCAN);
            SequencedMap<String, String> identity = options.identity(folder, corpus);
            identity.put("queries", self ? "self" : Hashes.sha256(queries));
            identity.put("aggregation", aggregation.name().toLowerCase(Locale.ROOT));
            identity.put("tokens", kind.name().toLowerCase(Locale.ROOT));
            ScoreStore.scan(out, pipeline, () -> self
                    ? ScanPass.self(pipeline, options.inverse(pipeline, folder, corpus))
                    : pairwise(pipeline, folder, corpus, prompted, aggregation, kind), corpus.sequences(), identity,
                    new PassProgress("scan", err));
            spec.commandLine().getOut().println(String.format(Locale.ROOT, "%s: %,d sequences, %s", out,
                    corpus.sequences().size(), self ? "each against itself" : count + " queries"));
        }
        return 0;
    }

    /** Options about queries: a sequence by itself has one exact score. */
    private void requireNoQueryOptions() {
        for (String option : List.of("--tokens", "--rank", "--aggregate", "--query-store")) {
            if (GivenOptions.has(spec, option)) {
                throw new InputException(option + " needs --queries: it means nothing with --self");
            }
        }
    }

    private ScanPass pairwise(
            Pipeline pipeline, ModelFolder folder, TokenisedCorpus corpus, List<PromptedQuery> prompted,
            Aggregation aggregation, TokenScores kind) {
        PrintWriter err = spec.commandLine().getErr();
        SequencedMap<String, String> identity = options.identity(folder, corpus);
        identity.put("queries", Hashes.sha256(queries));
        Queries preconditioned = QueryStore.precondition(queryStore == null ? out.resolve(QUERY_STORE) : queryStore,
                pipeline, () -> options.inverse(pipeline, folder, corpus),
                prompted.stream().map(PromptedQuery::example).toList(), options.rank(), aggregation, identity,
                new PassProgress("queries", err));
        if (options.rank() > 0) {
            double largest = Arrays.stream(preconditioned.truncation()).flatMapToDouble(Arrays::stream).max().orElse(0);
            err.println(String.format(Locale.ROOT,
                    "rank %d leaves a relative error of at most %.3e in a layer's query gradient",
                    options.rank(), largest));
        }
        return ScanPass.pairwise(pipeline, preconditioned, kind);
    }

    private List<PromptedQuery> read(ModelFolder folder) {
        int begin = options.packing(folder).beginToken();
        try (Stream<CorpusDocument> documents = options.queries(queries).open()) {
            List<PromptedQuery> read = documents.map(document ->
                    PromptedQuery.of(document, folder, begin)).toList();
            if (read.isEmpty()) {
                throw new InputException(queries + ": found no query, expected at least one");
            }
            BorderWarnings.print(read, spec.commandLine().getErr());
            return read;
        }
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
