package org.plumbline.audit.files;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import org.plumbline.io.InputException;
import org.plumbline.io.SafetensorsFile;

/**
 * Scores in a folder of Kronfluence ({@code pairwise_scores} or {@code self_scores}, whole or in partitions: those of
 * modules are added, those of the data joined), in a {@code .safetensors} file with an entry for each module or for
 * all, or in an {@code .npy} file.
 */
public final class ScoreFiles {
    private static final String PAIRWISE = "pairwise_scores";
    private static final String SELF = "self_scores";

    private ScoreFiles() {}

    /**
     * Reads scores.
     *
     * @throws InputException if there are none, or they are damaged or not finite
     */
    public static ScoreSet read(Path path) {
        if (!Files.isDirectory(path)) {
            return of(path.toString(), List.of(List.of(path)));
        }
        for (String name : List.of(PAIRWISE, SELF)) {
            List<Path> files = KronfluencePartitions.files(path, name);
            if (!files.isEmpty()) {
                return of(path.toString(), byData(files));
            }
        }
        throw new InputException(path + ": found neither " + PAIRWISE + " nor " + SELF + ", expected scores as "
                + "Kronfluence writes them");
    }

    private static List<List<Path>> byData(List<Path> files) {
        if (files.size() == 1) {
            return List.of(files);
        }
        List<List<Path>> byData = new ArrayList<>();
        for (Path file : files) {
            while (byData.size() <= KronfluencePartitions.data(file)) {
                byData.add(new ArrayList<>());
            }
            byData.get(KronfluencePartitions.data(file)).add(file);
        }
        return byData;
    }

    /** Tensors of one partition of the data, by module. */
    private record Part(SequencedMap<String, double[]> values, int[] shape) {}

    private static ScoreSet of(String origin, List<List<Path>> byData) {
        List<Part> parts = byData.stream().map(files -> part(origin, files)).toList();
        int[] first = parts.getFirst().shape;
        int dimensions = first.length;
        if (dimensions < 1 || dimensions > 3) {
            throw new InputException(origin + ": found scores of shape " + Arrays.toString(first)
                    + ", expected [queries, sequences], [queries, sequences, tokens] or [sequences]");
        }
        int queries = dimensions == 1 ? 1 : first[0];
        int tokens = dimensions == 3 ? first[2] : 0;
        int sequences = 0;
        Set<String> modules = new LinkedHashSet<>(parts.getFirst().values.keySet());
        for (Part part : parts) {
            int[] shape = part.shape;
            boolean fits = shape.length == dimensions && part.values.keySet().equals(modules)
                    && (dimensions == 1 || shape[0] == queries) && (dimensions < 3 || shape[2] == tokens);
            if (!fits) {
                throw new InputException(origin + ": found partitions of shapes " + Arrays.toString(first) + " and "
                        + Arrays.toString(shape) + ", expected the same queries, tokens and modules");
            }
            sequences += shape[dimensions == 1 ? 0 : 1];
        }
        SequencedMap<String, double[]> joined = new LinkedHashMap<>();
        for (String module : modules) {
            // A file of one tensor, whatever its name, is of all modules; a folder says so by that name.
            String name = byData.size() == 1 && modules.size() == 1 && !Files.isDirectory(Path.of(origin))
                    ? ScoreSet.ALL : module;
            joined.put(name, joined(parts, module, queries, sequences, Math.max(1, tokens)));
        }
        return new ScoreSet(origin, queries, sequences, tokens, dimensions == 1, joined);
    }

    private static double[] joined(List<Part> parts, String module, int queries, int sequences, int cell) {
        double[] joined = new double[queries * sequences * cell];
        int begin = 0;
        for (Part part : parts) {
            double[] values = part.values.get(module);
            int row = values.length / queries;
            for (int q = 0; q < queries; q++) {
                System.arraycopy(values, q * row, joined, q * sequences * cell + begin, row);
            }
            begin += row;
        }
        return joined;
    }

    private static Part part(String origin, List<Path> files) {
        SequencedMap<String, double[]> values = new LinkedHashMap<>();
        int[] shape = {};
        for (Path file : files) {
            for (String key : keys(file)) {
                TensorPart tensor = new TensorPart(file, key);
                int[] own = tensor.shape();
                if (shape.length > 0 && !Arrays.equals(own, shape)) {
                    throw new InputException(origin + ": found scores of shapes " + Arrays.toString(shape) + " and "
                            + Arrays.toString(own) + ", expected one");
                }
                shape = own;
                values.merge(key, tensor.read(own), ScoreFiles::sum);
            }
        }
        return new Part(values, shape);
    }

    private static List<String> keys(Path file) {
        if (file.toString().endsWith(".npy")) {
            return List.of(ScoreSet.ALL);
        }
        try (SafetensorsFile open = SafetensorsFile.open(file)) {
            return List.copyOf(open.names());
        }
    }

    private static double[] sum(double[] a, double[] b) {
        double[] sum = a.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += b[i];
        }
        return sum;
    }
}
