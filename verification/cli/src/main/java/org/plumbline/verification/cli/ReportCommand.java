package org.plumbline.verification.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.plumbline.influence.corpus.HashedTokenizer;
import org.plumbline.influence.store.FactorInspection;
import org.plumbline.io.InputException;
import org.plumbline.text.CorpusFormat;
import org.plumbline.text.DocumentSource;
import org.plumbline.text.FieldNames;
import org.plumbline.verification.report.CorpusText;
import org.plumbline.verification.report.PageWriter;
import org.plumbline.verification.report.Question;
import org.plumbline.verification.report.ReportPage;
import org.plumbline.verification.report.StoredScores;
import org.plumbline.verification.report.Trust;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plumbline report}. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        header = "Make a page of the scores of many queries.",
        description = "The page is one file of HTML that needs no network. Scores are kept without the texts of the "
                + "corpus: --data adds them, and --tokenizer their tokens, where the scores were kept with --tokens.",
        footer = {
            "",
            "Example:",
            "  ./plumbline report --scores scores/ --data corpus.jsonl --out report.html"
        })
final class ReportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--scores", paramLabel = "DIR", required = true, description = "Folder that scores wrote.")
    private Path scores;

    @Option(names = "--out", paramLabel = "FILE", required = true,
            description = "Page to write: a new file, or a page that it replaces.")
    private Path out;

    @Option(names = "--top", paramLabel = "N", defaultValue = "10",
            description = "Number of sequences to show for each query, of each sign.")
    private int top;

    @Option(names = "--data", paramLabel = "PATH", description = "Corpus that was scored, for the texts.")
    private String data;

    @Option(names = "--tokenizer", paramLabel = "PATH",
            description = "Tokenizer, or a folder that has one, for the tokens of sequences that are whole documents.")
    private Path tokenizer;

    @Option(names = "--factors", paramLabel = "DIR",
            description = "Folder of the factors, for the spectra of the curvature.")
    private Path factors;

    @Override
    public Integer call() {
        if (top < 1) {
            throw new InputException("--top " + top + ": expected at least 1");
        }
        if (data == null) {
            GivenOptions.refuse(spec, "without --data, whose texts it cuts", "--tokenizer");
        }
        PageWriter.require(out);
        StoredScores stored = StoredScores.open(scores);
        List<Question> questions = stored.questions(top, corpus());
        Trust trust = Trust.of(List.of("Estimator: " + stored.origin().getOrDefault("strategy", "unknown")
                + ", damping " + stored.origin().getOrDefault("damping", "unknown") + "."), stored.origin(),
                factors == null ? null : FactorInspection.of(factors, Optional.empty()));
        PageWriter.write(out, PageWriter.html(new ReportPage(
                "Influence on " + (questions.size() == 1 ? "a query" : questions.size() + " queries"),
                questions, trust, CommandText.of(spec))));
        spec.commandLine().getOut().println(String.format(Locale.ROOT, "%s: %d %s, %,d bytes", out, questions.size(),
                questions.size() == 1 ? "query" : "queries", size()));
        return 0;
    }

    private CorpusText.Reader corpus() {
        if (data == null) {
            return _ -> CorpusText.NONE;
        }
        DocumentSource source =
                DocumentSource.named(data, file -> CorpusFormat.ofName(file, FieldNames.DEFAULT, ""));
        return CorpusText.Reader.of(source, Optional.ofNullable(tokenizer).map(HashedTokenizer::load));
    }

    private long size() {
        try {
            return Files.size(out);
        } catch (IOException e) {
            throw new InputException(out + ": cannot be read: " + e.getMessage(), e);
        }
    }
}
