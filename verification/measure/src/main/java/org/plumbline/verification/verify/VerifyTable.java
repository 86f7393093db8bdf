package org.plumbline.verification.verify;

import static org.plumbline.text.VisibleText.escape;
import static org.plumbline.text.VisibleText.shortened;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import org.plumbline.verification.statistics.Interval;

/** The report of a run as text for a terminal. Text of the corpus is escaped: it may hold anything. */
public final class VerifyTable {
    private static final int TEXT = 100;

    /** In place of a number about the inverse product of an estimator that has none. */
    private static final String ABSENT = "–";

    private VerifyTable() {}

    /** Prints the report. */
    public static void print(VerifyReport report, PrintWriter out) {
        VerifyReport.Training training = report.training();
        line(out, "text       %s; %,d positions, vocabulary %d", escape(report.data().description()),
                report.data().positions(), report.data().vocabulary());
        line(out, "model      GPT-2 architecture, %d layers, width %d, MLP %d, %d heads: %,d parameters",
                report.configuration().layers(), report.configuration().width(), report.configuration().hidden(),
                report.configuration().heads(), training.parameters());
        line(out, "training   %,d steps: loss %.3f → %.3f nats per token (uniform %.3f, unigram %.3f)",
                report.configuration().steps(), training.initialLoss(), training.loss(), training.uniformLoss(),
                training.unigramLoss());
        line(out, "truth      (G + λ)⁻¹ on %d MLP layers, %,d parameters, λ = %s × mean eigenvalue of each layer",
                report.truth().layers().size(), training.tracked(), report.configuration().damping());
        line(out, "queries    %d; 95 %% intervals over queries: Student-t, corrected for skewness",
                report.queries().size());
        line(out, "");
        line(out, "%-15s %9s %7s  %-22s  %-22s %6s %9s %10s", "estimator", "rel.error", "cosine",
                "Pearson", "Spearman", "top-10", "fit s", "query ms");
        for (EstimatorReport row : report.estimators()) {
            boolean hasProduct = !Double.isNaN(row.relativeError());
            line(out, "%-15s %9s %7s  %-22s  %-22s %6.2f %9.3f %10.3f", row.name(),
                    hasProduct ? number(row.relativeError()) : ABSENT,
                    hasProduct ? String.format(Locale.ROOT, "%.4f", row.cosine()) : ABSENT,
                    interval(row.pearson()), interval(row.spearman()), row.topOverlap(),
                    report.timings().fit().getOrDefault(row.name(), 0.0),
                    1e3 * report.timings().query().getOrDefault(row.name(), 0.0));
        }
        line(out, "");
        for (EstimatorReport row : report.estimators()) {
            line(out, "%-15s %s%s%s", row.name(), row.system(), row.note().isEmpty() ? "" : "; " + row.note(),
                    row.certificate() == null
                            ? ""
                            : String.format(Locale.ROOT, "; no score off by more than %s of their rms",
                                    bound(row.certificate().largestBound())));
        }
        line(out, "");
        certificates(report, out);
        query(report.queries().getFirst(), out);
        line(out, "");
        line(out, "%.1f s in all on %d threads", report.timings().total(), report.timings().threads());
        out.flush();
    }

    private static void certificates(VerifyReport report, PrintWriter out) {
        // Rows of solvers always have theirs, the exact one where all were asked for.
        if (report.estimators().getFirst().certificate() == null) {
            return;
        }
        line(out, "certificates: residual r = v − (G + λ)x̂; products a query that refining x̂ took;");
        line(out, "what a score can be off by at most, and what it is, over their rms; the largest bound of");
        line(out, "refined scores; how many sequences are certainly among the ten most influential");
        line(out, "%-15s %9s %9s %9s %9s %12s %14s %9s %8s", "estimator", "‖r‖/‖v‖", "products", "bound", "error",
                "median ratio", "largest share", "refined", "certain");
        for (EstimatorReport row : report.estimators()) {
            CertificateReport certificate = row.certificate();
            if (certificate != null) {
                line(out, "%-15s %9s %9d %9s %9s %12s %14s %9s %8.1f", row.name(),
                        number(certificate.relativeResidual()), certificate.products(), number(certificate.bound()),
                        number(certificate.error()),
                        Double.isNaN(certificate.medianRatio()) ? ABSENT : number(certificate.medianRatio()),
                        number(certificate.largestShare()), bound(certificate.refinedBound()),
                        certificate.certainTop());
            }
        }
        line(out, "");
    }

    private static void query(VerifyReport.QueryReport query, PrintWriter out) {
        // Of an ordinary completion the probability has dozens of zeros before its first digit.
        line(out, "query      \"%s\" → \"%s\", log-probability %.3f (probability %.3g)", escape(query.prompt()),
                escape(query.completion()), query.logProbability(), Math.exp(query.logProbability()));
        if (query.supportAmongTop() != null) {
            line(out, "           %d of the 10 most influential sequences state it", query.supportAmongTop());
        }
        line(out, "most influential sequences (exact; score = change of log-probability for one added copy):");
        query.mostPositive().forEach(ranked -> ranked(ranked, out));
        line(out, "most opposed:");
        query.mostNegative().forEach(ranked -> ranked(ranked, out));
    }

    private static void ranked(VerifyReport.Ranked ranked, PrintWriter out) {
        line(out, "  %+9.4f  #%-4d %s", ranked.perCopy(), ranked.sequence(), shortened(escape(ranked.text()), TEXT));
    }

    private static String number(double value) {
        return value < 1e-3 || value >= 1e4
                ? String.format(Locale.ROOT, "%.1e", value)
                : String.format(Locale.ROOT, "%.4f", value);
    }

    /** Two digits, rounded up, lest what is printed be no bound. */
    private static String bound(double value) {
        return Double.isFinite(value)
                ? String.format(Locale.ROOT, "%.1e",
                        new BigDecimal(value).round(new MathContext(2, RoundingMode.CEILING)))
                : Double.toString(value);
    }

    private static String interval(Interval interval) {
        return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", interval.estimate(), interval.low(), interval.high());
    }

    private static void line(PrintWriter out, String format, Object... arguments) {
        out.println(String.format(Locale.ROOT, format, arguments));
    }
}
