package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.plumbline.text.PackedSequences;

/** What of a corpus or of a model counts for nothing, for a terminal. */
final class CorpusNotes {
    /** A corpus that loses more of its tokens than this is warned about. */
    private static final double MUCH = 0.1;

    private CorpusNotes() {}

    /** Prints how many documents are left out and how many tokens dropped, if any are. */
    static void print(PackedSequences.Report report, PrintWriter err) {
        if (report.documentsLeftOut() > 0) {
            line(err, "%,d of %,d documents are left out: they have nothing to predict", report.documentsLeftOut(),
                    report.documents());
        }
        if (report.droppedTokens() > 0) {
            double share = (double) report.droppedTokens() / report.tokens();
            line(err, "%s%,d of %,d tokens (%.1f %%) are dropped: they are in no sequence%s",
                    share > MUCH ? "warning: " : "", report.droppedTokens(), report.tokens(), 100 * share,
                    share > MUCH ? "; --packing split keeps all of a long document" : "");
        }
        err.flush();
    }

    /** Prints which layers contribute nothing, if any. */
    static void printLayers(List<String> withoutCurvature, PrintWriter err) {
        if (!withoutCurvature.isEmpty()) {
            line(err, "warning: layers without curvature, which contribute nothing to any score: %s",
                    String.join(", ", withoutCurvature));
            err.flush();
        }
    }

    private static void line(PrintWriter err, String format, Object... arguments) {
        err.println(String.format(Locale.ROOT, format, arguments));
    }
}
