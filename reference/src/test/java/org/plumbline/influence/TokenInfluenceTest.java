package org.plumbline.influence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Gradients;
import org.plumbline.curvature.Objective;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.Parameters;
import org.plumbline.solve.RandomSystems;

/** Rows of predicted and of read tokens, against gradients of losses and of models that are changed by hand. */
class TokenInfluenceTest {
    private static final Gpt2 MODEL = new Gpt2(new Gpt2Config(7, 5, 4, 1, 2, 4, false, 1e-5));
    private static final BlockSpace SPACE = BlockSpace.ofLayers(MODEL.mlpLayers());
    private static final String EMBEDDING = "transformer.wte.weight";

    /** Some 10³ operations on numbers of size 10 at most, each rounded by 1.1e-16. */
    private static final double ROUNDING = 1e3 * 10 * RandomSystems.EPSILON;

    /** A model, a vector {@code v} in place of a preconditioned query, and a sequence of five different tokens. */
    private record Case(Parameters parameters, double[] v, Example example) {
        static Case of(long seed) {
            RandomSystems systems = new RandomSystems(seed);
            int[] tokens = {0, 1, 2, 3, 4, 5};
            for (int i = tokens.length - 1; i > 0; i--) {
                int j = systems.random().nextInt(i + 1);
                int kept = tokens[i];
                tokens[i] = tokens[j];
                tokens[j] = kept;
            }
            Parameters parameters = MODEL.initialize(systems.random());
            return new Case(parameters, systems.gaussian(SPACE.dimension()), Example.ofTokens(tokens));
        }

        /** {@code vᵀ∇L} of a sequence at these parameters. */
        double along(Parameters at, Example of) {
            return Vectors.dot(v, new Gradients(
                    new Objective(MODEL, at, List.of(of)), SPACE, RandomSystems.COMPUTE).ofObjective()[0]);
        }

        OutputTokenInfluence predicted() {
            return new OutputTokenInfluence(MODEL, parameters, SPACE, RandomSystems.COMPUTE);
        }

        InputTokenInfluence read() {
            return new InputTokenInfluence(MODEL, parameters, SPACE, RandomSystems.COMPUTE);
        }

        double size() {
            return 1 + Vectors.norm(v);
        }
    }

    /** The part of a position is what a sequence whose only loss is there would have, times the position's weight. */
    @Property(tries = 10)
    void aPredictedTokenHasTheInfluenceOfItsOwnLoss(@ForAll long seed) {
        Case drawn = Case.of(seed);
        double[] weights = {1, 0, 0.5, 2, 1};
        double[] row = drawn.predicted().exact(drawn.v(), drawn.example().withWeights(weights));
        assertEquals(weights.length, row.length);
        for (int t = 0; t < weights.length; t++) {
            double[] alone = new double[weights.length];
            alone[t] = 1;
            double expected = weights[t] == 0
                    ? 0 : -weights[t] * drawn.along(drawn.parameters(), drawn.example().withWeights(alone));
            assertEquals(expected, row[t], weights[t] == 0 ? 0 : ROUNDING * drawn.size());
        }
    }

    /** Law 43: the row sums to {@code −vᵀ∇L}. */
    @Property(tries = 10)
    void predictedTokensSumToTheTotal(@ForAll long seed) {
        Case drawn = Case.of(seed);
        double[] row = drawn.predicted().exact(drawn.v(), drawn.example());
        assertEquals(-drawn.along(drawn.parameters(), drawn.example()), Arrays.stream(row).sum(),
                ROUNDING * drawn.size());
    }

    /** Law 44, for both rows: the error of a central difference falls with the square of its step. */
    @Property(tries = 10)
    void centralDifferencesConverge(@ForAll long seed) {
        Case drawn = Case.of(seed);
        // LayerNorm divides numbers of some 0.03 by their deviation: a step must be small beside these.
        double unit = 1e-3 / Vectors.norm(drawn.v());
        converges(drawn, drawn.predicted().exact(drawn.v(), drawn.example()), unit,
                step -> drawn.predicted().centralDifference(drawn.v(), drawn.example(), step));
        converges(drawn, drawn.read().exact(drawn.v(), drawn.example()), unit,
                step -> drawn.read().centralDifference(drawn.v(), drawn.example(), step));
    }

    /**
     * The tokens differ, so that a factor on what position {@code t} reads is one on a row of the embedding matrix, and
     * the derivative is that of {@code −vᵀ∇L} as the row grows, here by central differences.
     */
    @Property(tries = 10)
    void aReadTokenIsARowOfTheEmbedding(@ForAll long seed) {
        Case drawn = Case.of(seed);
        double[] row = drawn.read().exact(drawn.v(), drawn.example());
        int[] tokens = drawn.example().indices(Example.TOKENS);
        converges(drawn, row, 0.05, step -> {
            double[] difference = new double[row.length];
            for (int t = 0; t < row.length; t++) {
                difference[t] = -(drawn.along(scaled(drawn.parameters(), tokens[t], 1 + step), drawn.example())
                        - drawn.along(scaled(drawn.parameters(), tokens[t], 1 - step), drawn.example())) / (2 * step);
            }
            return difference;
        });
    }

    private static Parameters scaled(Parameters parameters, int token, double factor) {
        Map<String, double[]> values = new LinkedHashMap<>();
        MODEL.space().shapes().forEach((name, shape) -> values.put(name, parameters.doubles(name).clone()));
        double[] table = values.get(EMBEDDING);
        int width = MODEL.space().shape(EMBEDDING).dimension(1);
        for (int i = token * width; i < (token + 1) * width; i++) {
            table[i] *= factor;
        }
        return Parameters.ofDoubles(MODEL.space(), values);
    }

    /**
     * A quarter of the step leaves a sixteenth of the error to leading order, here within a fourth for terms of higher
     * order, beside rounding divided by the step.
     */
    private static void converges(Case drawn, double[] exact, double unit, DoubleFunction<double[]> difference) {
        double coarse = RandomSystems.distance(difference.apply(unit), exact);
        double fine = RandomSystems.distance(difference.apply(unit / 4), exact);
        double rounding = ROUNDING * drawn.size() / (unit / 4);
        assertTrue(fine <= coarse / 4 + rounding, () -> "error " + coarse + ", with a quarter of the step " + fine);
        double size = Vectors.norm(exact);
        assertTrue(coarse <= size / 2 + rounding, () -> "error " + coarse + " of " + size);
    }

    /** Both rows are linear in {@code v}: to the last bit for a power of two. */
    @Property(tries = 5)
    void rowsAreLinear(@ForAll long seed) {
        Case drawn = Case.of(seed);
        double[] twice = drawn.v().clone();
        Vectors.scale(-2, twice);
        for (boolean read : new boolean[] {false, true}) {
            double[] expected = read ? drawn.read().exact(drawn.v(), drawn.example())
                    : drawn.predicted().exact(drawn.v(), drawn.example());
            Vectors.scale(-2, expected);
            assertArrayEquals(expected, read ? drawn.read().exact(twice, drawn.example())
                    : drawn.predicted().exact(twice, drawn.example()));
        }
    }
}
