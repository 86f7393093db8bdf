package org.plumbline.curvature;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.plumbline.model.TrackedLayer;

/**
 * A block-diagonal damped curvature, one block a layer.
 *
 * @param layers in the order of the pipeline
 */
public record FittedCurvature(Strategy strategy, List<LayerCurvature> layers) {

    public FittedCurvature {
        layers = List.copyOf(layers);
    }

    /** No curvature: {@code D = 1}, no damping. */
    public static FittedCurvature identity(List<TrackedLayer> layers) {
        List<LayerCurvature> identities = new ArrayList<>();
        for (TrackedLayer layer : layers) {
            double[] ones = new double[layer.size()];
            Arrays.fill(ones, 1);
            identities.add(new LayerCurvature(layer, Optional.empty(), ones, 0));
        }
        return new FittedCurvature(Strategy.IDENTITY, identities);
    }

    /**
     * The diagonal of the Fisher matrix.
     *
     * @param moments {@code E[Dθ²]} of each layer
     * @param damping {@code c} in {@code λ_ℓ = c · mean(D_ℓ)}
     */
    public static FittedCurvature diagonal(List<TrackedLayer> layers, List<double[]> moments, double damping) {
        List<LayerCurvature> diagonals = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            diagonals.add(damped(layers.get(i), Optional.empty(), moments.get(i), damping));
        }
        return new FittedCurvature(Strategy.DIAGONAL, diagonals);
    }

    /**
     * K-FAC: {@code D[i, j] = n̄ s_i a_j}.
     *
     * @param damping {@code c} in {@code λ_ℓ = c · mean(D_ℓ)}
     */
    public static FittedCurvature kfac(
            List<TrackedLayer> layers, List<KroneckerFactors> factors, List<KroneckerBasis> bases, double damping) {
        List<LayerCurvature> curvatures = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            KroneckerBasis basis = bases.get(i);
            double[] diagonal = new double[layers.get(i).size()];
            for (int row = 0; row < basis.rows(); row++) {
                for (int column = 0; column < basis.columns(); column++) {
                    // Rounding can leave a zero eigenvalue slightly negative, which damping must not meet.
                    diagonal[row * basis.columns() + column] = factors.get(i).meanLength()
                            * Math.max(0, basis.gradientValues()[row]) * Math.max(0, basis.activationValues()[column]);
                }
            }
            curvatures.add(damped(layers.get(i), Optional.of(basis), diagonal, damping));
        }
        return new FittedCurvature(Strategy.KFAC, curvatures);
    }

    /**
     * EK-FAC: {@code D = Λ}.
     *
     * @param moments {@code Λ} of each layer
     * @param damping {@code c} in {@code λ_ℓ = c · mean(Λ_ℓ)}
     */
    public static FittedCurvature ekfac(
            List<TrackedLayer> layers, List<KroneckerBasis> bases, List<double[]> moments, double damping) {
        List<LayerCurvature> curvatures = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            curvatures.add(damped(layers.get(i), Optional.of(bases.get(i)), moments.get(i), damping));
        }
        return new FittedCurvature(Strategy.EKFAC, curvatures);
    }

    private static LayerCurvature damped(
            TrackedLayer layer, Optional<KroneckerBasis> basis, double[] diagonal, double factor) {
        return new LayerCurvature(layer, basis, diagonal, factor * Arrays.stream(diagonal).sum() / diagonal.length);
    }

    /** Names of the layers whose curvature and damping vanish, and which contribute nothing. */
    public List<String> nullLayers() {
        return layers.stream().filter(LayerCurvature::isNull).map(curvature -> curvature.layer().name()).toList();
    }
}
