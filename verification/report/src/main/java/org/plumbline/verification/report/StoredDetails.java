package org.plumbline.verification.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.plumbline.io.InputException;
import org.plumbline.io.SafetensorsFile;

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
     * @throws InputException if a file is missing or malformed
     */
    static StoredDetails read(Path folder, Set<Integer> wanted) {
        StoredDetails found = new StoredDetails(new HashMap<>(), new HashMap<>());
        int first = 0;
        for (Path path : files(folder)) {
            try (SafetensorsFile file = SafetensorsFile.open(path)) {
                int count = file.shape("totals")[0];
                int begin = first;
                if (wanted.stream().anyMatch(m -> m >= begin && m < begin + count)) {
                    found.add(file, begin, count, wanted);
                }
                first += count;
            }
        }
        return found;
    }

    private void add(SafetensorsFile file, int first, int count, Set<Integer> wanted) {
        int[] shape = file.shape("layers");
        int queries = shape[2];
        float[] byLayer = file.floats("layers");
        boolean hasTokens = file.names().contains("tokens");
        int[] lengths = hasTokens ? file.ints("lengths") : new int[count];
        float[] cells = hasTokens ? file.floats("tokens") : new float[0];
        int at = 0;
        for (int m = 0; m < count; m++) {
            if (wanted.contains(first + m)) {
                double[][] ofLayers = new double[queries][shape[0]];
                double[][] ofTokens = new double[queries][lengths[m]];
                for (int q = 0; q < queries; q++) {
                    for (int l = 0; l < shape[0]; l++) {
                        ofLayers[q][l] = byLayer[(l * count + m) * queries + q];
                    }
                    for (int t = 0; t < lengths[m]; t++) {
                        ofTokens[q][t] = cells[(at + t) * queries + q];
                    }
                }
                layers.put(first + m, ofLayers);
                if (hasTokens) {
                    tokens.put(first + m, ofTokens);
                }
            }
            at += lengths[m];
        }
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(path -> path.getFileName().toString().matches("scores-\\d+\\.safetensors")).sorted()
                    .toList();
        } catch (IOException e) {
            throw new InputException(folder + ": cannot be read: " + e.getMessage(), e);
        }
    }
}
