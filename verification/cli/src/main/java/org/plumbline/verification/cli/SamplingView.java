package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.plumbline.influence.SamplingError;
import org.plumbline.influence.corpus.SampledScores;

/** How far a sample of the training data puts scores off, as text for a terminal. */
final class SamplingView {
    private SamplingView() {}

    /**
     * Prints a line for each query.
     *
     * @throws org.plumbline.io.InputException if the file is missing or malformed
     */
    static void print(Path file, PrintWriter out) {
        SamplingError error = SamplingError.read(file);
        for (int q = 0; q < error.standardErrors().length; q++) {
            out.println("query " + q + ": " + text(error.ofQuery(q)));
        }
    }

    /** In words. */
    static String text(SampledScores error) {
        return String.format(Locale.ROOT, "exact products over %,d of %,d training sequences; by its halves, a score's "
                        + "standard error is %.1e of their rms, and its bias %.1e",
                error.sampled(), error.training(), error.standardError(), error.bias());
    }
}
