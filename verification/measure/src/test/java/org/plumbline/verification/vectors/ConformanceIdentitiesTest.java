package org.plumbline.verification.vectors;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.verification.laws.Dense.assertClose;
import static org.plumbline.verification.laws.Dense.assertWithin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Gradients;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Executable;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.linalg.VecKronecker;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Model;
import org.plumbline.model.Parameters;
import org.plumbline.verification.laws.CentralDifferences;
import org.plumbline.verification.laws.Dense;
import org.plumbline.verification.laws.LabelEnumeration;

/** The tensors of every case satisfy their definitions, from the forward pass on. */
class ConformanceIdentitiesTest {
    private static final Compute COMPUTE = new Compute(LoweredEngine.scalar(), Workers.serial());
    private static final Map<ConformanceCase, Computed> COMPUTED = new ConcurrentHashMap<>();

    /**
     * Two routes to one quantity, of at most some {@code 10⁴} dependent operations each, whose intermediate results
     * exceed it by at most some {@code 10³}.
     */
    private static final double SAME = 1e-9;

    /** A case with its tensors by name. */
    private record Computed(ConformanceProblem problem, Map<String, ConformanceTensor> tensors) {
        static Computed of(ConformanceProblem problem) {
            Map<String, ConformanceTensor> tensors = new LinkedHashMap<>();
            ConformanceVectors.of(problem, COMPUTE).forEach(tensor -> tensors.put(tensor.name(), tensor));
            return new Computed(problem, tensors);
        }

        double[] values(String name) {
            return tensors.get(name).values();
        }

        double[][] rows(String name) {
            double[] flat = values(name);
            int columns = tensors.get(name).shape()[1];
            return IntStream.range(0, flat.length / columns)
                    .mapToObj(i -> Arrays.copyOfRange(flat, i * columns, (i + 1) * columns))
                    .toArray(double[][]::new);
        }

        Gradients gradients(Parameters parameters) {
            return new Gradients(
                    new Objective(problem.model(), parameters, problem.training()), problem.space(), COMPUTE);
        }

        /** {@code θ + step · v} in the blocks, the other parameters as they are. */
        Parameters moved(double step, double[] v) {
            Map<String, double[]> values = new LinkedHashMap<>();
            problem.model().space().shapes().keySet().forEach(
                    name -> values.put(name, problem.parameters().doubles(name)));
            problem.space().unflatten(v).forEach(
                    (name, direction) -> values.put(name, Dense.plus(values.get(name), step, direction)));
            return Parameters.ofDoubles(problem.model().space(), values);
        }
    }

    private static Computed computed(ConformanceCase which) {
        return COMPUTED.computeIfAbsent(which, one -> Computed.of(one.problem(1)));
    }

    private static double[] direction(int dimension) {
        SplittableRandom random = new SplittableRandom(7);
        double[] v = new double[dimension];
        Arrays.setAll(v, i -> random.nextGaussian() / Math.sqrt(dimension));
        return v;
    }

    /** {@code L = Σ_t w_t (log Σ_c e^(z_tc) − z_ty)} from the outputs. */
    private static double[] losses(Computed computed, Parameters parameters, List<Example> examples) {
        return examples.stream()
                .mapToDouble(example -> {
                    double[][] p = probabilities(computed.problem().model(), parameters, example);
                    double[] weights = example.reals(Example.WEIGHTS);
                    int[] labels = example.indices(Example.LABELS);
                    return IntStream.range(0, p.length).mapToDouble(t -> -weights[t] * Math.log(p[t][labels[t]])).sum();
                })
                .toArray();
    }

    private static double[][] probabilities(Model model, Parameters parameters, Example example) {
        Executable run = COMPUTE.engine().compile(model.outputs(example.length()), Precision.DOUBLE);
        run.bindPresent(parameters.storages());
        run.bindPresent(example.storages(Precision.DOUBLE));
        run.run();
        double[] z = run.doubles(Model.OUTPUTS);
        int classes = z.length / example.length();
        return IntStream.range(0, example.length())
                .mapToObj(t -> LabelEnumeration.softmax(Arrays.copyOfRange(z, t * classes, (t + 1) * classes)))
                .toArray(double[][]::new);
    }

    @ParameterizedTest
    @EnumSource
    void losses(ConformanceCase which) {
        Computed computed = computed(which);
        ConformanceProblem problem = computed.problem();
        assertClose("losses", losses(computed, problem.parameters(), problem.training()),
                computed.values("train.loss"), SAME);
        assertClose("losses of queries", losses(computed, problem.parameters(), problem.queries()),
                computed.values("query.loss"), SAME);
    }

    /** Along a direction in all blocks, both uses of a tied parameter moved at once. */
    @ParameterizedTest
    @EnumSource
    void gradientsAreThoseOfTheLosses(ConformanceCase which) {
        Computed computed = computed(which);
        double[] v = direction(computed.problem().space().dimension());
        double[] exact = Arrays.stream(computed.rows("gradients.train")).mapToDouble(g -> Vectors.dot(g, v)).toArray();
        CentralDifferences.assertConverge(exact, 0.02, Vectors.norm(computed.values("train.loss")), step -> {
            List<Example> training = computed.problem().training();
            double[] ahead = losses(computed, computed.moved(step, v), training);
            return Dense.times(0.5 / step,
                    Dense.plus(ahead, -1, losses(computed, computed.moved(-step, v), training)));
        });
    }

    @ParameterizedTest
    @EnumSource
    void hessianIsTheDerivativeOfGradients(ConformanceCase which) {
        Computed computed = computed(which);
        int n = computed.problem().space().dimension();
        double[] v = direction(n);
        double[] exact = Dense.multiply(computed.values("hessian"), v, n);
        CentralDifferences.assertConverge(exact, 0.02, Vectors.norm(computed.values("gradients.train")), step ->
                Dense.times(0.5 / step, Dense.plus(
                        meanGradient(computed, computed.moved(step, v)), -1,
                        meanGradient(computed, computed.moved(-step, v)))));
    }

    private static double[] meanGradient(Computed computed, Parameters parameters) {
        double[][] gradients = computed.gradients(parameters).ofObjective();
        double[] mean = new double[gradients[0].length];
        Arrays.stream(gradients).forEach(gradient -> Vectors.axpy(1.0 / gradients.length, gradient, mean));
        return mean;
    }

    /** {@code G = 1/N Σ_m Σ_t Σ_c p_tc g_tc g_tcᵀ}, with {@code g_tc} the whole gradient at one label. */
    @ParameterizedTest
    @EnumSource
    void gaussNewtonIsTheSecondMomentOfGradientsAtAllLabels(ConformanceCase which) {
        Computed computed = computed(which);
        ConformanceProblem problem = computed.problem();
        Gradients gradients = computed.gradients(problem.parameters());
        int n = problem.space().dimension();
        double[] g = new double[n * n];
        for (Example example : problem.training()) {
            double[][] p = probabilities(problem.model(), problem.parameters(), example);
            List<Example> atLabels = new ArrayList<>();
            List<Double> weights = new ArrayList<>();
            for (int t = 0; t < p.length; t++) {
                for (int c = 0; example.reals(Example.WEIGHTS)[t] != 0 && c < p[t].length; c++) {
                    double[] alone = new double[p.length];
                    alone[t] = 1;
                    int[] labels = new int[p.length];
                    labels[t] = c;
                    atLabels.add(example.withWeights(alone).withLabels(labels));
                    weights.add(p[t][c] / problem.training().size());
                }
            }
            double[][] rows = gradients.of(atLabels);
            for (int i = 0; i < rows.length; i++) {
                Dense.addOuter(g, weights.get(i), rows[i]);
            }
        }
        assertClose("G", g, computed.values("gauss_newton"), SAME);
    }

    @ParameterizedTest
    @EnumSource
    void factorsAreMeansOverFedPositions(ConformanceCase which) {
        Computed computed = computed(which);
        ConformanceProblem problem = computed.problem();
        LabelEnumeration enumeration = new LabelEnumeration(problem.objective(), problem.layers());
        assertWithin("mean length", enumeration.meanLength(), computed.values("mean_length")[0], 0);
        for (int i = 0; i < problem.layers().size(); i++) {
            String of = "." + problem.layers().get(i).name();
            KroneckerBasis basis = new KroneckerBasis(computed.values("QA" + of), computed.values("a" + of),
                    computed.values("QS" + of), computed.values("s" + of));
            assertClose("A", enumeration.activationFactor(i), computed.values("A" + of), SAME);
            assertClose("S", enumeration.gradientFactor(i), computed.values("S" + of), SAME);
            assertClose("Λ", enumeration.eigenvalues(i, basis, false), computed.values("Lambda" + of), SAME);
        }
    }

    /** {@code (C + λ) x = ∇f} with {@code C} multiplied out, within the norm of what is summed times rounding. */
    @ParameterizedTest
    @EnumSource
    void inversesSolveTheirSystems(ConformanceCase which) {
        Computed computed = computed(which);
        ConformanceProblem problem = computed.problem();
        BlockSpace space = problem.space();
        int n = space.dimension();
        double[] kfac = new double[n * n];
        double[] ekfac = new double[n * n];
        for (int i = 0; i < problem.layers().size(); i++) {
            int rows = space.blocks().get(i).rows();
            int columns = space.blocks().get(i).columns();
            String of = "." + space.blocks().get(i).name();
            double[] q = VecKronecker.kronecker(
                    computed.values("QS" + of), rows, computed.values("QA" + of), columns);
            int size = rows * columns;
            double[] scaled = q.clone();
            Arrays.setAll(scaled, j -> q[j] * computed.values("Lambda" + of)[j % size]);
            put(ekfac, n, space.offset(i), Dense.multiply(scaled, Dense.transpose(q, size, size), size), size);
            put(kfac, n, space.offset(i), Dense.times(computed.values("mean_length")[0], VecKronecker.kronecker(
                    computed.values("S" + of), rows, computed.values("A" + of), columns)), size);
        }
        assertSolves(computed, "exact", computed.values("gauss_newton"), n);
        assertSolves(computed, "kfac", kfac, space.offset(problem.layers().size()));
        assertSolves(computed, "ekfac", ekfac, space.offset(problem.layers().size()));
    }

    private static void put(double[] target, int n, int offset, double[] block, int size) {
        for (int i = 0; i < size; i++) {
            System.arraycopy(block, i * size, target, (offset + i) * n + offset, size);
        }
    }

    /**
     * @param covered parameters that the curvature is about, the first ones; in the others the solution is zero
     */
    private static void assertSolves(Computed computed, String name, double[] matrix, int covered) {
        BlockSpace space = computed.problem().space();
        int n = space.dimension();
        double[] damped = matrix.clone();
        for (int i = 0; i < space.blocks().size(); i++) {
            for (int j = space.offset(i); j < space.offset(i + 1); j++) {
                damped[j * n + j] += computed.values("damping")[i];
            }
        }
        double[][] products = computed.rows("inverse." + name);
        double[][] queries = computed.rows("gradients.query");
        for (int q = 0; q < queries.length; q++) {
            double[] right = Arrays.copyOf(Arrays.copyOf(queries[q], covered), n);
            assertWithin("(" + name + " + λ) x", right, Dense.multiply(damped, products[q], n),
                    SAME * (Vectors.norm(right) + Vectors.norm(damped) * Vectors.norm(products[q])));
            assertWithin("x elsewhere", new double[n - covered],
                    Arrays.copyOfRange(products[q], covered, n), 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void scoresAreProductsOfWhatIsThere(ConformanceCase which) {
        Computed computed = computed(which);
        double[][] training = computed.rows("gradients.train");
        for (String name : List.of("exact", "hessian_absolute", "block_diagonal", "kfac", "ekfac", "diagonal")) {
            double[] scores = Arrays.stream(computed.rows("inverse." + name))
                    .flatMapToDouble(x -> Arrays.stream(training).mapToDouble(g -> -Vectors.dot(x, g)))
                    .toArray();
            assertClose("scores of " + name, scores, computed.values("scores." + name), SAME);
        }
    }

    /** Without the positions that are not fed, and with padding on the right instead, the numbers are the same. */
    @ParameterizedTest
    @EnumSource(names = {"LEFT_PADDING", "MASKS"})
    void nothingDependsOnPadding(ConformanceCase which) {
        Computed computed = computed(which);
        ConformanceProblem problem = computed.problem();
        Computed packed = Computed.of(problem.on(
                problem.training().stream().map(ConformanceIdentitiesTest::packed).toList(),
                problem.queries().stream().map(ConformanceIdentitiesTest::packed).toList()));
        computed.tensors().forEach((name, tensor) -> {
            double distance = name.equals("scores.ekfac.tokens") ? 0 : tensor.distance(packed.values(name));
            assertTrue(distance <= tensor.tolerance(), () -> name + " differs by " + distance);
        });
    }

    private static Example packed(Example example) {
        double[] fed = example.reals(Example.FED);
        int[] kept = IntStream.range(0, fed.length).filter(t -> fed[t] != 0).toArray();
        int[] tokens = Arrays.stream(kept).map(t -> example.indices(Example.TOKENS)[t]).toArray();
        int[] labels = Arrays.stream(kept).map(t -> example.indices(Example.LABELS)[t]).toArray();
        double[] weights = Arrays.stream(kept).mapToDouble(t -> example.reals(Example.WEIGHTS)[t]).toArray();
        double[] ones = new double[kept.length];
        Arrays.fill(ones, 1);
        return ConformanceSequences.of(Arrays.copyOf(tokens, kept.length + 1), ones, weights)
                .withLabels(labels)
                .padRight(example.length());
    }
}
