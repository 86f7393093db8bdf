package org.plumbline.verification.verify;

import java.util.List;
import org.plumbline.curvature.Compute;
import org.plumbline.engine.Precision;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Parameters;
import org.plumbline.train.AdamW;
import org.plumbline.train.Baselines;
import org.plumbline.train.Evaluation;
import org.plumbline.train.RandomStreams;
import org.plumbline.train.Schedule;
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
 */
record TrainedModel(
        Gpt2 model, Parameters parameters, double initialLoss, double loss, double uniformLoss, double unigramLoss) {
    private static final int MICRO_BATCH = 8;
    private static final double WEIGHT_DECAY = 0.01;
    private static final double CLIP = 1;

    static TrainedModel train(VerifyConfig config, VerifyData data, Compute compute, TrainingListener listener) {
        int vocabulary = data.tokenizer().vocabularySize();
        Gpt2 model = new Gpt2(config.model(vocabulary));
        List<Example> examples = data.examples();
        int warmup = Math.max(1, config.steps() / 20);
        TrainingConfig training = new TrainingConfig(
                AdamW.withDecay(WEIGHT_DECAY),
                new Schedule.WarmupCosine(config.rate(), config.rate() / 100, Math.min(warmup, config.steps() - 1),
                        config.steps()),
                config.steps(), Math.min(config.batch(), examples.size()), MICRO_BATCH, CLIP, Precision.DOUBLE,
                config.seed());
        Trainer trainer = new Trainer(model, examples, training, compute.engine(), compute.workers());
        Parameters initial = model.initialise(RandomStreams.of(config.seed(), "parameters", 0));
        TrainingState state = trainer.begin(initial);
        Evaluation evaluation = new Evaluation(
                model, examples, compute.engine(), Precision.DOUBLE, MICRO_BATCH, compute.workers());
        double before = evaluation.meanLoss(initial);
        trainer.run(state, training.steps(), listener);
        Parameters trained = state.parameters().copy(Precision.DOUBLE);
        return new TrainedModel(model, trained, before, evaluation.meanLoss(trained), Baselines.uniform(vocabulary),
                Baselines.unigram(examples, examples, vocabulary).meanLoss());
    }
}
