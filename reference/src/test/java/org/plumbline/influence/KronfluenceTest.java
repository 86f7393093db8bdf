package org.plumbline.influence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.plumbline.batch.FisherLabels;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.DampingRule;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.Gradients;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.curvature.Objective;
import org.plumbline.curvature.TokenGradients;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.engine.vector.VectorEngine;
import org.plumbline.io.SafetensorsFile;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.TrackedLayer;
import org.plumbline.model.pretrained.PretrainedModel;

/**
 * Factors and scores of a trained model against those of Kronfluence 1.0.1 (see {@code
 * fixtures/kronfluence-tiny/ORIGIN.md}).
 *
 * <p>Files in float64 agree to 1e-7 of a tensor's largest element, and all but the smallest elements of each to 1e-7 of
 * themselves: two orders of summation over 3 072 positions differ by some 1e-12, which a damping of 1e-8 beside
 * eigenvalues of up to 1e2 amplifies.
 */
class KronfluenceTest {
    private static final double CLOSE = 1e-7;

    /**
     * Float32 rounds each of some 30 factors and products on the way to 6e-8, and a sum of 1 088 terms of both signs
     * more.
     */
    private static final double SINGLE = 1e-4;

    private static final List<String> MODULES = List.of("blocks.0.mlp.fc", "blocks.0.mlp.proj");
    private static final DampingRule RELATIVE = Convention.RELATIVE;
    private static final DampingRule ABSOLUTE = new DampingRule.Absolute(1e-8);

    private final Path folder = folder();
    private final PretrainedModel pretrained = PretrainedModel.load(folder.resolve("model"), Precision.DOUBLE);
    private final Compute compute = new Compute(VectorEngine.orScalar(Workers.serial()), Workers.serial());
    private final List<TrackedLayer> layers = pretrained.model().mlpLayers();
    private final BlockSpace space = BlockSpace.ofLayers(layers);
    private final List<Example> queries = examples("query");
    private final Objective objective =
            new Objective(pretrained.model(), pretrained.parameters(), examples("train"));

    private static Path folder() {
        try {
            return Path.of(KronfluenceTest.class.getResource("/fixtures/kronfluence-tiny/data.safetensors").toURI())
                    .getParent();
        } catch (URISyntaxException unreachable) {
            throw new IllegalStateException(unreachable);
        }
    }

    private List<Example> examples(String name) {
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("data.safetensors"))) {
            int[] tokens = file.ints(name);
            int length = file.shape(name)[1];
            List<Example> examples = new ArrayList<>();
            for (int m = 0; m < tokens.length / length; m++) {
                examples.add(Convention.kronfluence(RELATIVE)
                        .example(Arrays.copyOfRange(tokens, m * length, (m + 1) * length)));
            }
            return examples;
        }
    }

    private double[] stored(String path, String tensor) {
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(path + ".safetensors"))) {
            return file.doubles(tensor);
        }
    }

    private int count(String path, String tensor) {
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(path + ".safetensors"))) {
            return file.ints(tensor)[0];
        }
    }

    /** To {@code relative} of the largest element, and where an element is not below that by 1e4, of itself. */
    private static void assertClose(String what, double[] expected, double[] actual, double relative) {
        assertEquals(expected.length, actual.length, what);
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        for (int i = 0; i < expected.length; i++) {
            double size = Math.abs(expected[i]);
            double allowed = relative * (size >= 1e-4 * largest && relative == CLOSE ? size : largest);
            int at = i;
            assertTrue(Math.abs(expected[i] - actual[i]) <= allowed,
                    () -> what + " at " + at + ": found " + actual[at] + ", expected " + expected[at]);
        }
    }

    private FactorFit empirical() {
        return new FactorFit(objective, layers, new FisherLabels.Training(), compute);
    }

    /** Sums, counts and eigenvalues; eigenvectors up to the sign that each may have. */
    @Test
    void factorsOfTheEmpiricalFisher() {
        Convention convention = Convention.kronfluence(RELATIVE);
        List<KroneckerFactors> factors = empirical().factors();
        for (int i = 0; i < MODULES.size(); i++) {
            String module = MODULES.get(i);
            KroneckerFactors one = factors.get(i);
            assertClose("A", stored("factors_f_e64/activation_covariance", module),
                    convention.stored(one.activation(), objective.examples()), CLOSE);
            assertClose("S", stored("factors_f_e64/gradient_covariance", module),
                    convention.stored(one.gradient(), objective.examples()), CLOSE);
            assertEquals(count("factors_f_e64/num_activation_covariance_processed", module),
                    Convention.Divisor.POSITIONS.of(objective.examples()));
            assertEquals(count("factors_f_e64/num_lambda_processed", module),
                    Convention.Divisor.SEQUENCES.of(objective.examples()));
            KroneckerBasis basis = KroneckerBasis.of(one);
            assertClose("a", stored("factors_f_e64/activation_eigenvalues", module), basis.activationValues(), CLOSE);
            assertClose("s", stored("factors_f_e64/gradient_eigenvalues", module), basis.gradientValues(), CLOSE);
            assertSameDirections(
                    stored("factors_f_e64/activation_eigenvectors", module), basis.activationVectors());
            assertSameDirections(stored("factors_f_e64/gradient_eigenvectors", module), basis.gradientVectors());
        }
    }

    private static void assertSameDirections(double[] expected, double[] actual) {
        int n = (int) Math.round(Math.sqrt(expected.length));
        for (int column = 0; column < n; column++) {
            double product = 0;
            for (int row = 0; row < n; row++) {
                product += expected[row * n + column] * actual[row * n + column];
            }
            // The cosine of a small angle δ is 1 − δ²/2.
            assertEquals(1, Math.abs(product), CLOSE * CLOSE + 1e-13);
        }
    }

    @Test
    void eigenvaluesOfTheEmpiricalFisher() {
        List<KroneckerBasis> bases = empirical().factors().stream().map(KroneckerBasis::of).toList();
        double[] found = Convention.kronfluence(RELATIVE)
                .storedEigenvalues(empirical().eigenvalues(bases), objective.examples());
        for (int i = 0; i < MODULES.size(); i++) {
            assertClose("Λ", stored("factors_f_e64/lambda_matrix", MODULES.get(i)),
                    Arrays.copyOfRange(found, space.offset(i), space.offset(i + 1)), CLOSE);
        }
    }

    private ClosedFormInverse inverse(DampingRule rule) {
        KroneckerCurvature curvature = KroneckerCurvature.ekfac(empirical().factors(), empirical());
        return ClosedFormInverse.of(curvature, rule.of(curvature));
    }

    /** {@code +g_qᵀ(F̂ + d)⁻¹g_m}; with {@code f} minus the loss that is {@code raw}. */
    private double[][] preconditioned(ClosedFormInverse inverse) {
        return inverse.applyAll(new Gradients(objective, space, compute).ofLogLikelihood(queries));
    }

    private double[] scores(ClosedFormInverse inverse, double[][] training) {
        InfluenceScores scores = InfluenceScores.of(preconditioned(inverse), training);
        return Arrays.stream(scores.raw()).flatMapToDouble(Arrays::stream)
                .map(Convention.kronfluence(RELATIVE)::score).toArray();
    }

    @Test
    void pairwiseScores() {
        double[][] training = new Gradients(objective, space, compute).ofObjective();
        assertClose("scores at 0.1 · mean", stored("scores_pairwise_e64_none/pairwise_scores", "all_modules"),
                scores(inverse(RELATIVE), training), CLOSE);
        assertClose("scores at 1e-8", stored("scores_pairwise_e64_1e-8/pairwise_scores", "all_modules"),
                scores(inverse(ABSOLUTE), training), CLOSE);
    }

    @Test
    void scoresOfEachModule() {
        double[][] training = new Gradients(objective, space, compute).ofObjective();
        for (int i = 0; i < MODULES.size(); i++) {
            double[][] ofModule = new double[training.length][space.dimension()];
            for (int m = 0; m < training.length; m++) {
                System.arraycopy(training[m], space.offset(i), ofModule[m], space.offset(i),
                        space.offset(i + 1) - space.offset(i));
            }
            assertClose(MODULES.get(i), stored("scores_s_e64_pm/pairwise_scores", MODULES.get(i)),
                    scores(inverse(RELATIVE), ofModule), CLOSE);
        }
    }

    /** {@code [Q, N, T]}, the last position included, whose cell is zero. */
    @Test
    void scoresOfEachToken() {
        double[][] preconditioned = preconditioned(inverse(RELATIVE));
        TokenGradients gradients = new TokenGradients(objective, layers, compute);
        int sequences = objective.examples().size();
        int length = queries.getFirst().length();
        double[] found = new double[queries.size() * sequences * length];
        for (int m = 0; m < sequences; m++) {
            double[][] ofTokens = gradients.of(objective.examples().get(m));
            for (int q = 0; q < queries.size(); q++) {
                for (int t = 0; t < length; t++) {
                    found[(q * sequences + m) * length + t] = -Vectors.dot(preconditioned[q], ofTokens[t]);
                }
            }
        }
        assertClose("scores", stored("scores_s_e64_pt/pairwise_scores", "all_modules"), found, CLOSE);
    }

    @Test
    void selfScores() {
        ClosedFormInverse inverse = inverse(RELATIVE);
        double[] found = Arrays.stream(new Gradients(objective, space, compute).ofObjective())
                .mapToDouble(gradient -> Vectors.dot(gradient, inverse.apply(gradient))).toArray();
        assertClose("self scores", stored("scores_self_e64/self_scores", "all_modules"), found, CLOSE);
    }

    /**
     * Float32 with sampled labels: their draws cannot be drawn again, so their eigenvectors and Λ are taken as given.
     */
    @Test
    void scoresFromSampledFactors() {
        List<KroneckerBasis> bases = new ArrayList<>();
        double[] sums = new double[space.dimension()];
        for (int i = 0; i < MODULES.size(); i++) {
            String module = MODULES.get(i);
            bases.add(new KroneckerBasis(
                    stored("factors_f_sampled/activation_eigenvectors", module),
                    stored("factors_f_sampled/activation_eigenvalues", module),
                    stored("factors_f_sampled/gradient_eigenvectors", module),
                    stored("factors_f_sampled/gradient_eigenvalues", module)));
            double[] lambda = stored("factors_f_sampled/lambda_matrix", module);
            System.arraycopy(lambda, 0, sums, space.offset(i), lambda.length);
        }
        KroneckerCurvature curvature = new KroneckerCurvature(space, bases,
                Convention.kronfluence(RELATIVE).meanEigenvalues(sums, objective.examples()));
        double[][] training = new Gradients(objective, space, compute).ofObjective();
        assertClose("scores at 0.1 · mean", stored("scores_pairwise_sampled_none/pairwise_scores", "all_modules"),
                scores(ClosedFormInverse.of(curvature, RELATIVE.of(curvature)), training), SINGLE);
        assertClose("scores at 1e-8", stored("scores_pairwise_sampled_1e-8/pairwise_scores", "all_modules"),
                scores(ClosedFormInverse.of(curvature, ABSOLUTE.of(curvature)), training), SINGLE);
    }

    /** The activations do not depend on labels: these agree to single precision. */
    @Test
    void activationsOfTheSampledSet() {
        List<KroneckerFactors> factors = empirical().factors();
        for (int i = 0; i < MODULES.size(); i++) {
            assertClose("A", stored("factors_f_sampled/activation_covariance", MODULES.get(i)),
                    Convention.kronfluence(RELATIVE).stored(factors.get(i).activation(), objective.examples()), SINGLE);
        }
    }

    /** With the last token left out, as here, A differs by far more than rounding: the convention is not idle. */
    @Test
    void theLastTokenMatters() {
        List<Example> predicting = new ArrayList<>();
        for (Example example : objective.examples()) {
            predicting.add(Convention.plumbline().example(example.indices(Example.TOKENS)));
        }
        double[] ours = new FactorFit(objective.on(predicting), layers, new FisherLabels.Training(), compute)
                .factors().getFirst().activation();
        double[] theirs = empirical().factors().getFirst().activation();
        double[] difference = ours.clone();
        Vectors.axpy(-1, theirs, difference);
        assertTrue(Vectors.norm(difference) > 1e-3 * Vectors.norm(theirs));
    }
}
