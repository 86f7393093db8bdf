package org.plumbline.audit.files;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.plumbline.influence.Convention;
import org.plumbline.influence.store.FactorStore;
import org.plumbline.io.InputException;
import org.plumbline.io.SafetensorsFile;

/** A store of factors that {@code fit} wrote: means, and counts from its manifest. */
public final class StoreFactors {
    private static final String MEAN_LENGTH = "mean length";

    private StoreFactors() {}

    /**
     * Opens a finished store.
     *
     * @throws InputException if there is none, it has no Kronecker factors, or a file is damaged
     */
    public static FactorSet open(Path folder) {
        SequencedMap<String, String> identity = FactorStore.identity(folder, new LinkedHashMap<>());
        Path factors = folder.resolve("factors.safetensors");
        if (Files.notExists(factors)) {
            throw new InputException(folder + ": the store has no Kronecker factors; expected --strategy ekfac or "
                    + "kfac");
        }
        Path vectors = folder.resolve("eigenvectors.safetensors");
        Path moments = folder.resolve("moments.safetensors");
        Map<FactorTensor, Map<String, List<TensorPart>>> tensors = new EnumMap<>(FactorTensor.class);
        Map<FactorCount, Map<String, Long>> counts = new EnumMap<>(FactorCount.class);
        Optional<Long> sequences = sequences(identity);
        Optional<Long> positions = sequences.map(n -> Math.round(n * meanLength(factors)));
        for (String layer : FactorStore.layers(folder)) {
            put(tensors, FactorTensor.ACTIVATION_COVARIANCE, layer, factors, "activation." + layer);
            put(tensors, FactorTensor.GRADIENT_COVARIANCE, layer, factors, "gradient." + layer);
            put(tensors, FactorTensor.ACTIVATION_EIGENVECTORS, layer, vectors, "activation." + layer);
            put(tensors, FactorTensor.ACTIVATION_EIGENVALUES, layer, vectors, "activation values." + layer);
            put(tensors, FactorTensor.GRADIENT_EIGENVECTORS, layer, vectors, "gradient." + layer);
            put(tensors, FactorTensor.GRADIENT_EIGENVALUES, layer, vectors, "gradient values." + layer);
            put(tensors, FactorTensor.LAMBDA, layer, moments, layer);
            positions.ifPresent(count -> {
                put(counts, FactorCount.ACTIVATION, layer, count);
                put(counts, FactorCount.GRADIENT, layer, count);
            });
            sequences.ifPresent(count -> put(counts, FactorCount.LAMBDA, layer, count));
        }
        String labels = identity.getOrDefault("labels", "");
        return new FactorSet(folder.toString(), tensors, counts, new FactorClaims(
                Optional.of(Convention.plumbline()), Optional.of(labels.equals("training")
                        ? Convention.Labels.TRAINING
                        : labels.equals("expectation") ? Convention.Labels.EXPECTATION : Convention.Labels.MODEL)));
    }

    private static Optional<Long> sequences(Map<String, String> identity) {
        String sequences = identity.getOrDefault("sequences", "");
        return sequences.matches("\\d{1,18}") ? Optional.of(Long.parseLong(sequences)) : Optional.empty();
    }

    private static double meanLength(Path factors) {
        try (SafetensorsFile file = SafetensorsFile.open(factors)) {
            return file.doubles(MEAN_LENGTH)[0];
        }
    }

    private static void put(
            Map<FactorTensor, Map<String, List<TensorPart>>> tensors, FactorTensor kind, String layer, Path file,
            String key) {
        if (Files.exists(file)) {
            tensors.computeIfAbsent(kind, _ -> new LinkedHashMap<>()).put(layer, List.of(new TensorPart(file, key)));
        }
    }

    private static void put(Map<FactorCount, Map<String, Long>> counts, FactorCount kind, String layer, long count) {
        counts.computeIfAbsent(kind, _ -> new LinkedHashMap<>()).put(layer, count);
    }
}
