package org.plumbline.curvature;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.plumbline.engine.Executable;
import org.plumbline.model.Example;
import org.plumbline.model.Likelihood;
import org.plumbline.model.Model;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;

/**
 * Gradients of an example's loss in the model's outputs at the labels of a {@link FisherLabels}, the cotangents that
 * pseudo-gradients start from: batches of {@link #batchSize} arrays {@code [T, C]}. The sum over all of them of
 * {@code (Jᵀu)(Jᵀu)ᵀ} is, in expectation or exactly, the example's Fisher matrix.
 */
final class OutputGradients {
    private static final String ROOT = "root";
    private static final String MEAN = "mean";
    private static final String GRADIENT = "gradient";

    private final FisherLabels labels;
    private final Model model;
    private final int classes;
    private final ExampleRuns runs;

    OutputGradients(Objective objective, FisherLabels labels, Compute compute) {
        this.labels = labels;
        this.model = objective.model();
        this.classes = model.outputs(1).output(Model.OUTPUTS).shape().dimension(-1);
        this.runs = new ExampleRuns(compute, objective.parameters(), this::program);
    }

    private Program program(int length) {
        ProgramBuilder b = new ProgramBuilder();
        Value outputs = b.inline(model.outputs(length), Map.of()).get(Model.OUTPUTS);
        Value weights = Likelihood.weights(b, outputs);
        SequencedMap<String, Value> named = new LinkedHashMap<>();
        switch (labels) {
            case FisherLabels.Sampled _ -> named.put(MEAN, model.likelihood().mean(b, outputs));
            // The gradient at any label carries its position's weight, so its second moment carries the square.
            case FisherLabels.Expectation _, FisherLabels.RandomSigns _ ->
                    named.put(ROOT, model.likelihood().hessianRoot(b, outputs, b.multiply(weights, weights)));
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

    /** Number of output classes, {@code C}. */
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
                case FisherLabels.Expectation _ -> columns(batch, executable.doubles(ROOT), weights, use);
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
            // Mixing the key in steps keeps neighbouring keys from giving neighbouring generators.
            long key = new SplittableRandom(seed).nextLong() + index;
            key = new SplittableRandom(key).nextLong() + draw;
            key = new SplittableRandom(key).nextLong() + ordinal;
            return new SplittableRandom(key);
        }
    }
}
