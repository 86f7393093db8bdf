package org.plumbline.verification.truth;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.model.Example;
import org.plumbline.model.Parameters;
import org.plumbline.random.RandomStreams;
import org.plumbline.train.Evaluation;
import org.plumbline.train.Schedule;
import org.plumbline.train.Sgd;
import org.plumbline.train.Trainer;
import org.plumbline.train.TrainingConfig;
import org.plumbline.train.TrainingListener;
import org.plumbline.train.TrainingState;

/**
 * Trains a study's model again without some of its sequences.
 *
 * <p>A sequence that is removed keeps its place in the batches and has weight zero there, so that trainings of one seed
 * differ in nothing else: same initial parameters, same batches, same sums over what is left, divided by the same
 * number of positions. Trainings run side by side, each on one thread.
 */
public final class Retraining {
    /** What a trainer takes for a position that bears loss, and is zero beside any other weight. */
    private static final double REMOVED = 0x1p-100;

    private final AttributionTask study;
    private final Compute compute;

    public Retraining(AttributionTask study, Compute compute) {
        this.study = study;
        this.compute = compute;
    }

    /** Where a training begins and how it goes on. */
    public sealed interface Start {
        /** From freshly initialized parameters, by the study's recipe. */
        record Scratch() implements Start {}

        /**
         * From trained parameters, with gradient descent with momentum 0.9 at a constant rate.
         *
         * @param parameters where it begins
         * @param steps how many
         * @param rate learning rate
         */
        record Trained(Parameters parameters, long steps, double rate) implements Start {}
    }

    /** The parameters after training on all sequences but those removed. */
    public Parameters train(Start start, int[] removed, long seed) {
        TrainingConfig recipe = study.recipe();
        TrainingConfig config = switch (start) {
            case Start.Scratch() -> new TrainingConfig(recipe.optimizer(), recipe.schedule(), recipe.steps(),
                    recipe.batchSize(), recipe.microBatchSize(), recipe.clipNorm(), recipe.precision(), seed);
            case Start.Trained(Parameters _, long steps, double rate) -> new TrainingConfig(new Sgd(0.9),
                    new Schedule.Constant(rate), steps, recipe.batchSize(), recipe.microBatchSize(), recipe.clipNorm(),
                    recipe.precision(), seed);
        };
        Parameters initial = switch (start) {
            case Start.Scratch() -> study.model().initialize(RandomStreams.of(seed, "parameters", 0));
            case Start.Trained trained -> trained.parameters();
        };
        Trainer trainer = new Trainer(study.model(), without(removed), config, compute.engine(), compute.workers());
        TrainingState state = trainer.begin(initial);
        trainer.run(state, config.steps(), TrainingListener.NONE);
        return state.parameters().copy(Precision.DOUBLE);
    }

    private List<Example> without(int[] removed) {
        List<Example> examples = new ArrayList<>(study.training());
        for (int m : removed) {
            Example example = examples.get(m);
            examples.set(m, example.withWeights(Arrays.stream(example.reals(Example.WEIGHTS))
                    .map(weight -> weight == 0 ? 0 : REMOVED)
                    .toArray()));
        }
        return examples;
    }

    /**
     * {@code f} of every query after each of several trainings of one seed.
     *
     * @param removed for each training the indices of the sequences that are left out
     * @param progress told after each training; calls are not synchronized
     * @return {@code [trainings][queries]}
     */
    public double[][] measurements(Start start, int[][] removed, long seed, IntConsumer progress) {
        double[][] measurements = new double[removed.length][];
        compute.workers().forEach(removed.length, i -> {
            measurements[i] = measure(train(start, removed[i], seed));
            progress.accept(i);
        });
        return measurements;
    }

    /** {@code f} of every query at these parameters. */
    public double[] measure(Parameters parameters) {
        double[] losses = new Evaluation(study.model(), study.queries(), compute.engine(), Precision.DOUBLE, 1,
                Workers.serial()).losses(parameters);
        return Arrays.stream(losses).map(loss -> -loss).toArray();
    }

    /**
     * Effects of leaving one out, for one seed: {@code N (f(all) − f(without m))}, which estimates {@code raw}.
     *
     * @param sequences indices of the sequences to leave out, one at a time
     * @return {@code [queries][sequences]}
     */
    public double[][] leaveOneOut(Start start, int[] sequences, long seed, IntConsumer progress) {
        int[][] removed = new int[sequences.length + 1][];
        removed[0] = new int[0];
        for (int i = 0; i < sequences.length; i++) {
            removed[i + 1] = new int[] {sequences[i]};
        }
        double[][] measured = measurements(start, removed, seed, progress);
        double[][] effects = new double[study.queries().size()][sequences.length];
        for (int q = 0; q < effects.length; q++) {
            for (int i = 0; i < sequences.length; i++) {
                effects[q][i] = study.training().size() * (measured[0][q] - measured[i + 1][q]);
            }
        }
        return effects;
    }
}
