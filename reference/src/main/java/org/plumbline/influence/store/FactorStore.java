package org.plumbline.influence.store;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.plumbline.batch.FisherLabels;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Sequences;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DampingRule;
import org.plumbline.curvature.DiagonalCurvature;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.FactoredTikhonov;
import org.plumbline.curvature.FittedCurvature;
import org.plumbline.curvature.IdentityCurvature;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.Strategy;
import org.plumbline.curvature.TikhonovCurvature;
import org.plumbline.engine.Compute;
import org.plumbline.io.InputException;
import org.plumbline.io.Manifest;
import org.plumbline.io.StoreFolder;
import org.plumbline.model.TrackedLayer;

/**
 * A fitted curvature on disk, and the fit that fills it and goes on where an earlier one stopped.
 *
 * <p>Files, all {@code F64}: {@code factors.safetensors} ({@code activation.<layer> [columns, columns]},
 * {@code gradient.<layer> [out, out]}, {@code mean length}); {@code eigenvectors.safetensors} (in columns, and their
 * eigenvalues); {@code moments.safetensors} ({@code <layer> [out, columns]}: {@code Λ}, or the Fisher diagonal). What
 * is made from the exact Gauss–Newton matrix: {@code matrix.safetensors} (the matrix {@code [P, P]}, or the square
 * block of each layer), {@code ritz.safetensors} ({@code vectors [r, P]}, {@code values [r]}),
 * {@code projection.safetensors} ({@code gram [q, q]}).
 */
public final class FactorStore {
    static final String KIND = "factors";
    static final String STRATEGY = "strategy";
    private static final String PARTITIONS = "partitions";
    private static final String LABELS = "labels";
    private static final String SIZE = "size";
    private static final String SEED = "seed";
    static final String DAMPING = "damping";
    private static final String LAYERS = "layers";
    private static final String NULL_LAYERS = "layers without curvature";

    private FactorStore() {}

    /** What a store made by these settings belongs to, beside what the caller knows of model and data. */
    private static SequencedMap<String, String> identity(
            Pipeline pipeline, FitSettings settings, SequencedMap<String, String> origin) {
        SequencedMap<String, String> identity = new LinkedHashMap<>(origin);
        identity.put(STRATEGY, settings.strategy().title());
        identity.put(PARTITIONS, Integer.toString(settings.partitions()));
        identity.put(LABELS, settings.strategy().hasLabels() ? labels(settings.labels()) : "none");
        if (settings.strategy().hasProducts()) {
            identity.put(SIZE, Integer.toString(settings.size()));
            identity.put(SEED, Long.toString(settings.seed()));
        }
        identity.put(DAMPING, settings.damping().toString());
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
     * @throws org.plumbline.engine.InsufficientMemoryException if a dense matrix is needed and does not fit
     */
    public static void fit(
            Path folder, Pipeline pipeline, Sequences data, FitSettings settings, SequencedMap<String, String> origin,
            Listener listener) {
        try (StoreFolder store = StoreFolder.write(folder, KIND, identity(pipeline, settings, origin))) {
            if (store.isComplete()) {
                return;
            }
            Strategy strategy = settings.strategy();
            FactorFiles files = new FactorFiles(store, pipeline.layers());
            BlockSpace space = BlockSpace.ofLayers(pipeline.layers());
            if (strategy.isDense()) {
                new ExactFiles(store, space).fitDense(
                        pipeline, data, strategy, files, listener.begin("exact Gauss–Newton matrix"));
            }
            if (strategy.hasProducts()) {
                listener.begin("products with the exact Gauss–Newton matrix");
                new ExactFiles(store, space).fitProducts(pipeline, data, settings);
            }
            // Each pass ends with its call: the next one needs the memory.
            if (strategy.hasFactors() && !files.hasBases() && !files.hasFactors()) {
                files.fitFactors(new FactorFit(pipeline, data, settings.labels()), settings, listener.begin("factors"));
            }
            if (strategy.hasBases() && !files.hasBases()) {
                files.decompose(settings.partitions(), pipeline.compute().workers(), listener.begin("eigenbases"));
            }
            if (strategy.hasMoments() && !files.hasMoments()) {
                files.fitMoments(
                        new FactorFit(pipeline, data, settings.labels()), settings, listener.begin("eigenvalues"));
            }
            store.commit(Map.of(NULL_LAYERS, nullLayers(store, pipeline).toString()), true);
        }
    }

    /** Layers whose curvature vanishes, and its damping with it: they contribute nothing to any score. */
    private static List<String> nullLayers(StoreFolder store, Pipeline pipeline) {
        Strategy strategy = strategy(store.identity());
        if (strategy == Strategy.IDENTITY) {
            return List.of();
        }
        // Second moments tell it without the bases, which need more memory.
        FittedCurvature curvature = strategy.hasMoments()
                ? new DiagonalCurvature(BlockSpace.ofLayers(pipeline.layers()),
                        new FactorFiles(store, pipeline.layers()).readMoments())
                : load(store, pipeline.layers(), pipeline.compute());
        Damping mean = curvature.damping(1);
        return IntStream.range(0, pipeline.layers().size())
                .filter(l -> mean.of(l) <= 0)
                .mapToObj(l -> pipeline.layers().get(l).name())
                .toList();
    }

    /**
     * The names of the layers that a store's curvature is on.
     *
     * @throws InputException if there is no finished store
     */
    public static List<String> layers(Path folder) {
        return List.of(StoreFolder.manifest(folder, KIND).identity().getOrDefault(LAYERS, "").split(" "));
    }

    /** The names of the layers of a finished store that have no curvature: they contribute nothing to any score. */
    public static List<String> layersWithoutCurvature(Path folder) {
        String names = StoreFolder.manifest(folder, KIND).progress().getOrDefault(NULL_LAYERS, "[]");
        String inside = names.substring(1, names.length() - 1);
        return inside.isEmpty() ? List.of() : List.of(inside.split(", "));
    }

    /** The strategy of a finished store. */
    public static Strategy strategy(Path folder) {
        return strategy(StoreFolder.manifest(folder, KIND).identity());
    }

    private static Strategy strategy(Map<String, String> identity) {
        return Strategy.named(identity.getOrDefault(STRATEGY, ""));
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
        FactorFiles files = new FactorFiles(store, layers);
        ExactFiles exact = new ExactFiles(store, space);
        Map<String, String> identity = store.identity();
        Strategy strategy = strategy(identity);
        return switch (strategy) {
            case IDENTITY -> new IdentityCurvature(space);
            case DIAGONAL -> new DiagonalCurvature(space, files.readMoments());
            case KFAC, SHAMPOO, NEAREST -> KroneckerCurvature.kfac(files.readFactors(), files.readBases(), compute);
            case KFAC_TIKHONOV -> new TikhonovCurvature(
                    FactoredTikhonov.TRACE_NORM, files.readFactors(), files.readBases(), compute);
            case EKFAC -> new KroneckerCurvature(space, files.readBases(), files.readMoments(), compute);
            case BLOCK_DIAGONAL, EXACT -> exact.readMatrix(compute);
            case LANCZOS -> exact.readRitz();
            case LOGRA, TRAK -> exact.readProjection(
                    strategy, Math.toIntExact(number(store, SIZE, Integer.MAX_VALUE)),
                    number(store, SEED, Long.MAX_VALUE));
        };
    }

    private static long number(StoreFolder store, String name, long most) {
        String value = store.required(name);
        try {
            long number = Long.parseLong(value);
            if (number <= most && number >= -most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Reported below, as a number out of range is.
        }
        throw new InputException(store.folder() + ": the store says " + name + " '" + value
                + "', expected a whole number");
    }

    /**
     * The damped inverse of a finished store's curvature.
     *
     * @param origin what it must belong to, by name
     * @param damping if another than the store's
     * @param compute runs products with it
     * @throws InputException if the store is missing, unfinished, damaged or belongs to something else
     */
    public static InverseCurvature inverse(
            Path folder, List<TrackedLayer> layers, SequencedMap<String, String> origin,
            Optional<DampingRule> damping, Compute compute) {
        try (StoreFolder store = StoreFolder.read(folder, KIND, origin)) {
            FittedCurvature curvature = load(store, layers, compute);
            DampingRule rule = damping.orElseGet(() -> DampingRule.parse(store.required(DAMPING)));
            return curvature.inverse(rule.of(curvature));
        }
    }
}
