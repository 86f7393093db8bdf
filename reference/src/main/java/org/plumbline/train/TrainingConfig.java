package org.plumbline.train;

import org.plumbline.engine.Precision;

/**
 * Everything that determines a training beside the model, the examples, the initial parameters and the engine.
 *
 * @param optimizer the rule of the steps
 * @param schedule the learning rate of each step
 * @param steps number of steps in all
 * @param batchSize examples a step; the last batch of an epoch may be smaller
 * @param microBatchSize examples whose gradient is computed at once. It bounds memory and is the grain of parallel
 *     work; results depend on it by rounding, and not on the number of threads
 * @param clipNorm bound on the norm of the gradient, {@link Double#POSITIVE_INFINITY} for none
 * @param precision of the engine. Parameters, sums of gradients and moments are kept in double precision in either
 *     case; in single precision the engine sees the parameters rounded
 * @param seed of the order of the examples
 */
public record TrainingConfig(
        Optimizer optimizer, Schedule schedule, long steps, int batchSize, int microBatchSize, double clipNorm,
        Precision precision, long seed) {

    public TrainingConfig {
        TrainingException.require(steps >= 0, "steps", steps, "at least 0");
        TrainingException.require(batchSize >= 1, "batch size", batchSize, "at least 1");
        TrainingException.require(microBatchSize >= 1, "micro-batch size", microBatchSize, "at least 1");
        TrainingException.require(clipNorm > 0, "clipping norm", clipNorm, "a positive number");
    }
}
