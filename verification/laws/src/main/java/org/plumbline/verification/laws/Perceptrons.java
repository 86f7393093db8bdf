package org.plumbline.verification.laws;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.plumbline.curvature.Objective;
import org.plumbline.model.Example;
import org.plumbline.model.Likelihood;
import org.plumbline.model.Mlp;
import org.plumbline.model.Parameters;
import org.plumbline.program.UnaryFunction;

/**
 * Perceptrons of one to three layers, of unequal widths: deep linear, tanh or ReLU, with and without biases,
 * classifiers and regressions, on one to four sequences of one to four rows.
 */
public class Perceptrons extends Draw {

    /** What a perceptron is drawn from. */
    record Limits(List<Likelihood> likelihoods, List<Optional<UnaryFunction>> nonlinearities, int layers, int width,
            int classes, int sequences, int rows) {}

    private static final Optional<UnaryFunction> TANH = Optional.of(UnaryFunction.TANH);
    private static final Optional<UnaryFunction> RELU = Optional.of(UnaryFunction.RELU);

    Limits limits() {
        return new Limits(List.of(Likelihood.values()), List.of(Optional.empty(), TANH, RELU), 3, 5, 5, 4, 4);
    }

    /** Draws until every layer has curvature: a ReLU network can be dead, of which {@link Dead} takes care. */
    @Override
    Setting draw(long seed, SplittableRandom random) {
        Setting setting = drawOnce(seed, random);
        while (!alive(setting)) {
            setting = drawOnce(seed, random);
        }
        return setting;
    }

    private static boolean alive(Setting setting) {
        return IntStream.range(0, setting.layers().size()).allMatch(layer ->
                Dense.trace(setting.enumeration().activationFactor(layer)) > 0
                        && Dense.trace(setting.enumeration().gradientFactor(layer)) > 0);
    }

    Setting drawOnce(long seed, SplittableRandom random) {
        Limits limits = limits();
        int layers = between(random, 1, limits.layers());
        List<Integer> sizes = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            sizes.add(between(random, 2, limits.width()));
        }
        sizes.add(between(random, 2, limits.classes()));
        Likelihood likelihood = limits.likelihoods().get(random.nextInt(limits.likelihoods().size()));
        Optional<UnaryFunction> nonlinearity =
                limits.nonlinearities().get(random.nextInt(limits.nonlinearities().size()));
        boolean bias = random.nextBoolean();
        Mlp mlp = new Mlp(sizes, nonlinearity, bias, likelihood);
        Parameters parameters = parameters(mlp, random);
        List<Example> examples = new ArrayList<>();
        int sequences = between(random, 1, limits.sequences());
        double[] scales = featureScales(sizes.getFirst(), random);
        for (int m = 0; m < sequences; m++) {
            examples.add(example(mlp, sizes, between(random, 1, limits.rows()), scales, random));
        }
        String name = likelihood + " perceptron " + sizes + (bias ? " with biases, " : ", ")
                + nonlinearity.map(Enum::name).orElse("linear");
        return new Setting(name, seed, new Objective(mlp, parameters, examples), mlp.layers());
    }

    /** Every parameter normal of a deviation between 0.3 and 1: small initial weights would hide what is not linear. */
    private Parameters parameters(Mlp mlp, SplittableRandom random) {
        Map<String, double[]> values = new LinkedHashMap<>();
        mlp.space().shapes().forEach((name, shape) ->
                values.put(
                        name, normal(random, shape.size(), weightScale(random) * (0.3 + 0.7 * random.nextDouble()))));
        return Parameters.ofDoubles(mlp.space(), values);
    }

    static double[] normal(SplittableRandom random, int size, double deviation) {
        double[] values = new double[size];
        Arrays.setAll(values, i -> deviation * random.nextGaussian());
        return values;
    }

    /** What all elements of a parameter are multiplied by. */
    double weightScale(SplittableRandom random) {
        return 1;
    }

    /** What each feature is multiplied by, in all rows. */
    double[] featureScales(int features, SplittableRandom random) {
        double[] ones = new double[features];
        Arrays.fill(ones, 1);
        return ones;
    }

    private Example example(Mlp mlp, List<Integer> sizes, int rows, double[] scales, SplittableRandom random) {
        double[] features = normal(random, rows * sizes.getFirst(), 1);
        for (int i = 0; i < features.length; i++) {
            features[i] *= scales[i % scales.length];
        }
        int outputs = sizes.getLast();
        return switch (mlp.likelihood()) {
            case CATEGORICAL -> Example.ofClasses(features, random.ints(rows, 0, outputs).toArray());
            case GAUSSIAN -> Example.ofTargets(rows, features, normal(random, rows * outputs, 1));
        };
    }

    /** Those without a kink: laws that compare finite steps need derivatives of every order. */
    public static final class Smooth extends Perceptrons {
        @Override
        Limits limits() {
            return new Limits(List.of(Likelihood.values()), List.of(Optional.empty(), TANH), 2, 4, 3, 3, 3);
        }
    }

    /** Classifiers with so few label strings that all can be enumerated: at most {@code 3^3} a sequence. */
    public static final class FewLabels extends Perceptrons {
        @Override
        Limits limits() {
            return new Limits(List.of(Likelihood.CATEGORICAL), List.of(Optional.empty(), TANH, RELU), 3, 4, 3, 3, 3);
        }
    }

    /** Regressions. */
    public static final class Regressions extends Perceptrons {
        @Override
        Limits limits() {
            return new Limits(List.of(Likelihood.GAUSSIAN), List.of(Optional.empty(), TANH, RELU), 3, 5, 4, 4, 4);
        }
    }

    /** A linear layer with {@code ½‖y − s‖²}. */
    public static final class LinearRegressions extends Perceptrons {
        @Override
        Limits limits() {
            return new Limits(List.of(Likelihood.GAUSSIAN), List.of(Optional.empty()), 1, 6, 5, 4, 5);
        }
    }

    /**
     * Features that differ by up to eight orders of magnitude and matrices by up to four: factors of
     * condition {@code 10¹⁶}, singular to double precision, and layers whose curvatures have nothing in
     * common but their damping's rule. Regressions: a softmax of such logits is saturated, and its curvature
     * {@code p (1 − p)} is rounding.
     */
    public static final class ExtremeScales extends Perceptrons {
        @Override
        Limits limits() {
            return new Limits(List.of(Likelihood.GAUSSIAN), List.of(Optional.empty(), TANH, RELU), 3, 5, 4, 4, 4);
        }

        @Override
        double weightScale(SplittableRandom random) {
            return Math.pow(10, random.nextDouble(-2, 2));
        }

        @Override
        double[] featureScales(int features, SplittableRandom random) {
            return random.doubles(features, -4, 4).map(exponent -> Math.pow(10, exponent)).toArray();
        }
    }

    /** ReLU networks whose first layer never fires, so that nothing comes back to it. */
    public static final class Dead extends Perceptrons {
        @Override
        Limits limits() {
            return new Limits(List.of(Likelihood.values()), List.of(RELU), 3, 4, 4, 3, 3);
        }

        @Override
        Setting draw(long seed, SplittableRandom random) {
            Setting setting = drawOnce(seed, random);
            while (setting.layers().size() < 2 || setting.layers().getFirst().bias().isEmpty()) {
                setting = drawOnce(seed, random);
            }
            // Features are normal and weights of order 1: a thousand deviations below zero.
            Arrays.fill(setting.objective().parameters().doubles("layers.0.bias"), -1e4);
            return setting;
        }
    }
}
