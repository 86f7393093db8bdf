package org.plumbline.audit.files;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.plumbline.influence.Convention;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;

/**
 * Tensors of any origin, in safetensors or {@code .npy} files, with a small JSON that says which is which:
 *
 * <pre>  {"convention": "dattri", "labels": "model",
 *   "modules": {"fc": {"activation_covariance": "a.npy", "lambda_matrix": "all.safetensors#fc.lambda"}},
 *   "counts": {"fc": {"num_lambda_processed": 96}}}</pre>
 *
 * <p>{@code convention}, {@code labels} and {@code counts} may be left out.
 */
public final class BareFactors {
    private BareFactors() {}

    /**
     * Opens what an index names.
     *
     * @throws InputException if the index is malformed or names nothing that is known, or a file is damaged
     */
    public static FactorSet open(Path index) {
        BareIndex read = Json.readOver(index, new BareIndex(null, null, Map.of(), null));
        Path folder = Optional.ofNullable(index.toAbsolutePath().getParent()).orElseThrow();
        Map<FactorTensor, Map<String, List<TensorPart>>> tensors = new EnumMap<>(FactorTensor.class);
        read.modules().forEach((module, places) -> places.forEach((kind, place) -> tensors
                .computeIfAbsent(named(index, FactorTensor.values(), FactorTensor::file, kind),
                        _ -> new LinkedHashMap<>())
                .put(module, List.of(part(index, folder, place)))));
        Map<FactorCount, Map<String, Long>> counts = new EnumMap<>(FactorCount.class);
        if (read.counts() != null) {
            read.counts().forEach((module, values) -> values.forEach((kind, count) -> counts
                    .computeIfAbsent(named(index, FactorCount.values(), FactorCount::file, kind),
                            _ -> new LinkedHashMap<>())
                    .put(module, count)));
        }
        return new FactorSet(index.toString(), tensors, counts, new FactorClaims(
                Optional.ofNullable(read.convention()).map(Convention::named),
                Optional.ofNullable(read.labels()).map(Convention.Labels::named)));
    }

    private static <T> T named(Path index, T[] all, Function<T, String> name, String wanted) {
        return Arrays.stream(all).filter(one -> name.apply(one).equals(wanted)).findFirst()
                .orElseThrow(() -> new InputException(index + ": found '" + wanted + "', expected one of "
                        + Arrays.stream(all).map(name).toList()));
    }

    private static TensorPart part(Path index, Path folder, String place) {
        int at = place.lastIndexOf('#');
        if (at < 0 && !place.endsWith(".npy")) {
            throw new InputException(index + ": found '" + place + "', expected file.npy or file.safetensors#key");
        }
        return at < 0
                ? new TensorPart(folder.resolve(place), "")
                : new TensorPart(folder.resolve(place.substring(0, at)), place.substring(at + 1));
    }
}
