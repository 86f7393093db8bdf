package org.plumbline.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.Likelihood;
import org.plumbline.model.Mlp;
import org.plumbline.model.Model;
import org.plumbline.model.Parameters;
import org.plumbline.program.UnaryFunction;
import org.plumbline.random.RandomStreams;

/** Small models, examples and configurations that the tests of this package share. */
final class Trainings {
    static final int VOCABULARY = 7;

    private Trainings() {}

    static Gpt2 transformer() {
        return new Gpt2(new Gpt2Config(VOCABULARY, 6, 8, 1, 2, 12, true, 1e-5));
    }

    static Mlp perceptron() {
        return new Mlp(List.of(3, 5, 4), Optional.of(UnaryFunction.TANH), true, Likelihood.CATEGORICAL);
    }

    /** Token sequences of 2 to 6 positions, some with a prompt that bears no loss. */
    static List<Example> sequences(int count, long seed) {
        return IntStream.range(0, count).mapToObj(i -> {
            var random = RandomStreams.of(seed, "test sequence", i);
            int[] tokens = random.ints(random.nextInt(3, 8), 0, VOCABULARY).toArray();
            return Example.ofCompletion(tokens, random.nextInt(1, tokens.length));
        }).toList();
    }

    /** Single rows with class labels. */
    static List<Example> rows(int count, long seed) {
        return IntStream.range(0, count).mapToObj(i -> {
            var random = RandomStreams.of(seed, "test row", i);
            return Example.ofClasses(random.doubles(3, -1, 1).toArray(), random.nextInt(4));
        }).toList();
    }

    static TrainingConfig config(
            Optimizer optimizer, long steps, int batch, int microBatch, Precision precision, long seed) {
        return new TrainingConfig(
                optimizer, new Schedule.WarmupCosine(0.02, 0.001, 2, 50),
                steps, batch, microBatch, 1.0, precision, seed);
    }

    static Trainer trainer(Model model, List<Example> examples, TrainingConfig config) {
        return new Trainer(model, examples, config, LoweredEngine.scalar(), Workers.serial());
    }

    static Parameters initial(Model model, long seed) {
        return model.initialize(RandomStreams.of(seed, "initial parameters", 0));
    }

    /** Trains to the last step. */
    static TrainingState trained(Trainer trainer, Parameters initial) {
        TrainingState state = trainer.begin(initial);
        trainer.run(state, trainer.config().steps(), TrainingListener.NONE);
        return state;
    }

    /** Demands the same step, parameters and moments, bit for bit. */
    static void assertSame(TrainingState expected, TrainingState found) {
        assertEquals(expected.step(), found.step());
        assertSame(expected.vector(), found.vector());
        expected.optimizer().moments().forEach((name, moment) ->
                assertSame(moment, found.optimizer().moments().get(name)));
    }

    static void assertSame(ParameterVector expected, ParameterVector found) {
        expected.names().forEach(name -> assertArrayEquals(expected.array(name), found.array(name), name));
    }
}
