package org.plumbline.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.plumbline.engine.Executable;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.model.Example;
import org.plumbline.model.Model;
import org.plumbline.model.ModelException;
import org.plumbline.model.Parameters;

class EvaluationTest {

    /** Against the definition: each example by itself, unpadded. */
    @Property(tries = 25)
    void lossesAreThoseOfTheExamplesOneByOne(
            @ForAll @IntRange(min = 1, max = 9) int count, @ForAll @IntRange(min = 1, max = 4) int microBatch,
            @ForAll @IntRange(min = 1, max = 3) int threads, @ForAll @IntRange(max = 1_000_000) int seed) {
        Model model = Trainings.transformer();
        List<Example> examples = Trainings.sequences(count, seed);
        Parameters parameters = Trainings.initial(model, seed);
        double[] expected = examples.stream().mapToDouble(example -> {
            Executable executable =
                    LoweredEngine.scalar().compile(model.loss(example.length()), Precision.DOUBLE);
            executable.bindPresent(parameters.storages());
            executable.bindPresent(example.storages(Precision.DOUBLE));
            executable.run();
            return executable.scalar(Model.LOSS);
        }).toArray();
        try (Workers workers = Workers.of(threads)) {
            Evaluation evaluation =
                    new Evaluation(model, examples, LoweredEngine.scalar(), Precision.DOUBLE, microBatch, workers);
            // Padding adds exact zeros; what may differ is the order of sums of some tens of numbers of order 1.
            assertArrayEquals(expected, evaluation.losses(parameters), 1e-13);
            int positions = examples.stream().mapToInt(Example::lossPositions).sum();
            assertEquals(Arrays.stream(expected).sum() / positions, evaluation.meanLoss(parameters), 1e-13);
        }
    }

    @Property(tries = 10)
    void theResultDoesNotDependOnThreads(
            @ForAll @IntRange(min = 2, max = 4) int threads, @ForAll Precision precision,
            @ForAll @IntRange(max = 1_000_000) int seed) {
        Model model = Trainings.transformer();
        List<Example> examples = Trainings.sequences(11, seed);
        Parameters parameters = Trainings.initial(model, seed);
        try (Workers workers = Workers.of(threads)) {
            assertArrayEquals(
                    new Evaluation(model, examples, LoweredEngine.scalar(), precision, 2, Workers.serial())
                            .losses(parameters),
                    new Evaluation(model, examples, LoweredEngine.scalar(), precision, 2, workers).losses(parameters));
        }
    }

    /** Labels 1, 1, 1, 2 in training: entropy ¾ log(4/3) + ¼ log 4. The first token is no label. */
    @Test
    void theUnigramLossOfTheTrainingLabelsIsTheirEntropy() {
        List<Example> training = List.of(Example.ofTokens(0, 1, 1), Example.ofTokens(3, 1, 2));
        Baselines.Unigram own = Baselines.unigram(training, training, 5);
        double entropy = 0.75 * Math.log(4.0 / 3) + 0.25 * Math.log(4);
        assertEquals(entropy, own.meanLoss(), 4 * Math.ulp(2.0));
        assertFalse(own.smoothed());
    }

    /**
     * Label 4 is unseen: each of 5 labels is counted once more, so its probability is 1/9 and that of label 1 is 4/9.
     */
    @Test
    void anUnseenLabelBringsInAddOneSmoothing() {
        List<Example> training = List.of(Example.ofTokens(0, 1, 1), Example.ofTokens(3, 1, 2));
        Baselines.Unigram unseen = Baselines.unigram(training, List.of(Example.ofTokens(0, 1, 4)), 5);
        assertEquals((Math.log(9.0 / 4) + Math.log(9)) / 2, unseen.meanLoss(), 4 * Math.ulp(4.0));
        assertTrue(unseen.smoothed());
    }

    /** Gibbs: no distribution that looks at labels alone beats their own frequencies. */
    @Property(tries = 100)
    void theUnigramLossIsAtMostTheUniformOneAndAtLeastZero(
            @ForAll @IntRange(min = 1, max = 9) int count, @ForAll @IntRange(max = 1_000_000) int seed) {
        List<Example> examples = Trainings.sequences(count, seed);
        double loss = Baselines.unigram(examples, examples, Trainings.VOCABULARY).meanLoss();
        double rounding = 8 * Math.ulp(4.0);
        assertTrue(loss >= -rounding && loss <= Baselines.uniform(Trainings.VOCABULARY) + rounding);
    }

    @Test
    void labelsThatDoNotFitAreRefused() {
        List<Example> examples = List.of(Example.ofTokens(0, 5));
        assertThrows(ModelException.class, () -> Baselines.unigram(examples, examples, 5));
        List<Example> regression = List.of(Example.ofTargets(1, new double[1], new double[1]));
        assertThrows(ModelException.class, () -> Baselines.unigram(regression, regression, 5));
        assertThrows(TrainingException.class, () -> Baselines.unigram(List.of(), examples, 6));
    }
}
