package org.plumbline.audit.files;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.plumbline.influence.Convention;
import org.plumbline.io.InputException;
import org.plumbline.io.SafetensorsFile;

/**
 * A folder of factors as Kronfluence 1.0 writes it, {@code <output>/<analysis>/factors_<name>}: a safetensors file for
 * each kind of tensor, its keys the modules; sums beside counts; parts by data, which are added, and by modules, which
 * are joined. {@code factor_arguments.json} may be absent, and so may every kind.
 */
public final class KronfluenceFactors {
    private KronfluenceFactors() {}

    /**
     * Opens a folder; reads headers and counts.
     *
     * @throws InputException if there is no such folder, it holds no factors, or a file is damaged
     */
    public static FactorSet open(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new InputException(folder + ": found no folder, expected factors as Kronfluence writes them");
        }
        Map<FactorTensor, Map<String, List<TensorPart>>> tensors = new EnumMap<>(FactorTensor.class);
        for (FactorTensor kind : FactorTensor.values()) {
            Map<String, List<TensorPart>> ofModules = new LinkedHashMap<>();
            forEach(folder, kind.file(), (file, key) -> {
                List<TensorPart> parts = ofModules.computeIfAbsent(key, _ -> new ArrayList<>());
                if (!kind.isSummed() && !parts.isEmpty()) {
                    throw new InputException(file + ": tensor '" + key + "' is in several files, expected one");
                }
                parts.add(new TensorPart(file, key));
            });
            if (!ofModules.isEmpty()) {
                tensors.put(kind, ofModules);
            }
        }
        Map<FactorCount, Map<String, Long>> counts = new EnumMap<>(FactorCount.class);
        for (FactorCount kind : FactorCount.values()) {
            Map<String, Long> ofModules = new LinkedHashMap<>();
            forEach(folder, kind.file(), (file, key) -> {
                try (SafetensorsFile open = SafetensorsFile.open(file)) {
                    open.requireShape(key, 1);
                    ofModules.merge(key, (long) open.doubles(key)[0], Long::sum);
                }
            });
            if (!ofModules.isEmpty()) {
                counts.put(kind, ofModules);
            }
        }
        return new FactorSet(folder.toString(), tensors, counts, claims(folder));
    }

    private static void forEach(Path folder, String name, BiConsumer<Path, String> use) {
        for (Path file : KronfluencePartitions.files(folder, name)) {
            List<String> keys;
            try (SafetensorsFile open = SafetensorsFile.open(file)) {
                keys = List.copyOf(open.names());
            }
            keys.forEach(key -> use.accept(file, key));
        }
    }

    private static FactorClaims claims(Path folder) {
        return new FactorClaims(
                Optional.of(Convention.kronfluence(Convention.RELATIVE)), KronfluenceArguments.labels(folder));
    }
}
