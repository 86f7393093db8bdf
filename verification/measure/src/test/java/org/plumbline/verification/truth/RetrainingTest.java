package org.plumbline.verification.truth;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.plumbline.corpora.tables.Friedman;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Gradients;
import org.plumbline.engine.Compute;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Workers;
import org.plumbline.influence.InfluenceScores;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Parameters;

/** Retraining and what is measured with it. */
class RetrainingTest {
    private static final Retraining.Start SCRATCH = new Retraining.Start.Scratch();

    /** The bits of the result show it: nothing of a removed sequence is left, its label least of all. */
    @Test
    void aRemovedSequenceTeachesNothing() {
        AttributionTask study = Studies.classifier();
        List<Example> other = new ArrayList<>(study.training());
        int label = other.get(4).indices(Example.LABELS)[0];
        other.set(4, other.get(4).withLabels((label + 1) % 4));
        AttributionTask changed = new AttributionTask("", "", study.model(), other, study.queries(), study.recipe());
        double[] expected = measured(study, 4);
        assertArrayEquals(expected, measured(changed, 4));
        assertNotEquals(measured(study)[0], measured(changed)[0]);
        assertNotEquals(measured(study)[0], expected[0]);
    }

    private static double[] measured(AttributionTask study, int... removed) {
        return new Retraining(study, Studies.COMPUTE).measurements(SCRATCH, new int[][] {removed}, 3, i -> {})[0];
    }

    @Test
    void effectsDoNotDependOnTheNumberOfThreads() {
        AttributionTask study = Studies.transformer();
        Parameters parameters = new Retraining(study, Studies.COMPUTE).train(SCRATCH, new int[0], 1);
        for (Retraining.Start start : List.of(SCRATCH, new Retraining.Start.Trained(parameters, 10, 0.05))) {
            double[][] alone = new Retraining(study, Studies.COMPUTE).leaveOneOut(start, new int[] {2, 6}, 9, i -> {});
            try (Workers workers = Workers.of(3)) {
                double[][] together = new Retraining(study, new Compute(LoweredEngine.scalar(), workers))
                        .leaveOneOut(start, new int[] {2, 6}, 9, i -> {});
                assertTrue(Arrays.deepEquals(alone, together));
            }
        }
    }

    /**
     * Law 47. The normal equations of 20 rows have a condition of at most about {@code 1/λ = 100} times some hundred,
     * and effects are differences of solutions some 1e3 times larger: {@code ε · 1e4 · 1e3} leaves eight digits.
     */
    @Property(tries = 20)
    void ridgeRegressionHasAClosedForm(
            @ForAll long seed, @ForAll @IntRange(min = 5, max = 20) int rows,
            @ForAll @DoubleRange(min = 0.01, max = 10) double lambda) {
        double[][] features = Friedman.generate(rows + 3, seed).features();
        double[] targets = Arrays.copyOf(Friedman.generate(rows, seed).targets(), rows);
        RidgeAnchor anchor = RidgeAnchor.measure(Arrays.copyOf(features, rows), targets,
                Arrays.copyOfRange(features, rows, rows + 3), lambda, Studies.COMPUTE);
        assertTrue(anchor.removal() < 1e-8, () -> "removal errs by " + anchor.removal());
        assertTrue(anchor.addition() < 1e-8, () -> "addition errs by " + anchor.addition());
        assertTrue(anchor.largestLeverage() > 0 && anchor.largestLeverage() < 1);
        assertTrue(anchor.uncorrected() > anchor.removal());
    }

    /** Where measurements are sums of scores, the score is 1; with the opposite sign it is −1. */
    @Test
    void anAdditiveModelHasThePerfectDatamodelingScore() {
        SplittableRandom random = new SplittableRandom(2);
        double[][] raw = new double[2][30];
        Arrays.stream(raw).forEach(row -> Arrays.setAll(row, m -> random.nextGaussian()));
        int[][] removed = LinearDatamodeling.draw(12, 30, 15, 4);
        double[][] measurements = new double[removed.length][2];
        for (int j = 0; j < removed.length; j++) {
            assertEquals(15, Arrays.stream(removed[j]).distinct().count());
            for (int q = 0; q < 2; q++) {
                int query = q;
                double left = Arrays.stream(removed[j]).mapToDouble(m -> raw[query][m]).sum();
                measurements[j][q] = Arrays.stream(raw[q]).sum() - left;
            }
        }
        LinearDatamodeling study = new LinearDatamodeling(removed, measurements);
        assertEquals(1, study.score(new InfluenceScores(raw, 30)).estimate(), 1e-12);
        double[][] opposite = Arrays.stream(raw).map(row -> Arrays.stream(row).map(x -> -x).toArray())
                .toArray(double[][]::new);
        assertEquals(-1, study.score(new InfluenceScores(opposite, 30)).estimate(), 1e-12);
    }

    /** A step of length {@code η} changes {@code f} by {@code −η ∇fᵀ∇L/T} up to {@code O(η²)}. */
    @Test
    void aSmallTailPatchIsTheGradientDotProduct() {
        AttributionTask study = Studies.transformer();
        Parameters parameters = new Retraining(study, Studies.COMPUTE).train(SCRATCH, new int[0], 1);
        Gradients gradients =
                new Gradients(study.objective(parameters), BlockSpace.ofAll(study.model()), Studies.COMPUTE);
        double[][] training = gradients.ofObjective();
        double[] query = gradients.of(study.queries())[0];
        double rate = 1e-6;
        double[][] effects = TailPatch.measure(study, parameters, rate, Studies.COMPUTE);
        for (int m = 0; m < training.length; m++) {
            double expected = rate * Vectors.dot(query, training[m]) / study.training().get(m).lossPositions();
            double scale = rate * Vectors.norm(query) * Vectors.norm(training[m]);
            // Second order: η times a curvature of order 10; rounding of f: ε · 10 / (η · ‖q‖‖g‖).
            assertEquals(expected, effects[0][m], 1e-4 * scale);
        }
    }
}
