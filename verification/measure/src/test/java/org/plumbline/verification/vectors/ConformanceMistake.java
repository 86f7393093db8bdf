package org.plumbline.verification.vectors;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.ExactCurvature;
import org.plumbline.curvature.Gradients;
import org.plumbline.curvature.Objective;
import org.plumbline.curvature.ParameterBlock;
import org.plumbline.engine.Compute;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Workers;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.Parameters;
import org.plumbline.model.TrackedLayer;
import org.plumbline.verification.laws.LabelEnumeration;

/**
 * What an implementation does wrong in a corner, and which tensors of the case show it.
 *
 * @param description what is wrong
 * @param implementation the tensors that are computed in another way, by name, from the problem of the case
 * @param shown tensors that must differ; {@code A.l} stands for those of all layers
 */
record ConformanceMistake(
        ConformanceCase which, String description, Implementation implementation, List<String> shown) {
    static final Compute COMPUTE = new Compute(LoweredEngine.scalar(), Workers.serial());

    /** An implementation with a mistake. */
    @FunctionalInterface
    interface Implementation {
        Map<String, double[]> tensors(ConformanceProblem problem);
    }

    static List<ConformanceMistake> all() {
        return List.of(
                new ConformanceMistake(ConformanceCase.NO_BIAS, "a bias assumed: the last of `a` is 1",
                        ConformanceMistake::biasAssumed, List.of("A.l")),
                new ConformanceMistake(ConformanceCase.TIED_HEAD, "the tied parameter's gradient from the head alone",
                        ConformanceMistake::headAlone, List.of("gradients.train", "gradients.query")),
                new ConformanceMistake(ConformanceCase.TIED_HEAD, "its two uses squared before they are summed",
                        ConformanceMistake::usesApart, List.of("gauss_newton")),
                onData(ConformanceCase.LEFT_PADDING, "positions numbered from the start of the row, padding included",
                        ConformanceMistake::numberedByRow, "train.loss", "A.l"),
                onData(ConformanceCase.LEFT_PADDING, "padding read by attention",
                        example -> masked(example, ones(example.length()), example.reals(Example.WEIGHTS)),
                        "train.loss", "A.l", "mean_length"),
                onData(ConformanceCase.LEFT_PADDING, "padding looked for on the right", ConformanceMistake::mirrored,
                        "train.loss", "gauss_newton", "A.l"),
                new ConformanceMistake(ConformanceCase.LEFT_PADDING, "padding counted in `A`, `S` and `n̄`",
                        problem -> perPosition(problem, Example::length), List.of("A.l", "S.l", "mean_length")),
                onData(ConformanceCase.MASKS, "loss at all fed positions", example ->
                        masked(example, example.reals(Example.FED), example.reals(Example.FED)),
                        "train.loss", "gauss_newton", "S.l"),
                onData(ConformanceCase.MASKS, "the mask of the loss taken for that of attention",
                        ConformanceMistake::fedWhereLoss, "train.loss", "A.l", "mean_length"),
                onData(ConformanceCase.MASKS, "masked at the end alone: what is skipped in the middle is read",
                        ConformanceMistake::filled, "train.loss", "A.l", "mean_length"),
                onData(ConformanceCase.MASKS, "positions numbered from the start of the row, what is skipped included",
                        ConformanceMistake::numberedByRow, "train.loss", "A.l"),
                new ConformanceMistake(ConformanceCase.MASKS, "`S` and `n̄` over positions with loss",
                        problem -> perPosition(problem, Example::lossPositions), List.of("S.l", "mean_length")),
                new ConformanceMistake(ConformanceCase.MASKS, "sequences without loss left out",
                        ConformanceMistake::onlyWithLoss,
                        List.of("A.l", "S.l", "Lambda.l", "gauss_newton", "mean_length")),
                new ConformanceMistake(ConformanceCase.ONE_POSITION, "a mean over `T − 1` positions",
                        problem -> scaled(problem, Double.POSITIVE_INFINITY, "train.loss"), List.of("train.loss")),
                new ConformanceMistake(ConformanceCase.ONE_POSITION, "the last position dropped: no loss is left",
                        problem -> scaled(problem, 0, "train.loss", "gradients.train", "gauss_newton"),
                        List.of("train.loss", "gradients.train", "gauss_newton")),
                new ConformanceMistake(ConformanceCase.ONE_POSITION, "sequences without loss left out",
                        ConformanceMistake::onlyWithLoss, List.of("A.l", "S.l", "Lambda.l", "gauss_newton")));
    }

    /** A mistake in the sequences: everything follows from others. */
    private static ConformanceMistake onData(
            ConformanceCase which, String description, UnaryOperator<Example> change, String... shown) {
        return new ConformanceMistake(which, description,
                problem -> tensors(problem.on(problem.training().stream().map(change).toList(),
                        problem.queries().stream().map(change).toList())),
                List.of(shown));
    }

    private static Map<String, double[]> tensors(ConformanceProblem problem) {
        Map<String, double[]> tensors = new LinkedHashMap<>();
        ConformanceVectors.of(problem, COMPUTE).forEach(tensor -> tensors.put(tensor.name(), tensor.values()));
        return tensors;
    }

    /** The names of the tensors that must differ, those of layers spelled out. */
    List<String> names(ConformanceProblem problem) {
        return shown.stream()
                .flatMap(name -> name.endsWith(".l")
                        ? problem.layers().stream().map(layer -> name.substring(0, name.length() - 1) + layer.name())
                        : Stream.of(name))
                .toList();
    }

    private static Map<String, double[]> biasAssumed(ConformanceProblem problem) {
        Map<String, double[]> factors = new LinkedHashMap<>();
        LabelEnumeration enumeration = new LabelEnumeration(problem.objective(), problem.layers());
        for (int i = 0; i < problem.layers().size(); i++) {
            TrackedLayer layer = problem.layers().get(i);
            int n = layer.columns();
            double[] a = enumeration.activationFactor(i);
            double[] mean = enumeration.meanActivation(i);
            mean[n - 1] = 1;
            for (int j = 0; j < n; j++) {
                a[j * n + n - 1] = mean[j];
                a[(n - 1) * n + j] = mean[j];
            }
            factors.put("A." + layer.name(), a);
        }
        return factors;
    }

    /** The same model with two parameters in place of the tied one. */
    private static ConformanceProblem untied(ConformanceProblem problem) {
        Gpt2Config c = ((Gpt2) problem.model()).config();
        Gpt2 twin = new Gpt2(new Gpt2Config(
                c.vocabulary(), c.context(), c.width(), c.layers(), c.heads(), c.hidden(), false, c.epsilon()));
        String head = twin.outputLayer().orElseThrow().weight();
        Map<String, double[]> values = new LinkedHashMap<>();
        twin.space().shapes().keySet().forEach(name -> values.put(
                name, problem.parameters().doubles(name.equals(head) ? tied(problem).weight() : name)));
        return new ConformanceProblem(twin, Parameters.ofDoubles(twin.space(), values), problem.training(),
                problem.queries(), twin.mlpLayers(), List.of());
    }

    private static ParameterBlock tied(ConformanceProblem problem) {
        return problem.others().getFirst();
    }

    private static Map<String, double[]> headAlone(ConformanceProblem problem) {
        ConformanceProblem untied = untied(problem);
        ConformanceProblem head = untied.with(untied.model().outputLayer().orElseThrow().weight());
        Gradients gradients = new Gradients(head.objective(), head.space(), COMPUTE);
        double[] queries = flat(gradients.ofLogLikelihood(head.queries()));
        return Map.of("gradients.train", flat(gradients.ofObjective()), "gradients.query", queries);
    }

    /** The block of the tied parameter without what couples its uses. */
    private static Map<String, double[]> usesApart(ConformanceProblem problem) {
        double[] g = tensors(problem).get("gauss_newton");
        Objective untied = untied(problem).objective();
        BlockSpace space = problem.space();
        int n = space.dimension();
        int from = space.offset(problem.layers().size());
        int size = n - from;
        double[] sum = new double[size * size];
        for (String use : List.of(tied(problem).weight(), untied.model().outputLayer().orElseThrow().weight())) {
            BlockSpace one = new BlockSpace(List.of(ParameterBlock.of(untied.model().space(), use)));
            Vectors.axpy(1, DenseCurvature.of(
                    ExactCurvature.gaussNewton(untied, one, COMPUTE), COMPUTE).matrix(), sum);
        }
        for (int i = 0; i < size; i++) {
            System.arraycopy(sum, i * size, g, (from + i) * n + from, size);
        }
        return Map.of("gauss_newton", g);
    }

    private static double[] flat(double[][] rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }

    /** The sequence with other masks, what position has which number unchanged. */
    private static Example masked(Example example, double[] fed, double[] weights) {
        return rebuilt(example, example.indices(Example.POSITIONS), fed, weights);
    }

    private static Example rebuilt(Example example, int[] positions, double[] fed, double[] weights) {
        return new Example(example.length(),
                Map.of(Example.TOKENS, example.indices(Example.TOKENS), Example.POSITIONS, positions,
                        Example.LABELS, example.indices(Example.LABELS)),
                Map.of(Example.FED, fed, Example.WEIGHTS, weights));
    }

    private static double[] ones(int n) {
        double[] ones = new double[n];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static Example numberedByRow(Example example) {
        int[] positions = new int[example.length()];
        Arrays.setAll(positions, t -> t);
        return rebuilt(example, positions, example.reals(Example.FED), example.reals(Example.WEIGHTS));
    }

    /** As many positions are fed, and as many bear loss, at the start of the row. */
    private static Example mirrored(Example example) {
        double[] fed = new double[example.length()];
        double[] weights = new double[example.length()];
        int n = example.fedPositions();
        Arrays.fill(fed, 0, n, 1);
        Arrays.fill(weights, n - example.lossPositions(), n, 1);
        int[] positions = new int[example.length()];
        Arrays.setAll(positions, t -> t < n ? t : 0);
        return rebuilt(example, positions, fed, weights);
    }

    /** A sequence without loss stays as it is. */
    private static Example fedWhereLoss(Example example) {
        double[] weights = example.reals(Example.WEIGHTS);
        return example.lossPositions() == 0 ? example : masked(example, weights, weights);
    }

    /** All positions between the first fed one and the last are fed. */
    private static Example filled(Example example) {
        double[] fed = example.reals(Example.FED);
        int first = 0;
        int last = fed.length - 1;
        while (fed[first] == 0) {
            first++;
        }
        while (fed[last] == 0) {
            last--;
        }
        Arrays.fill(fed, first, last + 1, 1);
        return masked(example, fed, example.reals(Example.WEIGHTS));
    }

    /** How many positions a mean is over. */
    @FunctionalInterface
    private interface Positions {
        int of(Example example);
    }

    /** Right sums over positions, divided by another number of them; {@code A} is right where that is fewer. */
    private static Map<String, double[]> perPosition(ConformanceProblem problem, Positions positions) {
        Map<String, double[]> right = tensors(problem);
        double fed = problem.training().stream().mapToInt(Example::fedPositions).sum();
        double counted = problem.training().stream().mapToInt(positions::of).sum();
        Map<String, double[]> wrong = new LinkedHashMap<>();
        right.forEach((name, values) -> {
            if (name.startsWith("S.") || name.startsWith("A.") && counted > fed) {
                Vectors.scale(fed / counted, values);
                wrong.put(name, values);
            }
        });
        wrong.put("mean_length", new double[] {counted / problem.training().size()});
        return wrong;
    }

    /** What is of the same shape although there are fewer sequences. */
    private static Map<String, double[]> onlyWithLoss(ConformanceProblem problem) {
        Map<String, double[]> wrong = tensors(problem.on(
                problem.training().stream().filter(example -> example.lossPositions() > 0).toList(),
                problem.queries()));
        List<String> perSequence = new ArrayList<>(wrong.keySet());
        perSequence.removeIf(name -> !name.startsWith("scores.")
                && !List.of("train.loss", "gradients.train", "self.ekfac").contains(name));
        perSequence.forEach(wrong::remove);
        return wrong;
    }

    private static Map<String, double[]> scaled(ConformanceProblem problem, double factor, String... names) {
        Map<String, double[]> right = tensors(problem);
        Map<String, double[]> wrong = new LinkedHashMap<>();
        for (String name : names) {
            Vectors.scale(factor, right.get(name));
            wrong.put(name, right.get(name));
        }
        return wrong;
    }

    @Override
    public String toString() {
        return which.folder() + ": " + description;
    }
}
