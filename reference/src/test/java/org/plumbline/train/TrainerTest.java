package org.plumbline.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.plumbline.autodiff.Names;
import org.plumbline.autodiff.Vjp;
import org.plumbline.engine.Engine;
import org.plumbline.engine.EngineException;
import org.plumbline.engine.Executable;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.engine.vector.VectorEngine;
import org.plumbline.model.Example;
import org.plumbline.model.Model;
import org.plumbline.model.ModelException;
import org.plumbline.model.Parameters;
import org.plumbline.program.Program;

class TrainerTest {

    /** The definition: each example by itself, unpadded, summed, over the loss positions. */
    private static ParameterVector meanGradient(Model model, Parameters parameters, List<Example> examples) {
        ParameterVector sum = ParameterVector.zeros(model.space());
        double positions = 0;
        for (Example example : examples) {
            Program program = Vjp.gradient(model.loss(example.length()), sum.names());
            Executable executable = LoweredEngine.scalar().compile(program, Precision.DOUBLE);
            executable.bindPresent(parameters.storages());
            executable.bindPresent(example.storages(Precision.DOUBLE));
            executable.run();
            for (String name : sum.names()) {
                double[] gradient = executable.doubles(Names.gradient(name));
                for (int i = 0; i < sum.array(name).length; i++) {
                    sum.array(name)[i] += gradient[i];
                }
            }
            positions += example.lossPositions();
        }
        sum.scale(Workers.serial(), 1 / positions);
        return sum;
    }

    /** One step of plain descent at rate 1 subtracts the gradient itself; micro-batches and padding do not show. */
    @Property(tries = 25)
    void aStepDescendsTheMeanLossPerLossPosition(
            @ForAll @IntRange(min = 1, max = 7) int count, @ForAll @IntRange(min = 1, max = 5) int microBatch,
            @ForAll @IntRange(max = 1_000_000) int seed) {
        Model model = Trainings.transformer();
        List<Example> examples = Trainings.sequences(count, seed);
        Parameters initial = Trainings.initial(model, seed);
        Trainer trainer = Trainings.trainer(model, examples, new TrainingConfig(
                new Sgd(0), new Schedule.Constant(1), 1, count, microBatch,
                Double.POSITIVE_INFINITY, Precision.DOUBLE, seed));
        Parameters after = Trainings.trained(trainer, initial).parameters();
        ParameterVector expected = meanGradient(model, initial, examples);
        // Gradients of mean losses are of order 1 with about 50 summands behind each number; rounding accumulates over
        // some ten operations in depth: 50 · 10 · 2⁻⁵³ · (condition of LayerNorm at deviation 0.02: 1/0.02) ≈ 3e-12.
        expected.names().forEach(name -> {
            for (int i = 0; i < expected.array(name).length; i++) {
                assertEquals(initial.doubles(name)[i] - expected.array(name)[i], after.doubles(name)[i], 3e-12, name);
            }
        });
    }

    /** With plain descent at rate 1 the step is the clipped gradient: shorter where the bound says so, never turned. */
    @Property(tries = 25)
    void aStepIsAtMostAsLongAsTheClippingNorm(
            @ForAll @DoubleRange(min = 0.01, max = 5) double bound, @ForAll @IntRange(max = 1_000_000) int seed) {
        Model model = Trainings.perceptron();
        Parameters initial = Trainings.initial(model, seed);
        List<TrainingStep> steps = new ArrayList<>();
        Trainer trainer = Trainings.trainer(model, Trainings.rows(5, seed), new TrainingConfig(
                new Sgd(0), new Schedule.Constant(1), 1, 5, 2, bound, Precision.DOUBLE, seed));
        TrainingState state = trainer.begin(initial);
        trainer.run(state, 1, steps::add);
        ParameterVector moved = state.vector();
        ParameterVector gradient = meanGradient(model, initial, Trainings.rows(5, seed));
        double norm = gradient.norm(Workers.serial());
        double factor = Math.min(1, bound / norm);
        // Parameters of order 1 that differ by gradients of order 1, each the sum of five: some ten roundings.
        double tolerance = 20 * Math.ulp(2.0);
        assertEquals(norm, steps.getFirst().gradientNorm(), tolerance);
        gradient.names().forEach(name -> {
            for (int i = 0; i < gradient.array(name).length; i++) {
                double expected = initial.doubles(name)[i] - factor * gradient.array(name)[i];
                assertEquals(expected, moved.array(name)[i], tolerance, name);
            }
        });
    }

    /** With either engine; without the Vector API both are the scalar one. */
    @Property(tries = 20)
    void resultsDoNotDependOnThreads(
            @ForAll @IntRange(min = 2, max = 4) int threads, @ForAll @IntRange(min = 3, max = 12) int count,
            @ForAll @IntRange(min = 1, max = 12) int batch, @ForAll @IntRange(min = 1, max = 3) int microBatch,
            @ForAll Precision precision, @ForAll boolean vector, @ForAll @IntRange(max = 1_000_000) int seed) {
        Model model = Trainings.transformer();
        List<Example> examples = Trainings.sequences(count, seed);
        TrainingConfig config = Trainings.config(AdamW.withDecay(0.1), 6, batch, microBatch, precision, seed);
        List<TrainingStep> serialSteps = new ArrayList<>();
        List<TrainingStep> sharedSteps = new ArrayList<>();
        TrainingState alone = sixSteps(model, examples, config, vector, 1, serialSteps);
        TrainingState shared = sixSteps(model, examples, config, vector, threads, sharedSteps);
        Trainings.assertSame(alone, shared);
        assertEquals(serialSteps, sharedSteps);
    }

    private static TrainingState sixSteps(
            Model model, List<Example> examples, TrainingConfig config, boolean vector, int threads,
            List<TrainingStep> steps) {
        try (Workers workers = Workers.of(threads)) {
            Engine engine = vector ? VectorEngine.orScalar(workers) : LoweredEngine.scalar();
            Trainer trainer = new Trainer(model, examples, config, engine, workers);
            TrainingState state = trainer.begin(Trainings.initial(model, config.seed()));
            trainer.run(state, 6, steps::add);
            return state;
        }
    }

    /** Four sequences that differ from their first token on can be told apart, so their loss has the infimum 0. */
    @Test
    void aSmallTransformerMemorizesFourSequences() {
        Model model = Trainings.transformer();
        List<Example> examples = List.of(
                Example.ofTokens(0, 3, 5, 1, 4), Example.ofTokens(1, 1, 6, 2, 0),
                Example.ofTokens(2, 6, 3, 3, 5), Example.ofTokens(4, 0, 2, 6, 1));
        for (Precision precision : Precision.values()) {
            TrainingConfig config = new TrainingConfig(
                    AdamW.withDecay(0), new Schedule.WarmupCosine(0.02, 0, 10, 200), 200, 4, 2, 1.0, precision, 1);
            List<TrainingStep> steps = new ArrayList<>();
            Trainer trainer = Trainings.trainer(model, examples, config);
            TrainingState state = trainer.begin(Trainings.initial(model, 1));
            trainer.run(state, 200, steps::add);

            // Nothing learnt yet: weights of deviation 0.02 give logits within a few hundredths of equal.
            assertEquals(Baselines.uniform(Trainings.VOCABULARY), steps.getFirst().loss(), 0.05);
            // Probability 0.95 and more for each token, as a geometric mean; every unigram model is above 1.5.
            double learnt = new Evaluation(model, examples, LoweredEngine.scalar(), precision, 4, Workers.serial())
                    .meanLoss(state.parameters());
            assertTrue(learnt < 0.05, "mean loss " + learnt);
            assertEquals(16, steps.getLast().fedPositions());
        }
    }

    @Test
    void examplesThatCannotBeTrainedOnAreRefused() {
        Model model = Trainings.transformer();
        TrainingConfig config = Trainings.config(new Sgd(0), 1, 1, 1, Precision.DOUBLE, 1);
        assertThrows(TrainingException.class, () -> Trainings.trainer(model, List.of(), config));
        Example silent = new Example(1, Map.of(Example.TOKENS, new int[1], Example.POSITIONS, new int[1],
                Example.LABELS, new int[1]), Map.of(Example.FED, new double[] {1}, Example.WEIGHTS, new double[1]));
        assertThrows(TrainingException.class, () -> Trainings.trainer(model, List.of(silent), config));
        Example tooLong = Example.ofTokens(new int[8]);
        assertThrows(ModelException.class, () -> Trainings.trainer(model, List.of(tooLong), config));
        assertThrows(ModelException.class, () -> Trainings.trainer(model, Trainings.rows(2, 1), config));
    }

    @Test
    void aTokenOutsideTheVocabularyIsRefused() {
        Model model = Trainings.transformer();
        Trainer trainer = Trainings.trainer(model, List.of(Example.ofTokens(1, Trainings.VOCABULARY)),
                Trainings.config(new Sgd(0), 1, 1, 1, Precision.DOUBLE, 1));
        assertThrows(EngineException.class, () -> Trainings.trained(trainer, Trainings.initial(model, 1)));
    }

    @Test
    void parametersOfAnotherModelAreRefused() {
        Trainer trainer = Trainings.trainer(Trainings.transformer(), Trainings.sequences(2, 1),
                Trainings.config(new Sgd(0), 1, 1, 1, Precision.DOUBLE, 1));
        assertThrows(ModelException.class, () -> trainer.begin(Trainings.initial(Trainings.perceptron(), 1)));
    }

    @Test
    void divergenceStopsTheRunAndNamesTheStep() {
        Model model = Trainings.perceptron();
        Trainer trainer = Trainings.trainer(model, Trainings.rows(4, 1), new TrainingConfig(
                new Sgd(0), new Schedule.Constant(1e308), 50, 4, 4, Double.POSITIVE_INFINITY, Precision.DOUBLE, 1));
        TrainingState state = trainer.begin(Trainings.initial(model, 1));
        TrainingException thrown = assertThrows(
                TrainingException.class, () -> trainer.run(state, 50, TrainingListener.NONE));
        assertTrue(thrown.getMessage().contains("step " + (state.step() + 1)), thrown.getMessage());
    }

    @Test
    void aRunEndsWhereTheConfigurationSaysSo() {
        Model model = Trainings.perceptron();
        Trainer trainer = Trainings.trainer(
                model, Trainings.rows(5, 1), Trainings.config(new Sgd(0.9), 3, 2, 2, Precision.DOUBLE, 1));
        TrainingState state = Trainings.trained(trainer, Trainings.initial(model, 1));
        assertEquals(3, state.step());
        assertEquals(3, trainer.stepsPerEpoch());
        assertThrows(TrainingException.class, () -> trainer.run(state, 4, TrainingListener.NONE));
    }
}
