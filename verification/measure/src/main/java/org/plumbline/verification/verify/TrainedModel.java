package org.plumbline.verification.verify;

import java.util.ArrayList;
import java.util.List;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Precision;
import org.plumbline.influence.TracIn;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Parameters;
import org.plumbline.random.RandomStreams;
import org.plumbline.train.Baselines;
import org.plumbline.train.Evaluation;
import org.plumbline.train.Trainer;
import org.plumbline.train.TrainingConfig;
import org.plumbline.train.TrainingListener;
import org.plumbline.train.TrainingState;

/**
 * A transformer trained on a run's sequences, and how much it has learned: all losses are means per predicted token in
 * nats, on the training sequences.
 *
 * @param initialLoss before training
 * @param loss after training
 * @param uniformLoss of guessing every token alike
 * @param unigramLoss of guessing by the tokens' frequencies in the training sequences
 * @param checkpoints along the training, evenly spaced, the last at its end, with the rates of the steps that led there
 */
record TrainedModel(
        Gpt2 model, Parameters parameters, double initialLoss, double loss, double uniformLoss, double unigramLoss,
        List<TracIn.Checkpoint> checkpoints) {
    private static final int CHECKPOINTS = 5;
    private static final int MICRO_BATCH = 8;

    static TrainedModel train(VerifyConfig config, VerifyData data, Compute compute, TrainingListener listener) {
        int vocabulary = data.tokenizer().vocabularySize();
        Gpt2 model = new Gpt2(config.model(vocabulary));
        List<Example> examples = data.examples();
        TrainingConfig training = config.training(examples.size());
        Trainer trainer = new Trainer(model, examples, training, compute.engine(), compute.workers());
        Parameters initial = model.initialize(RandomStreams.of(config.seed(), "parameters", 0));
        TrainingState state = trainer.begin(initial);
        Evaluation evaluation = new Evaluation(
                model, examples, compute.engine(), Precision.DOUBLE, MICRO_BATCH, compute.workers());
        double before = evaluation.meanLoss(initial);
        List<TracIn.Checkpoint> checkpoints = new ArrayList<>();
        for (int i = 1; i <= CHECKPOINTS; i++) {
            long step = Math.max(1, (long) config.steps() * i / CHECKPOINTS);
            trainer.run(state, step, listener);
            checkpoints.add(new TracIn.Checkpoint(state.parameters().copy(Precision.DOUBLE),
                    training.schedule().rate(step)));
        }
        Parameters trained = checkpoints.getLast().parameters();
        return new TrainedModel(model, trained, before, evaluation.meanLoss(trained), Baselines.uniform(vocabulary),
                Baselines.unigram(examples, examples, vocabulary).meanLoss(), checkpoints);
    }
}
