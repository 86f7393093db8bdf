package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.plumbline.engine.Workers;
import org.plumbline.influence.Influence;
import org.plumbline.influence.corpus.CandidateFilter;
import org.plumbline.influence.corpus.InfluenceFiles;
import org.plumbline.influence.corpus.InfluenceReport;
import org.plumbline.influence.corpus.ModelFolder;
import org.plumbline.influence.corpus.PromptedQuery;
import org.plumbline.influence.corpus.QuerySettings;
import org.plumbline.influence.corpus.TokenizedCorpus;
import org.plumbline.influence.ranking.TfIdf;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.io.StoreFolder;
import org.plumbline.verification.report.PageWriter;
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
        header = "Rank the sequences of a corpus by their influence on a completion.",
        description = "A sequence has a positive score if training on it makes the completion more probable after "
                + "the prompt.",
        footer = {
            "",
            "Example:",
            "  ./plumbline query --model model/ --factors factors/ --data corpus.jsonl \\",
            "      --prompt \"The first President of the Republic of Astrobia was\" \\",
            "      --completion \" Zorald Pfaff\" --top 20"
        })
final class QueryCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private FactorOptions options;

    @Mixin
    private SolveOptions solve;

    @Mixin
    private PromptOptions text;

    @Option(names = "--top", paramLabel = "N", defaultValue = "20",
            description = "Number of sequences to list, of each sign.")
    private int top;

    @Option(names = "--filter", paramLabel = "NAME", defaultValue = "tfidf",
            description = "Sequences to scan. tfidf, bm25: the --candidates most similar ones; none: all.")
    private String filter;

    @Option(names = "--candidates", paramLabel = "N", defaultValue = "" + TfIdf.DEFAULT_KEPT,
            description = "Number of sequences that the filter keeps.")
    private int candidates;

    @Option(names = "--recall",
            description = "Also scan all sequences, and report how many of the top ones the filter kept.")
    private boolean recall;

    @Option(names = "--tokens", paramLabel = "BY", split = ",",
            description = "Token scores of the listed sequences: gradient (always there), output (by predicted token) "
                    + "or input (by token read); several with commas. Prints the strongest; --json and --out have "
                    + "them all.")
    private List<String> tokens;

    @Option(names = "--out", paramLabel = "DIR",
            description = "Folder to write report.json, ranking.jsonl and ranking.csv to: an empty one, or that of "
                    + "the same query.")
    private Path out;

    @Option(names = "--html", paramLabel = "FILE",
            description = "Page to write, with all token scores: one file of HTML that needs no network; a new one, or "
                    + "a page that it replaces.")
    private Path html;

    @Option(names = "--against", paramLabel = "TEXT",
            description = "Another completion of the same prompt, which the page compares with the first.")
    private String against;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        if (top < 1 || candidates < 1) {
            throw new InputException("--top " + top + ", --candidates " + candidates + ": expected at least 1");
        }
        Set<TokenScores> kinds = tokens == null ? Set.of()
                : tokens.stream().map(PipelineOptions::tokens).collect(Collectors.toSet());
        QuerySettings settings = new QuerySettings(filter(), options.rank(), top, recall,
                html != null || kinds.contains(TokenScores.OUTPUT), html != null || kinds.contains(TokenScores.INPUT))
                .withSolve(solve.settings(options));
        options.damping();
        if (html == null) {
            GivenOptions.refuse(spec, "without --html: two completions are compared on a page", "--against");
        } else {
            PageWriter.require(html);
        }
        ModelFolder folder = options.model();
        PromptedQuery query = text.query(folder, options);
        if (out == null) {
            print(report(folder, query, settings));
        } else {
            try (StoreFolder store = InfluenceFiles.claim(out, query.text(), settings)) {
                InfluenceReport report = report(folder, query, settings);
                InfluenceFiles.write(store, report);
                print(report);
            }
        }
        return 0;
    }

    private InfluenceReport report(ModelFolder folder, PromptedQuery query, QuerySettings settings) {
        PrintWriter err = spec.commandLine().getErr();
        BorderWarnings.print(List.of(query), err);
        try (Workers workers = options.workers();
                TokenizedCorpus corpus = options.corpus(folder);
                TokenizedCorpus training = solve.training(options, folder);
                Influence influence = options.influence(
                        folder, corpus, training, workers, pass -> new PassProgress(pass, err))) {
            return html == null ? influence.query(query, settings)
                    : new QueryPage(influence, options.inspection(), CommandText.of(spec))
                            .write(html, query, other(folder), settings);
        }
    }

    private Optional<PromptedQuery> other(ModelFolder folder) {
        return Optional.ofNullable(against).map(completion -> text.against(completion, folder, options));
    }

    private void print(InfluenceReport report) {
        PrintWriter printed = spec.commandLine().getOut();
        if (json) {
            printed.print(Json.pretty(report));
            printed.flush();
        } else {
            InfluenceView.print(report, printed);
        }
    }

    private CandidateFilter filter() {
        return switch (filter) {
            case "tfidf" -> new CandidateFilter.ByTfIdf(candidates);
            case "bm25" -> new ByBm25(candidates);
            case "none" -> {
                GivenOptions.refuse(spec, "with --filter none: all sequences are scanned", "--candidates", "--recall");
                yield new CandidateFilter.None();
            }
            default -> throw new InputException("--filter '" + filter + "' is unknown: expected tfidf, bm25 or none");
        };
    }
}
