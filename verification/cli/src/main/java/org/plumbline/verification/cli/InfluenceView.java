package org.plumbline.verification.cli;

import static org.plumbline.text.VisibleText.escape;
import static org.plumbline.text.VisibleText.shortened;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.plumbline.influence.corpus.Candidates;
import org.plumbline.influence.corpus.CertifiedRanking;
import org.plumbline.influence.corpus.DocumentPart;
import org.plumbline.influence.corpus.InfluenceReport;
import org.plumbline.influence.corpus.PromptedQuery;

/** A query's report as text for a terminal. */
final class InfluenceView {
    private static final int TEXT = 110;
    private static final int STRONGEST = 5;
    private static final int PIECES = 12;

    private InfluenceView() {}

    /** Prints the report. */
    static void print(InfluenceReport report, PrintWriter out) {
        line(out, "query      \"%s\" → \"%s\", log-probability %.3f",
                escape(report.prompt()), escape(report.completion()), report.logProbability());
        line(out, "tokens     %s", border(report.border()));
        line(out, "sign       %s", report.sign());
        candidates(report.candidates(), out);
        line(out, "scanned    %,d of %,d sequences; filter: %s%s",
                report.scanned(), report.candidates().scored(), report.filter(),
                report.recall() == null ? "" : String.format(Locale.ROOT, "; recall of the first %d: %.3f",
                        report.positive().size(), report.recall()));
        CertifiedRanking certified = report.certified();
        if (certified != null) {
            line(out, "certified  no score off by more than %.1e of their rms, after %d products; certainly among "
                            + "them: %d of the %d that raise it most, %d of the %d that lower it most",
                    certified.fraction(), certified.products(), certified.certainlyRaising(),
                    certified.positive().size(), certified.certainlyLowering(), certified.negative().size());
        }
        if (report.sampled() != null) {
            line(out, "sampled    %s", SamplingView.text(report.sampled()));
        }
        if (report.truncation() > 0) {
            line(out, "rank       leaves a relative error of %.2e in the query's gradient", report.truncation());
        }
        list(out, "raise it most", report.positive());
        list(out, "lower it most", report.negative());
        out.flush();
    }

    /** Says what a score of a sequence means that the curvature was not fitted on. */
    static void candidates(Candidates candidates, PrintWriter out) {
        if (!candidates.isTrainingData()) {
            line(out, "candidates %s; N = %,d sequences of the training data", candidates.relation(),
                    candidates.training());
        }
    }

    /** How many tokens stand on either side of the border, and those of the completion. */
    private static String border(PromptedQuery.Border border) {
        List<String> completion = border.completion();
        String pieces = completion.stream().limit(PIECES)
                .map(token -> '"' + shortened(escape(token), TEXT) + '"')
                .collect(Collectors.joining(" "));
        return String.format(Locale.ROOT, "%sprompt %s | completion %s%s: %s%s",
                border.beginToken() ? "begin token, " : "", counted(border.promptTokens()),
                counted(border.completionTokens()), border.firstIsGiven() ? ", the first of them given" : "",
                pieces, completion.size() > PIECES ? " …" : "");
    }

    private static String counted(int tokens) {
        return tokens == 1 ? "1 token" : String.format(Locale.ROOT, "%,d tokens", tokens);
    }

    private static void list(PrintWriter out, String title, List<InfluenceReport.Ranked> ranked) {
        line(out, "");
        line(out, "%-6s %11s %11s %7s %8s %12s  %s",
                "rank", "raw", "perCopy", "share", "L2/L1", "raw/√self", title);
        for (InfluenceReport.Ranked entry : ranked) {
            line(out, "%4d   %+11.4g %+11.4g %6.1f%% %8.3f %12s  #%d %s: %s", entry.rank(), entry.raw(),
                    entry.perCopy(), 100 * entry.share(), entry.sparsity(), normalized(entry), entry.sequence(),
                    shortened(escape(entry.documents().stream().map(DocumentPart::named)
                            .collect(Collectors.joining(", "))), TEXT),
                    shortened(escape(entry.text()), TEXT));
            if (entry.normalized().outlier()) {
                line(out, "       outlier: its self-influence is %.0f times the median, so that it is high in most"
                        + " rankings", entry.normalized().timesMedian());
            }
            line(out, "       tokens:%s%s", strongest(entry.tokens(), 0, entry.tokenScores()),
                    entry.spurious() ? "   sparse: likely spurious" : "");
            if (entry.outputTokenScores().length > 0) {
                // The prediction made at a position is of the token after it.
                line(out, "       predicted:%s", strongest(entry.tokens(), 1, entry.outputTokenScores()));
            }
            if (entry.inputTokenScores().length > 0) {
                line(out, "       read:%s", strongest(entry.tokens(), 0, entry.inputTokenScores()));
            }
        }
    }

    /** With the rank by it, where that is another. */
    private static String normalized(InfluenceReport.Ranked entry) {
        int rank = entry.normalized().rank();
        return String.format(Locale.ROOT, "%+.3g%s",
                entry.normalized().score(), rank == entry.rank() ? "" : " (" + rank + ")");
    }

    /**
     * The tokens with the largest scores of either sign, without those of padding.
     *
     * @param offset from a score to its token
     */
    private static String strongest(List<String> tokens, int offset, double[] scores) {
        return IntStream.range(0, Math.min(scores.length, tokens.size() - offset)).boxed()
                .sorted((a, b) -> Double.compare(Math.abs(scores[b]), Math.abs(scores[a])))
                .limit(STRONGEST)
                .map(t -> String.format(Locale.ROOT, "  %d \"%s\" %+.3g",
                        t + offset, shortened(escape(tokens.get(t + offset)), TEXT), scores[t]))
                .collect(Collectors.joining());
    }

    private static void line(PrintWriter out, String format, Object... arguments) {
        out.println(String.format(Locale.ROOT, format, arguments));
    }
}
