package org.plumbline.verification.truth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.DenseExactCurvature;
import org.plumbline.curvature.Gradients;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Compute;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Workers;
import org.plumbline.influence.InfluenceScores;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Parameters;
import org.plumbline.solve.DenseInverse;
import org.plumbline.verification.statistics.Agreement;

/** The proximal Bregman objective and the response by its minimization. */
class BregmanResponsesTest {

    private record Fixture(
            AttributionTask study, Parameters parameters, Objective objective, DenseCurvature gaussNewton,
            Damping damping, BatchedBregmanGradient bregman) {

        static Fixture of(String name) {
            AttributionTask study = name.equals("classifier") ? Studies.classifier() : Studies.transformer();
            Parameters parameters = new Retraining(study, Studies.COMPUTE)
                    .train(new Retraining.Start.Scratch(), new int[0], 1);
            Objective objective = study.objective(parameters);
            DenseCurvature gaussNewton =
                    DenseExactCurvature.gaussNewton(objective, study.layers(), Studies.COMPUTE, done -> {});
            Damping damping = Damping.relative(gaussNewton.space(), 0.1, gaussNewton.diagonal());
            return new Fixture(study, parameters, objective, gaussNewton, damping, new BatchedBregmanGradient(
                    objective, gaussNewton.space(), damping, Studies.COMPUTE));
        }

        double[] direction(double length) {
            SplittableRandom random = new SplittableRandom(7);
            double[] v = new double[gaussNewton.space().dimension()];
            Arrays.setAll(v, i -> random.nextGaussian());
            Vectors.scale(length / Vectors.norm(v), v);
            return v;
        }
    }

    /**
     * At 0, near and far. Sums of some hundred terms of both signs differ in order; 1e-10 leaves room for the
     * divergence, whose derivative the definition takes and whose terms cancel near 0.
     */
    @ParameterizedTest
    @ValueSource(strings = {"classifier", "transformer"})
    void theBatchedGradientIsThatOfTheObjective(String name) {
        Fixture fixture = Fixture.of(name);
        for (Example sequence : fixture.study().training().subList(2, 5)) {
            ProximalBregmanObjective objective = new ProximalBregmanObjective(
                    fixture.objective(), fixture.gaussNewton().space(), fixture.damping(), sequence, Studies.COMPUTE);
            double[] zero = new double[fixture.gaussNewton().space().dimension()];
            ShiftedParameters point = new ShiftedParameters(fixture.parameters(), fixture.gaussNewton().space());
            for (double length : new double[] {0, 1e-2, 2}) {
                double[] delta = fixture.direction(length);
                double[] expected = objective.gradient(delta, 0.3);
                QuasiNewton.Evaluation found = fixture.bregman().at(point, delta, sequence, 0.3);
                assertTrue(Agreement.relativeError(found.gradient(), expected) < 1e-10);
                // Both values but for the constant that they differ by.
                double rise = objective.value(delta, 0.3) - objective.value(zero, 0.3);
                double foundRise = found.value() - fixture.bregman().at(point, zero, sequence, 0.3).value();
                assertEquals(rise, foundRise, 1e-10 * Math.max(1, Math.abs(rise)));
            }
        }
    }

    /**
     * An eighth of a copy: taking a whole one away from twenty rewards its loss without bound but for the damping, and
     * then there is more than one minimum. Both searches end at a gradient of 1e-7 of the first one.
     */
    @Test
    void bothSearchesFindTheSameResponse() {
        Fixture fixture = Fixture.of("classifier");
        DenseInverse inverse = DenseInverse.of(fixture.gaussNewton(), fixture.damping());
        int n = fixture.study().training().size();
        double[][] found = new BregmanResponses(
                fixture.study(), fixture.parameters(), fixture.damping(), inverse, Studies.COMPUTE)
                .to(new int[] {3}, 1.0 / 8, done -> {}).raw();
        ProximalBregmanObjective objective = new ProximalBregmanObjective(fixture.objective(), inverse.space(),
                fixture.damping(), fixture.study().training().get(3), Studies.COMPUTE);
        double[] up = measured(fixture, objective, 0.125 / n);
        double[] down = measured(fixture, objective, -0.125 / n);
        for (int q = 0; q < found.length; q++) {
            double expected = (up[q] - down[q]) * n / 0.25;
            assertEquals(expected, found[q][0], 1e-4 * Math.abs(expected) + 1e-6);
        }
    }

    private static double[] measured(Fixture fixture, ProximalBregmanObjective objective, double epsilon) {
        ProximalBregmanResponse response = ProximalBregmanResponse.minimize(objective, epsilon, 1e-7);
        assertTrue(response.converged());
        return new Retraining(fixture.study(), Studies.COMPUTE).measure(objective.parameters(response.displacement()));
    }

    /**
     * Law 38: the central difference tends to the formula with {@code ε²}. A quarter of the step leaves a sixteenth of
     * the error up to terms of fourth order, which a factor of two allows for; the searches' tolerance is 1e-7.
     */
    @ParameterizedTest
    @ValueSource(strings = {"classifier", "transformer"})
    void theResponseTendsToTheFormulaWithTheSquareOfTheStep(String name) {
        Fixture fixture = Fixture.of(name);
        DenseInverse inverse = DenseInverse.of(fixture.gaussNewton(), fixture.damping());
        Gradients gradients = new Gradients(fixture.objective(), inverse.space(), Studies.COMPUTE);
        double[][] queries = gradients.ofLogLikelihood(fixture.study().queries());
        InfluenceScores exact = InfluenceScores.of(inverse.applyAll(queries), gradients.ofObjective());
        int[] sequences = {0, 3};
        double coarse = error(fixture, inverse, exact, sequences, 1.0 / 32);
        double fine = error(fixture, inverse, exact, sequences, 1.0 / 128);
        assertTrue(fine < 1e-3, "relative error " + fine);
        assertEquals(16, coarse / fine, 8);
    }

    private static double error(
            Fixture fixture, DenseInverse inverse, InfluenceScores exact, int[] sequences, double copies) {
        BregmanResponses.Measured measured = new BregmanResponses(
                fixture.study(), fixture.parameters(), fixture.damping(), inverse, Studies.COMPUTE)
                .to(sequences, copies, done -> {});
        assertTrue(Arrays.stream(measured.addedGradientNorm()).allMatch(norm -> norm <= 1e-7));
        assertTrue(Arrays.stream(measured.removedGradientNorm()).allMatch(norm -> norm <= 1e-7));
        double squares = 0;
        double scale = 0;
        for (int q = 0; q < measured.raw().length; q++) {
            for (int i = 0; i < sequences.length; i++) {
                double expected = exact.raw()[q][sequences[i]];
                squares += Math.pow(measured.raw()[q][i] - expected, 2);
                scale += expected * expected;
            }
        }
        return Math.sqrt(squares / scale);
    }

    @Test
    void responsesDoNotDependOnTheNumberOfThreads() {
        Fixture fixture = Fixture.of("classifier");
        DenseInverse inverse = DenseInverse.of(fixture.gaussNewton(), fixture.damping());
        double[][] alone = new BregmanResponses(
                fixture.study(), fixture.parameters(), fixture.damping(), inverse, Studies.COMPUTE)
                .to(new int[] {1, 2, 5}, 1, done -> {}).raw();
        try (Workers workers = Workers.of(3)) {
            double[][] together = new BregmanResponses(
                    fixture.study(), fixture.parameters(), fixture.damping(), inverse,
                    new Compute(LoweredEngine.scalar(), workers)).to(new int[] {1, 2, 5}, 1, done -> {}).raw();
            assertTrue(Arrays.deepEquals(alone, together));
        }
    }
}
