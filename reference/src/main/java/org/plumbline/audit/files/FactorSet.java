package org.plumbline.audit.files;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.plumbline.influence.Convention;
import org.plumbline.io.InputException;

/**
 * Factors of some modules on disk, in whatever layout. Tensors are read when they are asked for, one at a time, so that
 * a folder may be larger than the memory.
 */
public final class FactorSet {
    private final String origin;
    private final List<FactorModule> modules;
    private final Map<FactorTensor, Map<String, List<TensorPart>>> tensors;
    private final Map<FactorCount, Map<String, Long>> counts;
    private final FactorClaims claims;

    /**
     * @param origin what it was read from, for messages
     * @param tensors parts of each tensor by module
     * @throws InputException if there is nothing, or the shapes of a module's tensors contradict each other
     */
    FactorSet(
            String origin, Map<FactorTensor, Map<String, List<TensorPart>>> tensors,
            Map<FactorCount, Map<String, Long>> counts, FactorClaims claims) {
        this.origin = origin;
        this.tensors = new EnumMap<>(FactorTensor.class);
        tensors.forEach((kind, parts) -> this.tensors.put(kind, new LinkedHashMap<>(parts)));
        this.counts = new EnumMap<>(FactorCount.class);
        counts.forEach((kind, values) -> this.counts.put(kind, new LinkedHashMap<>(values)));
        this.claims = claims;
        Set<String> names = new LinkedHashSet<>();
        this.tensors.values().forEach(parts -> names.addAll(parts.keySet()));
        if (names.isEmpty()) {
            throw new InputException(origin + ": found no factors, expected covariances, eigenvectors or eigenvalues");
        }
        this.modules = names.stream().sorted(ModuleNames.NATURAL).map(this::module).toList();
    }

    private FactorModule module(String name) {
        int rows = 0;
        int columns = 0;
        for (Map.Entry<FactorTensor, Map<String, List<TensorPart>>> kind : tensors.entrySet()) {
            List<TensorPart> parts = kind.getValue().get(name);
            if (parts == null) {
                continue;
            }
            int[] shape = parts.getFirst().shape();
            int dimensions = kind.getKey().shape(1, 1).length;
            if (shape.length != dimensions) {
                throw new InputException(parts.getFirst().file() + ": module '" + name + "' has a "
                        + kind.getKey().file() + " of shape " + Arrays.toString(shape) + ", expected " + dimensions
                        + (dimensions == 1 ? " dimension" : " dimensions"));
            }
            switch (kind.getKey()) {
                case LAMBDA -> {
                    rows = agreed(name, kind.getKey(), rows, shape[0]);
                    columns = agreed(name, kind.getKey(), columns, shape[1]);
                }
                case ACTIVATION_COVARIANCE, ACTIVATION_EIGENVECTORS, ACTIVATION_EIGENVALUES ->
                        columns = agreed(name, kind.getKey(), columns, shape[0]);
                case GRADIENT_COVARIANCE, GRADIENT_EIGENVECTORS, GRADIENT_EIGENVALUES ->
                        rows = agreed(name, kind.getKey(), rows, shape[0]);
            }
        }
        return new FactorModule(name, rows, columns);
    }

    private int agreed(String name, FactorTensor kind, int known, int found) {
        if (known != 0 && known != found) {
            throw new InputException(origin + ": module '" + name + "': " + kind.file() + " is of size " + found
                    + ", other tensors say " + known + ": files of different runs, or of another layout");
        }
        return found;
    }

    /** What it was read from. */
    public String origin() {
        return origin;
    }

    /** The modules, numbers in their names in numerical order. */
    public List<FactorModule> modules() {
        return modules;
    }

    /** What the files say of how they were made. */
    public FactorClaims claims() {
        return claims;
    }

    /** These factors with claims of their user, which go before those of the files. */
    public FactorSet claiming(Optional<Convention> convention, Optional<Convention.Labels> labels) {
        return new FactorSet(origin, tensors, counts, claims.with(convention, labels));
    }

    /** Whether there is such a tensor for every module. */
    public boolean has(FactorTensor kind) {
        return tensors.getOrDefault(kind, Map.of()).size() == modules.size();
    }

    /**
     * A tensor, row-major, the parts of different data added; empty if the files have none.
     *
     * @throws InputException if a file is damaged, or a value is not finite
     */
    public Optional<double[]> tensor(FactorModule module, FactorTensor kind) {
        List<TensorPart> parts = tensors.getOrDefault(kind, Map.of()).get(module.name());
        if (parts == null) {
            return Optional.empty();
        }
        int[] shape = kind.shape(module.rows(), module.columns());
        double[] sum = parts.getFirst().read(shape);
        for (TensorPart part : parts.subList(1, parts.size())) {
            double[] more = part.read(shape);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += more[i];
            }
        }
        return Optional.of(sum);
    }

    /** A count; empty if the files have none. */
    public OptionalLong count(FactorModule module, FactorCount kind) {
        Long count = counts.getOrDefault(kind, Map.of()).get(module.name());
        return count == null ? OptionalLong.empty() : OptionalLong.of(count);
    }

    /** The kinds of tensors that are there. */
    public List<FactorTensor> kinds() {
        return new ArrayList<>(tensors.keySet());
    }
}
