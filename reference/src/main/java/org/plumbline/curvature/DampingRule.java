package org.plumbline.curvature;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.plumbline.io.InputException;

/** How the damping {@code λ_ℓ} of each layer is chosen. Its text, which a store keeps, is read back exactly. */
public sealed interface DampingRule {

    /** {@code λ_ℓ = factor · mean eigenvalue of layer ℓ} (Grosse et al., 2023, §3, with factor 0.1). */
    record Relative(double factor) implements DampingRule {
        /** @throws InputException if the factor is negative or not finite */
        public Relative {
            require(factor);
        }

        @Override
        public Damping of(FittedCurvature curvature) {
            return curvature.damping(factor);
        }

        @Override
        public String toString() {
            return Double.toString(factor);
        }
    }

    /** The same {@code λ} for all layers. */
    record Absolute(double lambda) implements DampingRule {
        /** @throws InputException if the damping is negative or not finite */
        public Absolute {
            require(lambda);
        }

        @Override
        public Damping of(FittedCurvature curvature) {
            return Damping.absolute(curvature.space(), lambda);
        }

        @Override
        public String toString() {
            return ABSOLUTE + lambda;
        }
    }

    /**
     * A {@code λ_ℓ} for each layer.
     *
     * @param lambdas by the name of the layer
     */
    record PerLayer(SequencedMap<String, Double> lambdas) implements DampingRule {
        /** @throws InputException if a damping is negative or not finite */
        public PerLayer {
            lambdas = new LinkedHashMap<>(lambdas);
            lambdas.values().forEach(DampingRule::require);
        }

        /** @throws InputException if a layer of the curvature has none */
        @Override
        public Damping of(FittedCurvature curvature) {
            return new Damping(curvature.space().blocks().stream().mapToDouble(block -> {
                Double lambda = lambdas.getOrDefault(block.name(), Double.NaN);
                if (lambda.isNaN()) {
                    throw new InputException("damping: found none for layer '" + block.name()
                            + "', expected one for each layer, found " + lambdas.keySet());
                }
                return lambda;
            }).toArray());
        }

        @Override
        public String toString() {
            return PER_LAYER + lambdas.entrySet().stream()
                    .map(entry -> entry.getKey() + "=" + entry.getValue())
                    .collect(Collectors.joining(" "));
        }
    }

    /** How the text of an absolute damping begins. */
    String ABSOLUTE = "absolute ";

    /** How the text of a damping by layers begins. */
    String PER_LAYER = "by layer ";

    /** The damping of a curvature. */
    Damping of(FittedCurvature curvature);

    /**
     * The rule of a text that {@code toString} made.
     *
     * @throws InputException if it is no such text
     */
    static DampingRule parse(String text) {
        try {
            if (text.startsWith(ABSOLUTE)) {
                return new Absolute(Double.parseDouble(text.substring(ABSOLUTE.length())));
            }
            if (text.startsWith(PER_LAYER)) {
                SequencedMap<String, Double> lambdas = new LinkedHashMap<>();
                Arrays.stream(text.substring(PER_LAYER.length()).split(" ")).forEach(entry -> {
                    int at = entry.lastIndexOf('=');
                    lambdas.put(entry.substring(0, Math.max(0, at)), Double.parseDouble(entry.substring(at + 1)));
                });
                return new PerLayer(lambdas);
            }
            return new Relative(Double.parseDouble(text));
        } catch (NumberFormatException e) {
            throw new InputException("damping: found '" + text + "', expected a number, '" + ABSOLUTE
                    + "' with a number, or '" + PER_LAYER + "' with a number for each layer");
        }
    }

    private static void require(double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new InputException("damping: found " + value + ", expected a number of at least 0");
        }
    }
}
