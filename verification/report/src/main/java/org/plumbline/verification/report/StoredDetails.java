package org.plumbline.verification.report;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.influence.store.ScoreDetails;

/**
 * Scores of layers and tokens that a folder of scores holds, of some sequences.
 *
 * @param layers {@code [queries][layers]} of each sequence
 * @param tokens {@code [queries][positions]} of each sequence; none if the scan kept none
 */
record StoredDetails(Map<Integer, double[][]> layers, Map<Integer, double[][]> tokens) {

    /**
     * Reads them, one file at a time.
     *
     * @param queries rows of the scores
     * @throws org.plumbline.io.InputException if a file is missing or malformed
     */
    static StoredDetails read(Path folder, Set<Integer> wanted, int queries) {
        StoredDetails found = new StoredDetails(new HashMap<>(), new HashMap<>());
        try (ScoreDetails details = ScoreDetails.open(folder)) {
            for (int m : new TreeSet<>(wanted)) {
                found.layers.put(m, byQuery(details.layers(m), queries));
                if (details.tokens() != TokenScores.NONE) {
                    found.tokens.put(m, byQuery(details.tokens(m), queries));
                }
            }
        }
        return found;
    }

    private static double[][] byQuery(double[] cells, int queries) {
        double[][] byQuery = new double[queries][cells.length / queries];
        for (int i = 0; i < cells.length; i++) {
            byQuery[i % queries][i / queries] = cells[i];
        }
        return byQuery;
    }
}
