package org.plumbline.train;

/**
 * One step that was taken.
 *
 * @param step its number, from 1
 * @param steps number of steps in all
 * @param loss mean loss per loss position of the step's batch in nats, before the step
 * @param gradientNorm norm of that loss's gradient, before clipping
 * @param learningRate learning rate of the step
 * @param examples examples in the batch
 * @param fedPositions fed positions of the batch: the tokens that were read
 */
public record TrainingStep(
        long step, long steps, double loss, double gradientNorm, double learningRate,
        int examples, long fedPositions) {}
