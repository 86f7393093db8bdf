package org.plumbline.audit.files;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.plumbline.influence.Convention;
import org.plumbline.io.Folders;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.io.SafetensorsWriter;

/**
 * Writes factors for others to load, in Kronfluence's layout or as bare safetensors with their index. What is stored as
 * a mean becomes the sum that Kronfluence stores, by the counts.
 */
public final class FactorExport {
    private FactorExport() {}

    /**
     * Writes a folder that Kronfluence can load.
     *
     * @throws InputException if means have no counts, or the folder cannot be written
     */
    public static void kronfluence(FactorSet factors, Path folder) {
        Folders.make(folder);
        for (FactorTensor kind : factors.kinds()) {
            SafetensorsWriter writer = new SafetensorsWriter();
            for (FactorModule module : factors.modules()) {
                double sum = sum(factors, module, kind);
                factors.tensor(module, kind).ifPresent(values -> {
                    for (int i = 0; i < values.length && kind.isSummed(); i++) {
                        values[i] *= sum;
                    }
                    writer.add(module.name(), values, kind.shape(module.rows(), module.columns()));
                });
            }
            writer.write(folder.resolve(kind.file() + ".safetensors"));
        }
        for (FactorCount kind : FactorCount.values()) {
            SafetensorsWriter writer = new SafetensorsWriter();
            for (FactorModule module : factors.modules()) {
                factors.count(module, kind).ifPresent(count -> writer.add(module.name(), new long[] {count}, 1));
            }
            writer.write(folder.resolve(kind.file() + ".safetensors"));
        }
    }

    /** What turns a stored tensor into a sum over the data. */
    private static double sum(FactorSet factors, FactorModule module, FactorTensor kind) {
        Optional<Convention> convention = factors.claims().convention();
        if (!kind.isSummed() || convention.isEmpty()) {
            return 1;
        }
        Convention.Divisor divisor = kind == FactorTensor.LAMBDA
                ? convention.get().eigenvalues()
                : convention.get().covariance();
        return switch (divisor) {
            case NONE -> 1;
            case POSITIONS, LOSS_POSITIONS -> count(factors, module, FactorCount.ACTIVATION);
            case SEQUENCES -> count(factors, module, FactorCount.LAMBDA);
            case BATCH -> throw new InputException(factors.origin() + ": tensors are divided by the size of a batch, "
                    + "expected sums or means over all data");
        };
    }

    private static double count(FactorSet factors, FactorModule module, FactorCount kind) {
        OptionalLong count = factors.count(module, kind);
        if (count.isEmpty()) {
            throw new InputException(factors.origin() + ": found no " + kind.file() + " of module '" + module.name()
                    + "', expected one: a mean cannot be written as a sum without it");
        }
        return count.getAsLong();
    }

    /**
     * Writes {@code factors.safetensors} and {@code index.json}, values as they are.
     *
     * @throws InputException if the folder cannot be written
     */
    public static void bare(FactorSet factors, Path folder) {
        Folders.make(folder);
        SafetensorsWriter writer = new SafetensorsWriter();
        Map<String, Map<String, String>> modules = new LinkedHashMap<>();
        Map<String, Map<String, Long>> counts = new LinkedHashMap<>();
        for (FactorModule module : factors.modules()) {
            Map<String, String> places = new LinkedHashMap<>();
            for (FactorTensor kind : factors.kinds()) {
                factors.tensor(module, kind).ifPresent(values -> {
                    String key = module.name() + "." + kind.file();
                    writer.add(key, values, kind.shape(module.rows(), module.columns()));
                    places.put(kind.file(), "factors.safetensors#" + key);
                });
            }
            modules.put(module.name(), places);
            for (FactorCount kind : FactorCount.values()) {
                factors.count(module, kind).ifPresent(count -> counts
                        .computeIfAbsent(module.name(), _ -> new LinkedHashMap<>()).put(kind.file(), count));
            }
        }
        writer.write(folder.resolve("factors.safetensors"));
        Json.write(folder.resolve("index.json"), new BareIndex(
                factors.claims().convention().map(Convention::name).orElse(null),
                factors.claims().labels().map(Convention.Labels::title).orElse(null), modules, counts));
    }
}
