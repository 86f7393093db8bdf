package org.plumbline.verification.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.plumbline.influence.store.FactorInspection;

/**
 * What scores rest on.
 *
 * @param estimator in words
 * @param origin everything that the scores depend on, by name
 * @param factors eigenvalues and damping of each layer; null where they are not at hand
 */
public record Trust(List<String> estimator, SequencedMap<String, String> origin, @Nullable FactorInspection factors) {

    public Trust {
        estimator = List.copyOf(estimator);
        origin = new LinkedHashMap<>(origin);
    }

    /** Of scores with this origin, sorted by name. */
    public static Trust of(List<String> estimator, Map<String, String> origin, @Nullable FactorInspection factors) {
        return new Trust(estimator, new LinkedHashMap<>(new TreeMap<>(origin)), factors);
    }

    /** {@code tr D / max D}: the stable rank of the root of the curvature of a layer. */
    public static double stableRank(FactorInspection.Layer layer) {
        return layer.curvature().count() * layer.curvature().mean() / layer.curvature().largest();
    }
}
