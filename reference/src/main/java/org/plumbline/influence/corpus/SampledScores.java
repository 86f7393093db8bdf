package org.plumbline.influence.corpus;

/**
 * How far the scores of a query are off because their Gauss–Newton matrix is the mean over a sample of the training
 * data ({@link org.plumbline.influence.SamplingError}).
 *
 * @param sampled number of sequences of the sample
 * @param training number of all training sequences
 * @param standardError of a score, as a fraction of the root mean square of the scores
 * @param bias of a score, likewise
 */
public record SampledScores(int sampled, int training, double standardError, double bias) {}
