package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.plumbline.batch.Pipeline;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.engine.Workers;
import org.plumbline.influence.ranking.TfIdf;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.influence.store.FactorStore;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.verification.scale.CandidateFilter;
import org.plumbline.verification.scale.InfluenceFiles;
import org.plumbline.verification.scale.InfluenceReport;
import org.plumbline.verification.scale.InfluenceView;
import org.plumbline.verification.scale.ModelFolder;
import org.plumbline.verification.scale.PromptedQuery;
import org.plumbline.verification.scale.QueryRun;
import org.plumbline.verification.scale.ScalePlan;
import org.plumbline.verification.scale.TokenisedCorpus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plumbline query}. */
@Command(
        name = "query",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Ranks the sequences of a corpus by their influence on how probable a completion is "
                + "after a prompt.",
        footer = {
            "",
            "Example:",
            "  ./plumbline query --model model/ --factors factors/ --data corpus.jsonl \\",
            "      --prompt \"The first President of the Republic of Astrobia was\" "
                    + "--completion \" Zorald Pfaff\" --top 20"
        })
final class QueryCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private FactorOptions options;

    @Option(names = "--prompt", paramLabel = "TEXT", required = true, description = "What is given.")
    private String prompt;

    @Option(names = "--completion", paramLabel = "TEXT", required = true,
            description = "What is predicted, as it follows the prompt; mind its space.")
    private String completion;

    @Option(names = "--top", paramLabel = "N", defaultValue = "20", description = "Sequences of each sign to list.")
    private int top;

    @Option(names = "--filter", paramLabel = "NAME", defaultValue = "tfidf",
            description = "Which sequences are scanned: the --candidates best by tfidf or bm25, or all: none.")
    private String filter;

    @Option(names = "--candidates", paramLabel = "N", defaultValue = "" + TfIdf.DEFAULT_KEPT,
            description = "Sequences that a filter keeps.")
    private int candidates;

    @Option(names = "--recall",
            description = "Scans all sequences too, and says how many of the first ones the filter kept.")
    private boolean recall;

    @Option(names = "--output-tokens", description = "Scores each predicted token of the sequences listed too.")
    private boolean outputTokens;

    @Option(names = "--input-tokens",
            description = "Tells for each token read how the score changes with its embedding, "
                    + "for the sequences listed.")
    private boolean inputTokens;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for report.json, ranking.jsonl and ranking.csv.")
    private Path out;

    @Option(names = "--json", description = "Prints the report as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        if (top < 1 || candidates < 1) {
            throw new InputException("--top " + top + ", --candidates " + candidates + ": expected at least 1");
        }
        CandidateFilter chosen = filter();
        if (out != null) {
            OutputFolder.made(out);
        }
        PrintWriter err = spec.commandLine().getErr();
        ModelFolder folder = options.model();
        PromptedQuery query =
                PromptedQuery.of("query", prompt, completion, folder, options.packing(folder).beginToken());
        BorderWarnings.print(List.of(query), err);
        try (Workers workers = options.workers(); TokenisedCorpus corpus = options.corpus(folder)) {
            Pipeline pipeline = options.pipeline(folder, workers);
            TokenScores tokens = inputTokens ? TokenScores.INPUT
                    : outputTokens ? TokenScores.OUTPUT : TokenScores.GRADIENT;
            ScalePlan.of(pipeline, corpus.packing().length(), corpus.sequences().size(), 1, options.rank(),
                            FactorStore.strategy(options.factors()), DataOptions.LABELS, tokens)
                    .requireFits(Objects.requireNonNull(
                            corpus.source().files().getFirst().toAbsolutePath().getParent()), ScalePlan.TOKEN_SCAN);
            ClosedFormInverse inverse = options.inverse(pipeline, folder, corpus);
            InfluenceReport report = new QueryRun(pipeline, corpus, inverse, new PassProgress("scan", err))
                    .run(query, chosen, options.rank(), top, recall, outputTokens, inputTokens,
                            options.identity(folder, corpus));
            if (out != null) {
                InfluenceFiles.write(out, report);
            }
            if (json) {
                spec.commandLine().getOut().print(Json.pretty(report));
                spec.commandLine().getOut().flush();
            } else {
                InfluenceView.print(report, spec.commandLine().getOut());
            }
        }
        return 0;
    }

    private CandidateFilter filter() {
        return switch (filter) {
            case "tfidf" -> new CandidateFilter.ByTfIdf(candidates);
            case "bm25" -> new ByBm25(candidates);
            case "none" -> new CandidateFilter.None();
            default -> throw new InputException("--filter '" + filter + "' is unknown: expected tfidf, bm25 or none");
        };
    }
}
