/**
 * Training: optimizers, schedules, a trainer whose every bit is determined by its configuration, and checkpoints that
 * it resumes from as if it had never stopped.
 *
 * <p>{@link org.plumbline.train.Trainer} minimizes the mean loss per loss position of mini-batches.
 * {@link org.plumbline.train.Evaluation} measures that loss, and {@link org.plumbline.train.Baselines} gives what a
 * model that learnt nothing would reach.
 */
package org.plumbline.train;
