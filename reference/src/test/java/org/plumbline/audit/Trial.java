package org.plumbline.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.plumbline.batch.FisherLabels;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.Gradients;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.curvature.Objective;
import org.plumbline.curvature.TokenGradients;
import org.plumbline.engine.Compute;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Workers;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.LayerRole;
import org.plumbline.model.Likelihood;
import org.plumbline.model.Llama;
import org.plumbline.model.LlamaConfig;
import org.plumbline.model.Mlp;
import org.plumbline.model.Model;
import org.plumbline.model.Parameters;
import org.plumbline.model.RandomDecoders;
import org.plumbline.model.RotaryEmbedding;
import org.plumbline.model.RotaryScaling;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.ActivationFunction;
import org.plumbline.program.UnaryFunction;

/**
 * A random model with data, as an implementation would be given it: what it computes is computed here by the library's
 * own passes, from examples, and not by the auditor's rows.
 */
final class Trial {
    static final Compute COMPUTE = new Compute(LoweredEngine.scalar(), Workers.serial());
    static final int SEQUENCES = 14;

    final Architecture architecture;
    final SplittableRandom random;
    final boolean lastFed;
    final int context;
    final Objective objective;
    final List<Example> queries;
    final List<TrackedLayer> layers;
    final BlockSpace space;

    /** Architectures of the trials. */
    enum Architecture { PERCEPTRON, GPT2, LLAMA }

    private Trial(
            Architecture architecture, SplittableRandom random, Model model, Parameters parameters, int context,
            List<Example> examples, List<Example> queries) {
        this.architecture = architecture;
        this.random = random;
        this.lastFed = architecture != Architecture.PERCEPTRON;
        this.context = context;
        this.objective = new Objective(model, parameters, examples);
        this.queries = queries;
        this.layers = model.layers().stream().filter(layer -> layer.role() == LayerRole.MLP).toList();
        this.space = BlockSpace.ofLayers(layers);
    }

    static Trial of(Architecture architecture, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return switch (architecture) {
            case PERCEPTRON -> perceptron(random);
            case GPT2 -> {
                Gpt2 model = new Gpt2(new Gpt2Config(9, 10, 2 * between(random, 2, 3), 1, 2, between(random, 5, 7),
                        random.nextBoolean(), 1e-5));
                yield decoder(architecture, random, model, 9);
            }
            case LLAMA -> {
                RotaryEmbedding rotary = new RotaryEmbedding(2, 100, new RotaryScaling.None());
                Llama model = new Llama(new LlamaConfig(LlamaConfig.Family.LLAMA, 9, 10, between(random, 4, 6), 1, 2, 1,
                        2, between(random, 5, 7), ActivationFunction.SILU, rotary, false, true, random.nextBoolean(),
                        1e-5));
                yield decoder(architecture, random, model, 9);
            }
        };
    }

    private static Trial perceptron(SplittableRandom random) {
        int features = between(random, 3, 5);
        int classes = between(random, 3, 4);
        Mlp model = new Mlp(List.of(features, between(random, 4, 6), classes), Optional.of(UnaryFunction.TANH), true,
                Likelihood.CATEGORICAL);
        List<Example> examples = new ArrayList<>();
        for (int m = 0; m < SEQUENCES + 3; m++) {
            int rows = length(m, 3, 6);
            double[] x = new double[rows * features];
            Arrays.setAll(x, i -> random.nextGaussian());
            examples.add(Example.ofClasses(x, random.ints(rows, 0, classes).toArray()));
        }
        return new Trial(Architecture.PERCEPTRON, random, model, RandomDecoders.parameters(model, random), 0,
                examples.subList(0, SEQUENCES), examples.subList(SEQUENCES, examples.size()));
    }

    private static Trial decoder(Architecture architecture, SplittableRandom random, Model model, int vocabulary) {
        List<Example> examples = new ArrayList<>();
        for (int m = 0; m < SEQUENCES + 3; m++) {
            examples.add(AuditedModel.example(random.ints(length(m, 4, 8), 0, vocabulary).toArray()));
        }
        return new Trial(architecture, random, model, RandomDecoders.parameters(model, random), 10,
                examples.subList(0, SEQUENCES), examples.subList(SEQUENCES, examples.size()));
    }

    /** Few lengths, so that few programs are compiled. */
    private static int length(int m, int shorter, int longer) {
        return m % 3 == 0 ? shorter : longer;
    }

    private static int between(SplittableRandom random, int least, int most) {
        return random.nextInt(least, most + 1);
    }

    AuditedModel audited() {
        return new AuditedModel(objective, lastFed, context, 1, COMPUTE);
    }

    List<Example> examples() {
        return objective.examples();
    }

    int longest() {
        return examples().stream().mapToInt(Example::length).max().orElseThrow();
    }

    List<KroneckerFactors> factors(List<Example> examples, FisherLabels labels) {
        return new FactorFit(objective.on(examples), layers, labels, COMPUTE).factors();
    }

    double[] moments(List<Example> examples, FisherLabels labels, List<KroneckerBasis> bases) {
        return new FactorFit(objective.on(examples), layers, labels, COMPUTE).eigenvalues(bases);
    }

    double[][] gradients(List<Example> examples) {
        return new Gradients(objective.on(examples), space, COMPUTE).of(examples);
    }

    /** {@code [sequence][position]}. */
    double[][][] tokenGradients() {
        TokenGradients gradients = new TokenGradients(objective, layers, COMPUTE);
        return examples().stream().map(gradients::of).toArray(double[][][]::new);
    }

    /** All sequences padded to the longest, padding fed, with or without loss. */
    List<Example> padded(boolean loss) {
        return examples().stream().map(example -> {
            Example padded = example.padRight(longest());
            Map<String, int[]> indices = new LinkedHashMap<>();
            Map<String, double[]> reals = new LinkedHashMap<>();
            double[] ones = new double[longest()];
            Arrays.fill(ones, 1);
            reals.put(Example.FED, ones);
            double[] weights = padded.reals(Example.WEIGHTS);
            Arrays.fill(weights, example.length(), longest(), loss ? 1 : 0);
            reals.put(Example.WEIGHTS, weights);
            indices.put(Example.LABELS, padded.indices(Example.LABELS));
            if (lastFed) {
                indices.put(Example.TOKENS, padded.indices(Example.TOKENS));
                indices.put(Example.POSITIONS, IntStream.range(0, longest()).toArray());
            } else {
                reals.put(Example.FEATURES, padded.reals(Example.FEATURES));
            }
            return new Example(longest(), indices, reals);
        }).toList();
    }

    /** The first token twice. */
    List<Example> doubled(List<Example> examples) {
        return examples.stream().map(example -> {
            int[] tokens = Arrays.copyOf(example.indices(Example.TOKENS), example.length());
            int[] longer = new int[tokens.length + 1];
            System.arraycopy(tokens, 0, longer, 1, tokens.length);
            longer[0] = tokens[0];
            return AuditedModel.example(longer);
        }).toList();
    }

    /** The loss a mean over each sequence's tokens. */
    List<Example> means() {
        return examples().stream().map(example -> example.withWeights(Arrays.stream(example.reals(Example.WEIGHTS))
                .map(weight -> weight / example.lossPositions()).toArray())).toList();
    }
}
