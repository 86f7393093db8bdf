package org.plumbline.audit.files;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.plumbline.io.InputException;

/**
 * Scores of another implementation.
 *
 * @param origin what they were read from
 * @param queries {@code Q}; 1 for self scores
 * @param sequences {@code N}
 * @param tokens {@code T}, or 0 where there is one score for each sequence
 * @param self whether they are scores of sequences with themselves
 * @param byModule {@code [Q, N]} or {@code [Q, N, T]} of each module, or under {@link #ALL} of all
 */
public record ScoreSet(
        String origin, int queries, int sequences, int tokens, boolean self,
        SequencedMap<String, double[]> byModule) {

    /** The name under which Kronfluence keeps the scores of all modules. */
    public static final String ALL = "all_modules";

    /** @throws InputException if there is nothing, or the sizes contradict each other */
    public ScoreSet {
        byModule = new LinkedHashMap<>(byModule);
        if (byModule.isEmpty() || queries < 1 || sequences < 1) {
            throw new InputException(origin + ": found no scores");
        }
        int size = queries * sequences * Math.max(1, tokens);
        byModule.forEach((module, values) -> {
            if (values.length != size) {
                throw new InputException(origin + ": module '" + module + "' has " + values.length
                        + " scores, expected " + size);
            }
        });
    }

    /** Whether scores are kept for each module. */
    public boolean isPerModule() {
        return !byModule.containsKey(ALL);
    }

    /** The modules; {@link #ALL} alone where scores are of all. */
    public List<String> modules() {
        return List.copyOf(byModule.keySet());
    }

    /** {@code [Q][N]}, summed over modules and tokens. */
    public double[][] totals() {
        double[][] totals = new double[queries][sequences];
        if (byModule.containsKey(ALL)) {
            addTo(totals, byModule.get(ALL));
        } else {
            byModule.values().forEach(values -> addTo(totals, values));
        }
        return totals;
    }

    /** {@code [Q][N]} of one module, summed over tokens. */
    public double[][] totals(String module) {
        double[][] totals = new double[queries][sequences];
        addTo(totals, byModule.getOrDefault(module, new double[0]));
        return totals;
    }

    private void addTo(double[][] totals, double[] values) {
        int cell = Math.max(1, tokens);
        for (int q = 0; q < queries; q++) {
            for (int m = 0; m < sequences; m++) {
                int at = (q * sequences + m) * cell;
                totals[q][m] += Arrays.stream(values, at, at + cell).sum();
            }
        }
    }
}
