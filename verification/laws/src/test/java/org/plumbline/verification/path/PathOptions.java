package org.plumbline.verification.path;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.plumbline.batch.FisherLabels;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Sequences;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.DiagonalCurvature;
import org.plumbline.curvature.DiagonalizedCurvature;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.IdentityCurvature;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.curvature.Strategy;
import org.plumbline.engine.Compute;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.engine.vector.VectorEngine;
import org.plumbline.influence.store.FactorStore;
import org.plumbline.influence.store.FitSettings;
import org.plumbline.model.TrackedLayer;
import org.plumbline.verification.laws.Setting;

/**
 * Everything that a fit and a scan depend on beside the model and the data, drawn together.
 *
 * @param layers some of the setting's layers, in their order
 * @param rank of the queries, 0 for whole ones
 * @param stored whether the curvature goes through a store
 */
record PathOptions(
        List<TrackedLayer> layers, FisherLabels labels, Strategy strategy, int partitions, double damping, int rank,
        int batch, int shard, Precision precision, boolean vector, boolean stored) {

    /** The strategies whose inverse is a part of the programs; {@code StrategiesTest} has the others. */
    private static final List<Strategy> DIAGONALIZED =
            List.of(Strategy.IDENTITY, Strategy.DIAGONAL, Strategy.KFAC, Strategy.EKFAC);

    static PathOptions of(Setting setting) {
        SplittableRandom random = setting.random("options of a path");
        List<TrackedLayer> layers = new ArrayList<>();
        for (TrackedLayer layer : setting.layers()) {
            if (random.nextInt(4) > 0) {
                layers.add(layer);
            }
        }
        if (layers.isEmpty()) {
            layers.addAll(setting.layers());
        }
        FisherLabels labels = switch (random.nextInt(4)) {
            case 0 -> new FisherLabels.Sampled(random.nextLong(), 1 + random.nextInt(3));
            case 1 -> new FisherLabels.RandomSigns(random.nextLong(), 1 + random.nextInt(3));
            case 2 -> new FisherLabels.Training();
            default -> new FisherLabels.Expectation();
        };
        int most = layers.stream().mapToInt(layer -> Math.min(layer.outputs(), layer.columns())).min().orElseThrow();
        int batch = 1 + random.nextInt(3);
        Strategy strategy = DIAGONALIZED.get(random.nextInt(DIAGONALIZED.size()));
        int partitions = 1 + random.nextInt(Math.min(3, most));
        return new PathOptions(List.copyOf(layers), labels, strategy,
                strategy.hasPartitions() ? partitions : 1, Math.pow(10, -1.5 + 2 * random.nextDouble()),
                random.nextInt(4), batch, batch * (1 + random.nextInt(2)),
                random.nextInt(3) == 0 ? Precision.SINGLE : Precision.DOUBLE, random.nextBoolean(),
                random.nextInt(3) == 0);
    }

    /** These options in double precision. */
    PathOptions exact() {
        return new PathOptions(
                layers, labels, strategy, partitions, damping, rank, batch, shard, Precision.DOUBLE, vector, stored);
    }

    /** These options with another strategy. */
    PathOptions with(Strategy other) {
        return new PathOptions(layers, labels, other, other.hasPartitions() ? partitions : 1, damping, rank, batch,
                shard, precision, vector, stored);
    }

    Pipeline pipeline(Setting setting) {
        Workers workers = Workers.serial();
        Compute compute = new Compute(vector ? VectorEngine.orScalar(workers) : LoweredEngine.scalar(), workers);
        return new Pipeline(setting.model(), setting.objective().parameters().copy(precision), layers, compute, batch,
                shard);
    }

    FactorFit fit(Setting setting) {
        return new FactorFit(pipeline(setting), Sequences.of(setting.examples()), labels);
    }

    /** The curvature as {@code fit} makes it, in memory or through a store, inverted. */
    ClosedFormInverse inverse(Setting setting, Path folder) {
        if (stored) {
            SequencedMap<String, String> origin = new LinkedHashMap<>(Map.of("data", "drawn"));
            FactorStore.fit(folder, pipeline(setting), Sequences.of(setting.examples()),
                    new FitSettings(strategy, partitions, labels, damping, Duration.ZERO), origin,
                    _ -> PassListener.NONE);
            return (ClosedFormInverse) FactorStore.inverse(
                    folder, layers, origin, Optional.empty(), pipeline(setting).compute());
        }
        FactorFit fit = fit(setting);
        DiagonalizedCurvature curvature = switch (strategy) {
            case IDENTITY -> new IdentityCurvature(fit.space());
            case DIAGONAL -> new DiagonalCurvature(fit.space(), fit.diagonal());
            case KFAC -> KroneckerCurvature.kfac(fit.factors(), partitions);
            case EKFAC -> KroneckerCurvature.ekfac(fit.factors(), fit, partitions);
            default -> throw new IllegalStateException(strategy + " is not diagonal in a basis");
        };
        return curvature.inverse(curvature.damping(damping));
    }

    /** The bases of factors, with these partitions. */
    List<KroneckerBasis> bases(List<KroneckerFactors> factors) {
        return factors.stream().map(one -> KroneckerBasis.of(one, partitions)).toList();
    }

    /**
     * What numbers of this precision may differ by, relative to their norm: ten thousand roundings, over which an
     * inverse magnifies by at most {@code 1 + size/c}: no eigenvalue exceeds {@code size} times their mean, {@code c}
     * times which is the damping.
     */
    double tolerance(boolean inverted) {
        double rounding = 0x1p14 * (precision == Precision.DOUBLE ? 0x1p-53 : 0x1p-24);
        int size = layers.stream().mapToInt(TrackedLayer::size).max().orElseThrow();
        return inverted ? rounding * (1 + size / damping) : rounding;
    }

    @Override
    public String toString() {
        return layers.stream().map(TrackedLayer::name).toList() + ", " + labels + ", " + strategy + ", O=" + partitions
                + ", λ=" + damping + ", rank " + rank + ", batch " + batch + ", shard " + shard + ", " + precision
                + (vector ? ", vector" : ", scalar") + (stored ? ", stored" : "");
    }
}
