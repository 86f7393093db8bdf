package org.plumbline.curvature;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.plumbline.batch.FisherLabels;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.Likelihood;
import org.plumbline.model.Mlp;
import org.plumbline.model.Parameters;
import org.plumbline.solve.RandomSystems;

/** Pseudo-gradients at drawn labels and with random signs, against their exact expectation. */
class FisherLabelsTest {
    private static final int DRAWS = 3000;

    private static Objective objective(long seed) {
        RandomSystems systems = new RandomSystems(seed);
        Gpt2 model = new Gpt2(new Gpt2Config(5, 6, 4, 1, 1, 5, false, 1e-5));
        List<Example> examples = new ArrayList<>();
        for (int length : new int[] {2, 4, 3}) {
            int[] tokens = systems.random().ints(length + 1, 0, 5).toArray();
            examples.add(Example.ofCompletion(tokens, systems.random().nextInt(1, length)));
        }
        return new Objective(model, model.initialize(systems.random()), examples);
    }

    private static FactorFit fit(Objective objective, FisherLabels labels) {
        return new FactorFit(objective, objective.model().layers(), labels, RandomSystems.COMPUTE);
    }

    /**
     * A mean of {@code K} independent draws errs by about {@code 1/√K} of a draw's size, and the sum over elements by
     * as much of the sum: an element's second moment over its square is below 25 here, so that the norm is off by less
     * than {@code 5/√K ≈ 0.09} as a rule; three times that in none of these seeds. A wrong scale, or one sign or label
     * shared by positions or classes, is off by order one.
     */
    @Property(tries = 4)
    void drawnPseudoGradientsAreUnbiased(@ForAll long seed) {
        Objective objective = objective(seed);
        FactorFit exact = fit(objective, new FisherLabels.Expectation());
        for (FisherLabels labels : List.of(
                new FisherLabels.Sampled(seed, DRAWS), new FisherLabels.RandomSigns(seed, DRAWS))) {
            FactorFit drawn = fit(objective, labels);
            assertNear(labels + ", diagonal", exact.diagonal(), drawn.diagonal());
            List<KroneckerBasis> bases = exact.factors().stream().map(KroneckerBasis::of).toList();
            assertNear(labels + ", eigenvalues", exact.eigenvalues(bases), drawn.eigenvalues(bases));
            for (int l = 0; l < bases.size(); l++) {
                assertNear(labels + ", gradients of layer " + l, exact.factors().get(l).gradient(),
                        drawn.factors().get(l).gradient());
                assertArrayEquals(exact.factors().get(l).activation(), drawn.factors().get(l).activation(), 1e-12);
            }
        }
    }

    private static void assertNear(String what, double[] expected, double[] actual) {
        double[] difference = actual.clone();
        Vectors.axpy(-1, expected, difference);
        assertEquals(0, Vectors.norm(difference) / Vectors.norm(expected), 0.27, what);
    }

    /**
     * A loss whose positions weigh twice as much has twice the gradient at every label, the same drawn ones too, and
     * four times the second moments. A power of two, so that square roots of Hessians are the same; to the rounding of
     * some hundred operations.
     */
    @Property(tries = 5)
    void weightsOfPositionsScaleGradients(@ForAll long seed) {
        Objective objective = objective(seed);
        Objective weighted = new Objective(objective.model(), objective.parameters(), objective.examples().stream()
                .map(example -> example.withWeights(
                        Arrays.stream(example.reals(Example.WEIGHTS)).map(weight -> 2 * weight).toArray()))
                .toList());
        for (FisherLabels labels : List.of(new FisherLabels.Sampled(seed, 2), new FisherLabels.RandomSigns(seed, 2),
                new FisherLabels.Expectation(), new FisherLabels.Training())) {
            FactorFit once = fit(objective, labels);
            FactorFit twice = fit(weighted, labels);
            assertFourfold(labels + ", diagonal", once.diagonal(), twice.diagonal());
            for (int l = 0; l < once.factors().size(); l++) {
                assertFourfold(labels + ", gradients of layer " + l, once.factors().get(l).gradient(),
                        twice.factors().get(l).gradient());
                assertArrayEquals(once.factors().get(l).activation(), twice.factors().get(l).activation());
            }
        }
    }

    private static void assertFourfold(String what, double[] once, double[] twice) {
        double[] expected = once.clone();
        Vectors.scale(4, expected);
        Vectors.axpy(-1, twice, expected);
        assertEquals(0, Vectors.norm(expected), 1e2 * RandomSystems.EPSILON * Vectors.norm(twice), what);
    }

    /**
     * The first of two rows has one certain class, whose gradient vanishes; in the second all three classes are equally
     * likely, and {@code ‖p − e_c‖² = 2/3} whichever is drawn.
     */
    @Test
    void eachPositionDrawsFromItsOwnDistribution() {
        Mlp model = new Mlp(List.of(1, 3), Optional.empty(), false, Likelihood.CATEGORICAL);
        String weight = model.space().shapes().firstEntry().getKey();
        Parameters parameters = Parameters.ofDoubles(model.space(), Map.of(weight, new double[] {1000, 0, 0}));
        Objective objective = new Objective(
                model, parameters, List.of(Example.ofClasses(new double[] {1, 0}, 0, 1)));
        double[] gradient = fit(objective, new FisherLabels.Sampled(1, 4)).factors().getFirst().gradient();
        assertEquals(2.0 / 3 / 2, gradient[0] + gradient[4] + gradient[8], 1e-14);
    }

    /** To the last bit; and another seed draws others. */
    @Test
    void aSeedDrawsTheSameLabels() {
        Objective objective = objective(1);
        double[] first = fit(objective, new FisherLabels.Sampled(1, 2)).diagonal();
        assertArrayEquals(first, fit(objective, new FisherLabels.Sampled(1, 2)).diagonal());
        assertFalse(Arrays.equals(first, fit(objective, new FisherLabels.Sampled(2, 2)).diagonal()));
        assertFalse(Arrays.equals(first, fit(objective, new FisherLabels.Sampled(1, 3)).diagonal()));
    }

    @Test
    void noDrawIsNoEstimate() {
        assertThrows(IllegalArgumentException.class, () -> new FisherLabels.Sampled(1, 0));
        assertThrows(IllegalArgumentException.class, () -> new FisherLabels.RandomSigns(1, 0));
    }
}
