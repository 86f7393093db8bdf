package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.plumbline.influence.CertificateFiles;

/** What is certain of scores, as text for a terminal. */
final class CertificateView {
    private CertificateView() {}

    /**
     * Prints the summaries of a folder of certificates.
     *
     * @throws org.plumbline.io.InputException if it is missing or malformed
     */
    static void print(Path folder, PrintWriter out) {
        for (CertificateFiles.Summary query : CertificateFiles.read(folder)) {
            out.println(String.format(Locale.ROOT,
                    "query %d: no score off by more than %.1e of their rms, after %d products; "
                            + "%d sequences are certainly among the ten with the largest scores",
                    query.query(), query.fraction(), query.products(), query.certainlyAmongTop().size()));
        }
    }
}
