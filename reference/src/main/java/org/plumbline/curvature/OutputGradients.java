package org.plumbline.curvature;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Executable;
import org.plumbline.linalg.SymmetricEigen;
import org.plumbline.model.Example;
import org.plumbline.model.Likelihood;
import org.plumbline.model.Model;
import org.plumbline.model.OutputLayer;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.ElementType;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;
import org.plumbline.random.LabelDraws;

/**
 * Gradients of an example's loss in the model's outputs at the labels of a {@link FisherLabels}, the cotangents that
 * pseudo-gradients start from: batches of {@link #batchSize} arrays {@code [T, C]}. The sum over all of them of
 * {@code (Jᵀu)(Jᵀu)ᵀ} is, in expectation or exactly, the example's Fisher matrix.
 */
final class OutputGradients {
    private static final String ROOT = "root";
    private static final String HESSIAN = "hessian";
    private static final String MEAN = "mean";
    private static final String GRADIENT = "gradient";

    private final FisherLabels labels;
    private final Model model;
    private final Optional<OutputLayer> head;
    private final int classes;
    private final ExampleRuns runs;

    /**
     * @param layers the layers whose pseudo-gradients are wanted
     */
    OutputGradients(Objective objective, List<TrackedLayer> layers, FisherLabels labels, Compute compute) {
        this.labels = labels;
        this.model = objective.model();
        // In expectation there is a cotangent for each class, or for each unit before the output
        // layer if those are fewer.
        this.head = labels instanceof FisherLabels.Expectation ? HiddenOutputs.of(model, layers) : Optional.empty();
        this.classes = head.map(OutputLayer::inputs)
                .orElseGet(() -> model.outputs(1).output(Model.OUTPUTS).shape().dimension(-1));
        this.runs = new ExampleRuns(compute, objective.parameters(), this::program);
    }

    private Program program(int length) {
        ProgramBuilder b = new ProgramBuilder();
        Value outputs = b.inline(model.outputs(length), Map.of()).get(Model.OUTPUTS);
        Value weights = Likelihood.weights(b, outputs);
        // The gradient at any label carries its position's weight, so its second moment carries the square.
        Value squared = b.multiply(weights, weights);
        SequencedMap<String, Value> named = new LinkedHashMap<>();
        switch (labels) {
            case FisherLabels.Sampled _ -> named.put(MEAN, model.likelihood().mean(b, outputs));
            case FisherLabels.Expectation _ when head.isPresent() ->
                    named.put(HESSIAN, model.likelihood().hiddenHessian(
                            b, outputs, squared,
                            b.input(head.get().weight(), ElementType.REAL, model.space().shape(head.get().weight()))));
            case FisherLabels.Expectation _, FisherLabels.RandomSigns _ ->
                    named.put(ROOT, model.likelihood().hessianRoot(b, outputs, squared));
            case FisherLabels.Training _ ->
                    named.put(GRADIENT, model.likelihood().outputGradient(b, outputs, weights));
        }
        return b.build(named);
    }

    /** Number of cotangents in each batch. */
    int batchSize() {
        return switch (labels) {
            case FisherLabels.Sampled sampled -> sampled.draws();
            case FisherLabels.RandomSigns signs -> signs.draws();
            case FisherLabels.Expectation _ -> classes;
            case FisherLabels.Training _ -> 1;
        };
    }

    /** The program output that cotangents belong to: {@link Model#OUTPUTS}, or {@link Model#HIDDEN}. */
    String target() {
        return head.isPresent() ? Model.HIDDEN : Model.OUTPUTS;
    }

    /** Width of that output, {@code C}. */
    int classes() {
        return classes;
    }

    /** What to do with a batch of cotangents. */
    @FunctionalInterface
    interface Use {
        void accept(double[] cotangents);
    }

    /** Calls {@code use} once a batch with the same array {@code [batchSize, T, C]}. */
    void forEachBatch(int index, Example example, Use use) {
        runs.with(example, executable -> {
            executable.run();
            double[] weights = example.reals(Example.WEIGHTS);
            double[] batch = new double[batchSize() * example.length() * classes];
            switch (labels) {
                case FisherLabels.Sampled(long seed, int draws) -> {
                    sample(batch, executable, new Draws(seed, index, example), weights, draws);
                    use.accept(batch);
                }
                case FisherLabels.RandomSigns(long seed, int draws) -> {
                    signs(batch, executable.doubles(ROOT), new Draws(seed, index, example), weights, draws);
                    use.accept(batch);
                }
                case FisherLabels.Expectation _ -> columns(batch,
                        head.isPresent() ? roots(executable.doubles(HESSIAN), weights) : executable.doubles(ROOT),
                        weights, use);
                case FisherLabels.Training _ -> use.accept(executable.doubles(GRADIENT));
            }
        });
    }

    private void sample(double[] batch, Executable executable, Draws draws, double[] weights, int count) {
        double[] mean = executable.doubles(MEAN);
        // Second moments of the batch are summed, so each draw carries 1/√count.
        double scale = 1 / Math.sqrt(count);
        for (int k = 0; k < count; k++) {
            for (int t = 0; t < weights.length; t++) {
                if (weights[t] != 0) {
                    int at = (k * weights.length + t) * classes;
                    model.likelihood().sampleGradient(
                            mean, t * classes, draws.at(k, t), scale * weights[t], batch, at, classes);
                }
            }
        }
    }

    private void signs(double[] batch, double[] root, Draws draws, double[] weights, int count) {
        double scale = 1 / Math.sqrt(count);
        for (int k = 0; k < count; k++) {
            for (int t = 0; t < weights.length; t++) {
                if (weights[t] != 0) {
                    int at = (k * weights.length + t) * classes;
                    RandomGenerator random = draws.at(k, t);
                    for (int c = 0; c < classes; c++) {
                        double sign = random.nextBoolean() ? scale : -scale;
                        for (int j = 0; j < classes; j++) {
                            batch[at + j] += sign * root[(t * classes + c) * classes + j];
                        }
                    }
                }
            }
        }
    }

    /** Square roots of the Hessians of all loss positions, as rows: {@code Σ_c root[t, c] root[t, c]ᵀ = hessian[t]}. */
    private double[] roots(double[] hessians, double[] weights) {
        double[] roots = new double[hessians.length];
        int size = classes * classes;
        for (int t = 0; t < weights.length; t++) {
            if (weights[t] != 0) {
                SymmetricEigen eigen =
                        SymmetricEigen.of(Arrays.copyOfRange(hessians, t * size, (t + 1) * size), classes);
                double[] values = eigen.values();
                double[] vectors = eigen.vectors();
                for (int c = 0; c < classes; c++) {
                    double scale = Math.sqrt(Math.max(0, values[c]));
                    for (int j = 0; j < classes; j++) {
                        roots[t * size + c * classes + j] = scale * vectors[j * classes + c];
                    }
                }
            }
        }
        return roots;
    }

    private void columns(double[] batch, double[] root, double[] weights, Use use) {
        for (int t = 0; t < weights.length; t++) {
            if (weights[t] == 0) {
                continue;
            }
            for (int c = 0; c < classes; c++) {
                int at = (c * weights.length + t) * classes;
                System.arraycopy(root, (t * classes + c) * classes, batch, at, classes);
            }
            use.accept(batch);
            for (int c = 0; c < classes; c++) {
                int at = (c * weights.length + t) * classes;
                Arrays.fill(batch, at, at + classes, 0);
            }
        }
    }

    /** A generator for each draw and position, numbered among the fed ones so that padding does not move it. */
    private record Draws(long seed, int index, Example example) {
        RandomGenerator at(int draw, int position) {
            double[] fed = example.reals(Example.FED);
            int ordinal = 0;
            for (int t = 0; t < position; t++) {
                ordinal += fed[t] != 0 ? 1 : 0;
            }
            return LabelDraws.generator(seed, index, draw, ordinal);
        }
    }
}
