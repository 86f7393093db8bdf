package org.plumbline.verification.laws;

import static org.plumbline.verification.laws.Dense.assertWithin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.DecompositionSolver;
import org.apache.commons.math3.linear.LUDecomposition;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.curvature.Objective;
import org.plumbline.linalg.SymmetricEigen;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Decoder;
import org.plumbline.model.Example;
import org.plumbline.model.Likelihood;
import org.plumbline.model.Mlp;
import org.plumbline.model.Model;
import org.plumbline.model.Normalization;
import org.plumbline.model.Parameters;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.UnaryFunction;

/**
 * The same function in other coordinates has the same influence: EK-FAC in any orthogonal ones, K-FAC without
 * damping in any affine ones.
 *
 * <p>EK-FAC's eigenbasis, and so its scores, is determined by the factors only where their eigenvalues are simple: see
 * {@link Separated}.
 */
class ReparametrizationLawsTest {
    /** Largest condition number of the factors of an undamped K-FAC. */
    private static final double WORST_CONDITION = 100;

    private final Subject subject = Subject.library();

    /**
     * A rotation of the residual stream. RMSNorm of unit gain commutes with any, LayerNorm with those that leave the
     * vector of ones where it is.
     */
    @Property(tries = 20)
    @Tag("law-32")
    void ekfacScoresDoNotChangeWhenTheResidualStreamIsRotated(
            @ForAll(supplier = Separated.OfUnitGains.class) Setting setting) {
        Decoder model = (Decoder) setting.model();
        int d = model.space().shape(ResidualStream.embeddings(model).getFirst()).dimension(1);
        double[] r = rotation(setting.random("rotation"), d,
                model.architecture().lastNorm().kind() == Normalization.Kind.LAYER);
        Setting rotated = setting.with(parameters(setting, name -> rotated(setting, name, r, d)));
        assertSameScores(setting, rotated);
    }

    private static double[] rotated(Setting setting, String name, double[] r, int d) {
        Decoder model = (Decoder) setting.model();
        double[] values = setting.objective().parameters().doubles(name);
        Optional<TrackedLayer> layer = model.layers().stream()
                .filter(candidate -> candidate.weight().equals(name)
                        || candidate.bias().filter(name::equals).isPresent())
                .findFirst();
        if (layer.isPresent() && ResidualStream.writes(model, layer.get())) {
            // W becomes R W, and b becomes R b.
            return Dense.multiply(r, values, d);
        }
        if (layer.isPresent() && layer.get().weight().equals(name) || ResidualStream.embeddings(model).contains(name)) {
            // What reads R x instead of x becomes W Rᵀ; a row e of a table becomes R e, which is the same.
            return Dense.multiply(values, Dense.transpose(r, d, d), d);
        }
        boolean normBias = layer.isEmpty() && name.endsWith(".bias");
        return normBias ? Dense.multiply(r, values, d) : values.clone();
    }

    /** A random orthogonal matrix, perhaps with {@code R 1 = 1}: the eigenvectors of a random symmetric one, mixed. */
    private static double[] rotation(SplittableRandom random, int n, boolean keepsOnes) {
        double[] symmetric = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                symmetric[i * n + j] = symmetric[j * n + i] = random.nextGaussian();
            }
        }
        if (keepsOnes) {
            double[] center = new double[n * n];
            Arrays.setAll(center, i -> (i / n == i % n ? 1 : 0) - 1.0 / n);
            symmetric = Dense.multiply(Dense.multiply(center, symmetric, n), center, n);
            // An eigenvalue of its own keeps the vector of ones apart from the rest.
            for (int i = 0; i < symmetric.length; i++) {
                symmetric[i] += 100.0 / n;
            }
        }
        double[] q = SymmetricEigen.of(symmetric, n).vectors();
        // Q diag(±1) Qᵀ would be symmetric: rotate pairs of eigenvectors instead. The last one belongs to the ones.
        double[] turned = q.clone();
        int free = keepsOnes ? n - 1 : n;
        for (int pair = 0; pair + 1 < free; pair += 2) {
            double angle = 0.5 + 2 * random.nextDouble();
            for (int i = 0; i < n; i++) {
                double a = q[i * n + pair];
                double b = q[i * n + pair + 1];
                turned[i * n + pair] = Math.cos(angle) * a - Math.sin(angle) * b;
                turned[i * n + pair + 1] = Math.sin(angle) * a + Math.cos(angle) * b;
            }
        }
        return Dense.multiply(turned, Dense.transpose(q, n, n), n);
    }

    /** Hidden units in another order: gate, up and down together. */
    @Property(tries = 20)
    @Tag("law-33")
    void scoresDoNotChangeWhenHiddenUnitsArePermuted(@ForAll(supplier = Separated.OfDecoders.class) Setting setting) {
        int hidden = hidden(setting);
        int[] order = permutation(setting.random("order"), hidden);
        assertSameScores(setting, setting.with(parameters(setting, name -> units(setting, name, order, _ -> 1))));
    }

    /** What a gate multiplies may change its sign, where what reads the product does too. */
    @Property(tries = 20)
    @Tag("law-33")
    void scoresDoNotChangeWhenSignsOfGatedUnitsDo(@ForAll(supplier = Separated.OfGated.class) Setting setting) {
        int[] order = IntStream.range(0, hidden(setting)).toArray();
        assertSameScores(setting, setting.with(parameters(setting, name ->
                name.contains("gate_proj")
                        ? setting.objective().parameters().doubles(name).clone()
                        : units(setting, name, order, unit -> unit % 2 == 0 ? -1 : 1))));
    }

    /** A perceptron's hidden units in another order and, the activation being odd, with other signs. */
    @Property(tries = 20)
    @Tag("law-33")
    void scoresOfPerceptronsDoNotChangeEither(@ForAll(supplier = Separated.OfPerceptrons.class) Setting setting) {
        TrackedLayer first = setting.layers().getFirst();
        TrackedLayer second = setting.layers().get(1);
        int[] order = permutation(setting.random("order"), first.outputs());
        Function<Integer, Integer> sign = unit -> unit % 2 == 0 ? -1 : 1;
        assertSameScores(setting, setting.with(parameters(setting, name -> {
            double[] values = setting.objective().parameters().doubles(name);
            if (name.equals(first.weight()) || first.bias().filter(name::equals).isPresent()) {
                return rows(values, order, sign);
            }
            return name.equals(second.weight()) ? columns(values, order, sign) : values.clone();
        })));
    }

    /** Hidden units: what the last layer of the MLP reads. A joint projection makes gates and values, two of each. */
    private static int hidden(Setting setting) {
        return setting.model().mlpLayers().getLast().inputs();
    }

    private static double[] units(Setting setting, String name, int[] order, Function<Integer, Integer> sign) {
        double[] values = setting.objective().parameters().doubles(name);
        for (TrackedLayer layer : setting.model().mlpLayers()) {
            boolean writes = ResidualStream.writes(setting.model(), layer);
            if (layer.weight().equals(name)) {
                return writes ? columns(values, order, sign) : rows(values, layer.outputs(), order, sign);
            }
            if (layer.bias().filter(name::equals).isPresent()) {
                return writes ? values.clone() : rows(values, layer.outputs(), order, sign);
            }
        }
        return values.clone();
    }

    private static double[] rows(double[] matrix, int[] order, Function<Integer, Integer> sign) {
        return rows(matrix, order.length, order, sign);
    }

    /**
     * Rows of each section in another order. Only the last section, which gates multiply where there are two, may
     * change its sign.
     */
    private static double[] rows(double[] matrix, int outputs, int[] order, Function<Integer, Integer> sign) {
        int units = order.length;
        int width = matrix.length / outputs;
        double[] changed = new double[matrix.length];
        Arrays.setAll(changed, i -> {
            int row = i / width;
            int unit = row % units;
            boolean last = row >= outputs - units;
            return (last ? sign.apply(unit) : 1) * matrix[(row - unit + order[unit]) * width + i % width];
        });
        return changed;
    }

    private static double[] columns(double[] matrix, int[] order, Function<Integer, Integer> sign) {
        int width = order.length;
        double[] changed = new double[matrix.length];
        Arrays.setAll(changed, i -> sign.apply(i % width) * matrix[i / width * width + order[i % width]]);
        return changed;
    }

    private static int[] permutation(SplittableRandom random, int n) {
        int[] order = IntStream.range(0, n).toArray();
        for (int i = n - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int kept = order[i];
            order[i] = order[j];
            order[j] = kept;
        }
        return order;
    }

    /**
     * Inputs {@code B x + c} for {@code x}, read by {@code W B⁻¹} and {@code b − W B⁻¹ c}: K-FAC without damping, on
     * perceptrons for whose layers both factors are invertible.
     */
    @Property(tries = 20)
    @Tag("law-32")
    void undampedKfacScoresDoNotChangeInAnyAffineCoordinates(@ForAll(supplier = Seeds.class) long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Setting setting = perceptron(seed, random);
        Setting mapped = affine(setting, random);
        while (Math.max(condition(setting), condition(mapped)) > WORST_CONDITION) {
            setting = perceptron(seed, random);
            mapped = affine(setting, random);
        }
        double[] expected = undampedScores(setting);
        // Two inverses, of A and of S.
        assertWithin("scores", expected, undampedScores(mapped),
                Rounding.SAME * WORST_CONDITION * WORST_CONDITION * Vectors.norm(expected));
    }

    private static Setting perceptron(long seed, SplittableRandom random) {
        int hidden = random.nextInt(2, 4);
        int inputs = random.nextInt(2, 4);
        Mlp model = new Mlp(List.of(inputs, hidden, random.nextInt(hidden, 4)), Optional.of(UnaryFunction.TANH), true,
                Likelihood.GAUSSIAN);
        Map<String, double[]> values = new LinkedHashMap<>();
        model.space().shapes().forEach((name, shape) ->
                values.put(name, Perceptrons.normal(random, shape.size(), 0.7)));
        List<Example> examples = new ArrayList<>();
        for (int m = 0; m < 4; m++) {
            examples.add(Example.ofTargets(4, Perceptrons.normal(random, 4 * inputs, 1),
                    Perceptrons.normal(random, 4 * model.layers().getLast().outputs(), 1)));
        }
        return new Setting("perceptron " + model.space().shapes(), seed,
                new Objective(model, Parameters.ofDoubles(model.space(), values), examples), model.layers());
    }

    /** The setting with its inputs mapped by a random {@code B}, near the identity, and {@code c}. */
    private static Setting affine(Setting setting, SplittableRandom random) {
        int inputs = setting.layers().getFirst().inputs();
        double[] b = Dense.damped(Perceptrons.normal(random, inputs * inputs, 0.3), 1);
        double[] c = Perceptrons.normal(random, inputs, 1);
        double[] bias = setting.objective().parameters().doubles("layers.0.bias");
        // The solution of a linear system for each row of W: (W B⁻¹) B = W.
        double[] weight = solve(b, setting.objective().parameters().doubles("layers.0.weight"), inputs);
        return setting.with(parameters(setting, name -> switch (name) {
            case "layers.0.weight" -> weight;
            case "layers.0.bias" -> Dense.plus(bias, -1, Dense.multiply(weight, c, inputs));
            default -> setting.objective().parameters().doubles(name).clone();
        })).on(setting.examples().stream().map(example -> mapped(example, b, c)).toList());
    }

    private static double[] solve(double[] b, double[] rows, int n) {
        DecompositionSolver solver = new LUDecomposition(new Array2DRowRealMatrix(square(Dense.transpose(b, n, n), n)))
                .getSolver();
        double[] solved = new double[rows.length];
        for (int from = 0; from < rows.length; from += n) {
            double[] row = solver.solve(new ArrayRealVector(Arrays.copyOfRange(rows, from, from + n))).toArray();
            System.arraycopy(row, 0, solved, from, n);
        }
        return solved;
    }

    private static double[][] square(double[] flat, int n) {
        return IntStream.range(0, n)
                .mapToObj(i -> Arrays.copyOfRange(flat, i * n, (i + 1) * n))
                .toArray(double[][]::new);
    }

    private static Example mapped(Example example, double[] b, double[] c) {
        double[] features = Dense.multiply(
                example.reals(Example.FEATURES), Dense.transpose(b, c.length, c.length), c.length);
        for (int i = 0; i < features.length; i++) {
            features[i] += c[i % c.length];
        }
        return Example.ofTargets(example.length(), features, example.reals(Example.TARGETS));
    }

    private double[] undampedScores(Setting setting) {
        return InfluenceLawsTest.flat(subject.scores(setting.objective(), setting.layers(),
                subject.kfac(setting.objective(), setting.layers()), Damping.absolute(setting.space(), 0),
                setting.examples(), setting.examples()));
    }

    private double condition(Setting setting) {
        double worst = 1;
        for (KroneckerFactors factors : subject.factors(setting.objective(), setting.layers())) {
            for (double[] factor : List.of(factors.activation(), factors.gradient())) {
                double[] eigenvalues = Dense.eigenvalues(factor);
                worst = Math.max(worst, eigenvalues[eigenvalues.length - 1] / Math.max(eigenvalues[0], 1e-300));
            }
        }
        return worst;
    }

    private static Parameters parameters(Setting setting, Function<String, double[]> values) {
        Model model = setting.model();
        Map<String, double[]> all = new LinkedHashMap<>();
        model.space().shapes().keySet().forEach(name -> all.put(name, values.apply(name)));
        return Parameters.ofDoubles(model.space(), all);
    }

    /**
     * EK-FAC with relative damping. An eigenvector's error is that of its factor over the gap, and enters a score times
     * gradients and inverse damping. The factor's is that of some {@code 10⁵} operations: of the model's {@code 10⁴},
     * and of sums over positions and classes.
     */
    private void assertSameScores(Setting setting, Setting other) {
        double[] expected = scores(setting);
        double norm = Arrays.stream(setting.gradients()).mapToDouble(Vectors::norm).max().orElseThrow();
        KroneckerCurvature ekfac = subject.ekfac(setting.objective(), setting.layers());
        double damping = subject.damping(ekfac, DampedSystem.FACTOR).smallest();
        assertWithin("scores", expected, scores(other), Rounding.of(1e5, norm * norm / damping) / Separated.GAP);
    }

    private double[] scores(Setting setting) {
        KroneckerCurvature ekfac = subject.ekfac(setting.objective(), setting.layers());
        return InfluenceLawsTest.flat(subject.scores(setting.objective(), setting.layers(), ekfac,
                subject.damping(ekfac, DampedSystem.FACTOR), setting.examples(), setting.examples()));
    }
}
