package org.plumbline.influence;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.plumbline.influence.ranking.RankIntervals;
import org.plumbline.io.Folders;
import org.plumbline.io.Json;
import org.plumbline.io.Npy;

/**
 * What is certain of scores, as files: {@code bounds.npy [queries, N]}, what each score can be off by, and
 * {@code certificate.json}, with a summary of each query.
 */
public final class CertificateFiles {
    private static final int TOP = 10;
    private static final String SUMMARIES = "certificate.json";

    private CertificateFiles() {}

    /**
     * What is certain of one query.
     *
     * @param fraction of the root mean square of its scores that no score is off by more than
     * @param products with the Gauss–Newton matrix
     * @param certainlyAmongTop the sequences that are certainly among the ten with the largest scores
     */
    public record Summary(int query, double fraction, int products, List<Integer> certainlyAmongTop) {}

    private record Summaries(String bounds, List<Summary> queries) {}

    /**
     * The summaries of a folder of certificates, one for each query.
     *
     * @throws org.plumbline.io.InputException if it is missing or malformed
     */
    public static List<Summary> read(Path folder) {
        return Json.read(folder.resolve(SUMMARIES), Summaries.class).queries();
    }

    /**
     * Writes both files.
     *
     * @throws org.plumbline.io.InputException if the folder cannot be made or written to
     */
    static void write(Path folder, CertifiedScores scores) {
        Folders.make(folder);
        int queries = scores.bounds().length;
        int sequences = scores.bounds()[0].length;
        List<Summary> summaries = new ArrayList<>();
        double[] flat = new double[queries * sequences];
        for (int q = 0; q < queries; q++) {
            System.arraycopy(scores.bounds()[q], 0, flat, q * sequences, sequences);
            RankIntervals ranks = scores.ranks(q);
            List<Integer> top = new ArrayList<>();
            for (int m = 0; m < sequences; m++) {
                if (ranks.isCertainlyIn(m, TOP)) {
                    top.add(m);
                }
            }
            summaries.add(new Summary(q, scores.fraction(q), scores.products()[q], top));
        }
        Npy.write(folder.resolve("bounds.npy"), flat, queries, sequences);
        Json.write(folder.resolve(SUMMARIES), new Summaries(
                "bounds.npy: the exact score (G + λ)⁻¹ is within this of the one in scores.npy", summaries));
    }
}
