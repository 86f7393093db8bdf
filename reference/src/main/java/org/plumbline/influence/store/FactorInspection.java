package org.plumbline.influence.store;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.plumbline.curvature.DampingRule;
import org.plumbline.curvature.Strategy;
import org.plumbline.io.InputException;
import org.plumbline.io.SafetensorsFile;
import org.plumbline.io.StoreFolder;

/**
 * What a finished store of factors says of each layer: how its eigenvalues are spread, how it is damped, and how far
 * the damped inverse then is from a multiple of the identity. No model is needed.
 *
 * @param strategy of the fit
 * @param damping the rule, as the store's manifest has it: {@link DampingRule}
 * @param identity what the store belongs to, as its manifest has it
 * @param layers in the order of the forward pass; none of the strategy identity, which has no curvature
 */
public record FactorInspection(
        String strategy, String damping, Map<String, String> identity, List<Layer> layers) {

    /**
     * A layer {@code W̄ [rows, columns]}, of {@code rows · columns} parameters, with the curvature {@code D} in its
     * basis.
     *
     * @param curvature {@code D}: the eigenvalues {@code Λ} of EK-FAC, {@code n̄ s_i a_j} of K-FAC and other Kronecker
     *     products, the diagonal
     * @param gradient eigenvalues {@code s} of the factor {@code S}, where there are factors
     * @param activation eigenvalues {@code a} of the factor {@code A}, where there are factors
     * @param damping {@code λ}
     * @param condition the largest damped eigenvalue over the least, {@code (max D + λ) / (min D + λ)} or, with the
     *     damping in the factors, that of {@link org.plumbline.curvature.FactoredTikhonov}; null where it is infinite
     * @param effective {@code Σ d/(damped d)}: how many directions weigh more than their damping (MacKay, 1992)
     */
    public record Layer(
            String name, int rows, int columns, Spectrum curvature, @Nullable Spectrum gradient,
            @Nullable Spectrum activation, double damping, @Nullable Double condition, double effective) {}

    public FactorInspection {
        identity = Map.copyOf(identity);
        layers = List.copyOf(layers);
    }

    /**
     * Reads a finished store, one layer at a time.
     *
     * @param damping another rule than the store's
     * @throws InputException if the store is missing, unfinished or damaged, or its strategy has no eigenvalues of
     *     single layers
     */
    public static FactorInspection of(Path folder, Optional<DampingRule> damping) {
        try (StoreFolder store = StoreFolder.read(folder, FactorStore.KIND, new LinkedHashMap<>())) {
            Strategy strategy = FactorStore.strategy(folder);
            if (strategy != Strategy.IDENTITY && !strategy.hasBases() && !strategy.hasMoments()) {
                throw new InputException(folder + ": found factors of the strategy " + strategy.title()
                        + ", which has no eigenvalues of single layers: expected one that has, such as ekfac");
            }
            DampingRule rule = damping.orElseGet(
                    () -> DampingRule.parse(store.identity().getOrDefault(FactorStore.DAMPING, "")));
            Inspector inspector = new Inspector(store, strategy, rule);
            return new FactorInspection(strategy.title(), rule.toString(), store.identity(),
                    strategy == Strategy.IDENTITY ? List.of()
                            : FactorStore.layers(folder).stream().map(inspector::layer).toList());
        }
    }

    private record Inspector(StoreFolder store, Strategy strategy, DampingRule rule) {

        Layer layer(String name) {
            double[] gradient = new double[0];
            double[] activation = new double[0];
            double length = 1;
            if (strategy.hasBases()) {
                try (SafetensorsFile file = SafetensorsFile.open(store.path(FactorFiles.EIGENVECTORS))) {
                    gradient = nonNegative(file.doubles("gradient values." + name));
                    activation = nonNegative(file.doubles("activation values." + name));
                }
                try (SafetensorsFile file = SafetensorsFile.open(store.path(FactorFiles.FACTORS))) {
                    length = file.doubles("mean length")[0];
                }
            }
            if (strategy.hasMoments()) {
                try (SafetensorsFile file = SafetensorsFile.open(store.path(FactorFiles.MOMENTS))) {
                    double[] moments = file.doubles(name);
                    double lambda = lambda(name, moments);
                    return layer(name, file.shape(name)[1], moments, gradient, activation, lambda,
                            Arrays.stream(moments).map(d -> d + lambda).toArray());
                }
            }
            double[] product = product(length, gradient, 0, activation, 0);
            double lambda = lambda(name, product);
            double root = Math.sqrt(lambda / length);
            double ratio = ratio(gradient, activation);
            return layer(name, activation.length, product, gradient, activation, lambda,
                    strategy == Strategy.KFAC_TIKHONOV
                            ? product(length, gradient, root / ratio, activation, root * ratio)
                            : Arrays.stream(product).map(d -> d + lambda).toArray());
        }

        private double lambda(String name, double[] curvature) {
            return switch (rule) {
                case DampingRule.Relative(double factor) -> factor * Arrays.stream(curvature).sum() / curvature.length;
                case DampingRule.Absolute(double lambda) -> lambda;
                case DampingRule.PerLayer(SequencedMap<String, Double> lambdas) ->
                        Optional.ofNullable(lambdas.get(name)).orElseThrow(() -> new InputException(
                                "damping: found none for layer '" + name + "', expected one for each layer"));
            };
        }

        /** {@link org.plumbline.curvature.FactoredTikhonov#TRACE_NORM}, with traces as sums of eigenvalues. */
        private static double ratio(double[] gradient, double[] activation) {
            double a = Arrays.stream(activation).sum() / activation.length;
            double s = Arrays.stream(gradient).sum() / gradient.length;
            return a <= 0 || s <= 0 ? 1 : Math.sqrt(a / s);
        }

        private static double[] product(double length, double[] s, double moreOfS, double[] a, double moreOfA) {
            double[] product = new double[s.length * a.length];
            Arrays.setAll(product, i -> length * (s[i / a.length] + moreOfS) * (a[i % a.length] + moreOfA));
            return product;
        }

        /** Rounding can leave a zero eigenvalue slightly negative; the curvature takes it as zero. */
        private static double[] nonNegative(double[] values) {
            return Arrays.stream(values).map(value -> Math.max(0, value)).toArray();
        }

        private static Layer layer(
                String name, int columns, double[] curvature, double[] gradient, double[] activation, double lambda,
                double[] damped) {
            double least = Arrays.stream(damped).min().orElseThrow();
            double largest = Arrays.stream(damped).max().orElseThrow();
            return new Layer(name, curvature.length / columns, columns, Spectrum.of(curvature),
                    gradient.length == 0 ? null : Spectrum.of(gradient),
                    activation.length == 0 ? null : Spectrum.of(activation), lambda,
                    least > 0 ? largest / least : null,
                    IntStream.range(0, damped.length).mapToDouble(i -> curvature[i] > 0 ? curvature[i] / damped[i] : 0)
                            .sum());
        }
    }
}
