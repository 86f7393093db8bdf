package org.plumbline.influence.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.plumbline.batch.FisherLabels;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Sequences;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.DiagonalCurvature;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.FittedCurvature;
import org.plumbline.curvature.IdentityCurvature;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.curvature.ParameterBlock;
import org.plumbline.curvature.Strategy;
import org.plumbline.engine.Compute;
import org.plumbline.io.InputException;
import org.plumbline.io.SafetensorsFile;
import org.plumbline.io.SafetensorsWriter;
import org.plumbline.model.TrackedLayer;

/**
 * A fitted curvature on disk, and the fit that fills it and goes on where an earlier one stopped.
 *
 * <p>Files, all {@code F64}: {@code factors.safetensors} ({@code activation.<layer> [columns, columns]},
 * {@code gradient.<layer> [out, out]}, {@code mean length}); {@code eigenvectors.safetensors} (in columns, and their
 * eigenvalues); {@code moments.safetensors} ({@code <layer> [out, columns]}: {@code Λ}, or the Fisher diagonal).
 */
public final class FactorStore {
    private static final String KIND = "factors";
    private static final String FACTORS = "factors.safetensors";
    private static final String EIGENVECTORS = "eigenvectors.safetensors";
    private static final String MOMENTS = "moments.safetensors";
    private static final String STRATEGY = "strategy";
    private static final String PARTITIONS = "partitions";
    private static final String LABELS = "labels";
    private static final String DAMPING = "damping";
    private static final String LAYERS = "layers";
    private static final String NULL_LAYERS = "layers without curvature";

    private FactorStore() {}

    /** What a store made by these settings belongs to, beside what the caller knows of model and data. */
    private static SequencedMap<String, String> identity(
            Pipeline pipeline, FitSettings settings, SequencedMap<String, String> origin) {
        SequencedMap<String, String> identity = new LinkedHashMap<>(origin);
        identity.put(STRATEGY, settings.strategy().name().toLowerCase(Locale.ROOT));
        identity.put(PARTITIONS, Integer.toString(settings.partitions()));
        identity.put(LABELS, labels(settings.labels()));
        identity.put(DAMPING, Double.toString(settings.damping()));
        identity.put(LAYERS, layers(pipeline));
        identity.put("precision", pipeline.precision().name().toLowerCase(Locale.ROOT));
        identity.put("engine", pipeline.compute().engine().name());
        identity.put("micro-batch", Integer.toString(pipeline.batch()));
        identity.put("shard", Integer.toString(pipeline.shard()));
        return identity;
    }

    private static String labels(FisherLabels labels) {
        return switch (labels) {
            case FisherLabels.Sampled(long seed, int draws) -> "sampled, seed " + seed + ", draws " + draws;
            case FisherLabels.RandomSigns(long seed, int draws) -> "random signs, seed " + seed + ", draws " + draws;
            case FisherLabels.Expectation _ -> "expectation";
            case FisherLabels.Training _ -> "training";
        };
    }

    private static String layers(Pipeline pipeline) {
        return pipeline.layers().stream().map(TrackedLayer::name).collect(Collectors.joining(" "));
    }

    /** Told what a fit does. */
    public interface Listener {
        /** The listener of a pass that begins. */
        PassListener begin(String pass);
    }

    /**
     * Fits, or goes on fitting, or finds the fit finished; the result is the same to the last bit.
     *
     * @param origin hashes and versions of what model and data are, by name
     * @throws InputException if the folder holds something else, is damaged, or cannot be written
     */
    public static void fit(
            Path folder, Pipeline pipeline, Sequences data, FitSettings settings, SequencedMap<String, String> origin,
            Listener listener) {
        try (StoreFolder store = StoreFolder.write(folder, KIND, identity(pipeline, settings, origin))) {
            if (store.isComplete()) {
                return;
            }
            Strategy strategy = settings.strategy();
            if (strategy.hasFactors()) {
                decompose(store, pipeline, data, settings, listener);
            }
            if (strategy.hasMoments()) {
                moments(store, pipeline, data, settings, listener);
            }
            store.commit(Map.of(NULL_LAYERS, nullLayers(store, pipeline.layers(), strategy).toString()), true);
        }
    }

    /** Reads the factors back even where it has just fitted them: the sums and programs of the pass end first. */
    private static List<KroneckerFactors> factors(
            StoreFolder store, Pipeline pipeline, Sequences data, FitSettings settings, Listener listener) {
        if (!store.has(FACTORS)) {
            fitFactors(store, pipeline, data, settings, listener);
        }
        return readFactors(store, pipeline.layers());
    }

    private static void fitFactors(
            StoreFolder store, Pipeline pipeline, Sequences data, FitSettings settings, Listener listener) {
        StoredSums sums = new StoredSums(store, "factors", settings.checkpoints());
        List<KroneckerFactors> factors = new FactorFit(pipeline, data, settings.labels())
                .factors(sums, listener.begin("factors"));
        SafetensorsWriter writer = new SafetensorsWriter();
        for (KroneckerFactors layer : factors) {
            String name = layer.block().name();
            int columns = layer.block().columns();
            int rows = layer.block().rows();
            writer.add("activation." + name, layer.activation(), columns, columns);
            writer.add("gradient." + name, layer.gradient(), rows, rows);
        }
        writer.add("mean length", new double[] {factors.getFirst().meanLength()}, 1);
        store.put(FACTORS, writer::write);
        sums.drop();
        store.commit(Map.of(), false);
    }

    private static List<KroneckerFactors> readFactors(StoreFolder store, List<TrackedLayer> layers) {
        Path path = store.path(FACTORS);
        List<KroneckerFactors> factors = new ArrayList<>();
        for (TrackedLayer layer : layers) {
            try (SafetensorsFile file = SafetensorsFile.open(path)) {
                factors.add(new KroneckerFactors(ParameterBlock.of(layer),
                        matrix(file, "activation." + layer.name(), layer.columns(), layer.columns()),
                        matrix(file, "gradient." + layer.name(), layer.outputs(), layer.outputs()),
                        file.doubles("mean length")[0]));
            }
        }
        return factors;
    }

    /** Factors and bases end with this method: the passes after it need the memory. */
    private static void decompose(
            StoreFolder store, Pipeline pipeline, Sequences data, FitSettings settings, Listener listener) {
        if (!store.has(EIGENVECTORS)) {
            List<KroneckerFactors> factors = factors(store, pipeline, data, settings, listener);
            PassListener told = listener.begin("eigenbases");
            told.released();
            List<KroneckerBasis> bases =
                    KroneckerBasis.of(factors, settings.partitions(), pipeline.compute().workers(), told);
            SafetensorsWriter writer = new SafetensorsWriter();
            for (int l = 0; l < bases.size(); l++) {
                String name = pipeline.layers().get(l).name();
                KroneckerBasis basis = bases.get(l);
                writer.add("activation." + name, basis.activationVectors(), basis.columns(), basis.columns());
                writer.add("activation values." + name, basis.activationValues(), basis.columns());
                writer.add("gradient." + name, basis.gradientVectors(), basis.rows(), basis.rows());
                writer.add("gradient values." + name, basis.gradientValues(), basis.rows());
            }
            store.put(EIGENVECTORS, writer::write);
            store.commit(Map.of(), false);
        }
    }

    private static List<KroneckerBasis> readBases(StoreFolder store, List<TrackedLayer> layers) {
        Path path = store.path(EIGENVECTORS);
        List<KroneckerBasis> bases = new ArrayList<>();
        for (TrackedLayer layer : layers) {
            // Mapped anew for each layer: pages that were read count as the process's memory until a file is closed.
            try (SafetensorsFile file = SafetensorsFile.open(path)) {
                bases.add(new KroneckerBasis(
                        matrix(file, "activation." + layer.name(), layer.columns(), layer.columns()),
                        matrix(file, "activation values." + layer.name(), layer.columns()),
                        matrix(file, "gradient." + layer.name(), layer.outputs(), layer.outputs()),
                        matrix(file, "gradient values." + layer.name(), layer.outputs())));
            }
        }
        return bases;
    }

    private static void moments(
            StoreFolder store, Pipeline pipeline, Sequences data, FitSettings settings, Listener listener) {
        if (store.has(MOMENTS)) {
            return;
        }
        StoredSums sums = new StoredSums(store, "moments", settings.checkpoints());
        PassListener told = listener.begin("eigenvalues");
        FactorFit fit = new FactorFit(pipeline, data, settings.labels());
        double[] moments = settings.strategy().hasFactors()
                ? fit.eigenvalues(readBases(store, pipeline.layers()), sums, told)
                : fit.diagonal(sums, told);
        SafetensorsWriter writer = new SafetensorsWriter();
        BlockSpace space = fit.space();
        for (int l = 0; l < space.blocks().size(); l++) {
            ParameterBlock block = space.blocks().get(l);
            writer.add(block.name(), Arrays.copyOfRange(moments, space.offset(l), space.offset(l + 1)),
                    block.rows(), block.columns());
        }
        store.put(MOMENTS, writer::write);
        sums.drop();
        store.commit(Map.of(), false);
    }

    /** Layers whose curvature vanishes, and its damping with it: they contribute nothing to any score. */
    private static List<String> nullLayers(StoreFolder store, List<TrackedLayer> layers, Strategy strategy) {
        return switch (strategy) {
            case IDENTITY -> List.of();
            case DIAGONAL, EKFAC -> vanishing(store.path(MOMENTS), layers, TrackedLayer::name);
            case KFAC -> vanishing(store.path(EIGENVECTORS), layers, layer -> "gradient values." + layer.name());
        };
    }

    private static List<String> vanishing(Path path, List<TrackedLayer> layers, Function<TrackedLayer, String> tensor) {
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            return layers.stream()
                    .filter(layer -> Arrays.stream(file.doubles(tensor.apply(layer))).allMatch(value -> value <= 0))
                    .map(TrackedLayer::name)
                    .toList();
        }
    }

    /**
     * The names of the layers that a store's curvature is on.
     *
     * @throws InputException if there is no finished store
     */
    public static List<String> layers(Path folder) {
        return List.of(StoreFolder.manifest(folder, KIND).identity().getOrDefault(LAYERS, "").split(" "));
    }

    /** The strategy of a finished store. */
    public static Strategy strategy(Path folder) {
        return strategy(StoreFolder.manifest(folder, KIND).identity());
    }

    private static Strategy strategy(Map<String, String> identity) {
        return Strategy.valueOf(identity.get(STRATEGY).toUpperCase(Locale.ROOT));
    }

    /**
     * Everything that a finished store says it belongs to, and which layers have no curvature; its
     * files are not looked at.
     *
     * @param origin what it must belong to, by name
     * @throws InputException if the store is missing, unfinished or belongs to something else
     */
    public static SequencedMap<String, String> identity(Path folder, SequencedMap<String, String> origin) {
        Manifest manifest = StoreFolder.manifest(folder, KIND);
        StoreFolder.requireSame(folder, manifest, origin);
        SequencedMap<String, String> identity = new LinkedHashMap<>(manifest.identity());
        identity.put(NULL_LAYERS, manifest.progress().getOrDefault(NULL_LAYERS, "unknown"));
        return identity;
    }

    /**
     * The curvature of a finished store.
     *
     * @param origin what it must belong to, by name
     * @param compute runs products with it
     * @throws InputException if the store is missing, unfinished, damaged or belongs to something else
     */
    public static FittedCurvature load(
            Path folder, List<TrackedLayer> layers, SequencedMap<String, String> origin, Compute compute) {
        try (StoreFolder store = StoreFolder.read(folder, KIND, origin)) {
            return load(store, layers, compute);
        }
    }

    private static FittedCurvature load(StoreFolder store, List<TrackedLayer> layers, Compute compute) {
        BlockSpace space = BlockSpace.ofLayers(layers);
        return switch (strategy(store.identity())) {
            case IDENTITY -> new IdentityCurvature(space);
            case DIAGONAL -> new DiagonalCurvature(space, readMoments(store, space));
            case KFAC -> KroneckerCurvature.kfac(readFactors(store, layers), readBases(store, layers), compute);
            case EKFAC -> new KroneckerCurvature(space, readBases(store, layers), readMoments(store, space), compute);
        };
    }

    /**
     * The damped inverse of a finished store's curvature.
     *
     * @param origin what it must belong to, by name
     * @param damping {@code c} in {@code λ_ℓ = c · mean(D_ℓ)}, if another than the store's
     * @param compute runs products with it
     * @throws InputException if the store is missing, unfinished, damaged or belongs to something else
     */
    public static ClosedFormInverse inverse(
            Path folder, List<TrackedLayer> layers, SequencedMap<String, String> origin, Optional<Double> damping,
            Compute compute) {
        try (StoreFolder store = StoreFolder.read(folder, KIND, origin)) {
            FittedCurvature curvature = load(store, layers, compute);
            double factor = damping.orElseGet(() -> Double.parseDouble(store.identity().get(DAMPING)));
            return curvature.inverse(curvature.damping(factor));
        }
    }

    private static double[] readMoments(StoreFolder store, BlockSpace space) {
        try (SafetensorsFile file = SafetensorsFile.open(store.path(MOMENTS))) {
            double[] moments = new double[space.dimension()];
            for (int i = 0; i < space.blocks().size(); i++) {
                ParameterBlock block = space.blocks().get(i);
                double[] own = matrix(file, block.name(), block.rows(), block.columns());
                System.arraycopy(own, 0, moments, space.offset(i), own.length);
            }
            return moments;
        }
    }

    private static double[] matrix(SafetensorsFile file, String name, int... shape) {
        file.requireShape(name, shape);
        return file.doubles(name);
    }
}
