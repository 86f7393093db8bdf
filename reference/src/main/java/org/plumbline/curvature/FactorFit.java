package org.plumbline.curvature;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.ToIntFunction;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Storage;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Model;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;

/**
 * Fits what Kronecker-factored curvatures are made of (Grosse et al., 2023, §2.2; Martens and Grosse, 2015; George et
 * al., 2018). Sums over sequences are in fixed order, so results do not depend on threads.
 */
public final class FactorFit {
    private final Objective objective;
    private final List<TrackedLayer> layers;
    private final FisherLabels labels;
    private final Compute compute;

    /**
     * @param labels where the pseudo-gradients are taken
     */
    public FactorFit(Objective objective, List<TrackedLayer> layers, FisherLabels labels, Compute compute) {
        this.objective = objective;
        this.layers = List.copyOf(layers);
        this.labels = labels;
        this.compute = compute;
    }

    /** {@code A}, {@code S} and {@code n̄} of each layer. */
    public List<KroneckerFactors> factors() {
        double fed = objective.examples().stream().mapToInt(Example::fedPositions).sum();
        double[] activation = activationSums();
        double[] gradient = gradientSums();
        Vectors.scale(1 / fed, activation);
        Vectors.scale(1 / fed, gradient);
        List<KroneckerFactors> factors = new ArrayList<>();
        int atA = 0;
        int atS = 0;
        for (TrackedLayer layer : layers) {
            int sizeA = layer.columns() * layer.columns();
            int sizeS = layer.outputs() * layer.outputs();
            factors.add(new KroneckerFactors(
                    ParameterBlock.of(layer),
                    Arrays.copyOfRange(activation, atA, atA + sizeA),
                    Arrays.copyOfRange(gradient, atS, atS + sizeS),
                    fed / objective.examples().size()));
            atA += sizeA;
            atS += sizeS;
        }
        return factors;
    }

    private double[] activationSums() {
        ExampleRuns runs = new ExampleRuns(compute, objective.parameters(), this::activationProgram);
        int dimension = layers.stream().mapToInt(layer -> layer.columns() * layer.columns()).sum();
        return ExampleSum.of(objective.examples(), dimension, compute.workers(),
                (sum, index, example) -> runs.with(example, executable -> {
                    executable.run();
                    addResults(executable, sum);
                }));
    }

    private Program activationProgram(int length) {
        Model model = objective.model();
        ProgramBuilder b = new ProgramBuilder();
        Map<String, Value> noShifts = new LinkedHashMap<>();
        model.layers().forEach(layer -> noShifts.put(layer.shift(), b.fill(0, Shape.of(length, layer.outputs()))));
        Map<String, Value> primal = b.inline(model.tapped(length), noShifts);
        SequencedMap<String, Value> results = new LinkedHashMap<>();
        for (TrackedLayer layer : layers) {
            Value rows = PseudoGradients.extended(b, layer, primal.get(layer.activations()));
            results.put(PseudoGradients.result(layer), b.matmul(rows, true, rows, false));
        }
        return b.build(results);
    }

    private double[] gradientSums() {
        return pseudoGradientSums(layer -> layer.outputs() * layer.outputs(), Map.of(), (b, layer, activations, ds) -> {
            Value rows = b.reshape(ds, ds.shape().size() / layer.outputs(), layer.outputs());
            return b.matmul(rows, true, rows, false);
        });
    }

    /**
     * {@code Λ = E_m[(Q_Sᵀ Dθ_m Q_A)²]} elementwise, {@code Dθ_m = Σ_t Ds_t ā_tᵀ} the whole-sequence pseudo-gradient,
     * summed over tokens before it is squared. Flat over the layers' space.
     *
     * @param bases one for each layer
     */
    public double[] eigenvalues(List<KroneckerBasis> bases) {
        Map<String, Storage> rotations = new LinkedHashMap<>();
        for (int i = 0; i < layers.size(); i++) {
            rotations.put("qa." + layers.get(i).name(), Storage.of(bases.get(i).activationVectors()));
            rotations.put("qs." + layers.get(i).name(), Storage.of(bases.get(i).gradientVectors()));
        }
        return secondMoments(rotations, (b, layer, activations, ds) -> {
            Value qa = b.real("qa." + layer.name(), layer.columns(), layer.columns());
            Value qs = b.real("qs." + layer.name(), layer.outputs(), layer.outputs());
            return b.matmul(b.matmul(ds, qs), true, b.matmul(activations, qa), false);
        });
    }

    /** The diagonal of the Fisher matrix: {@code E_m[Dθ_m²]} elementwise. Flat over the layers' space. */
    public double[] diagonal() {
        return secondMoments(Map.of(), (b, layer, activations, ds) -> b.matmul(ds, true, activations, false));
    }

    private double[] secondMoments(Map<String, Storage> extra, PseudoGradients.Use gradient) {
        double[] moments = pseudoGradientSums(TrackedLayer::size, extra, (b, layer, activations, ds) -> {
            Value whole = gradient.of(b, layer, activations, ds);
            return b.sum(b.multiply(whole, whole), 0, 1);
        });
        Vectors.scale(1.0 / objective.examples().size(), moments);
        return moments;
    }

    private double[] pseudoGradientSums(
            ToIntFunction<TrackedLayer> size, Map<String, Storage> extra,
            PseudoGradients.Use use) {
        PseudoGradients runs = new PseudoGradients(objective, layers, labels, compute, use, extra);
        return ExampleSum.of(objective.examples(), layers.stream().mapToInt(size).sum(), compute.workers(),
                (sum, index, example) -> runs.forEachBatch(index, example, executable -> addResults(executable, sum)));
    }

    private void addResults(Executable executable, double[] sum) {
        int offset = 0;
        for (TrackedLayer layer : layers) {
            double[] result = executable.doubles(PseudoGradients.result(layer));
            for (int i = 0; i < result.length; i++) {
                sum[offset + i] += result[i];
            }
            offset += result.length;
        }
    }
}
