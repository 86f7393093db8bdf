/**
 * Ground truths of influence, what estimators are held against: the proximal Bregman response, by minimizing the
 * objective that influence functions linearize; retraining with and without sequences; the linear datamodeling score;
 * the closed form of leaving one out of a ridge regression; and tail patches.
 *
 * <p>All effects are in the unit of {@link org.plumbline.influence.InfluenceScores}: {@code raw}, positive where the
 * sequence makes the query more probable, {@code raw / N} for one copy.
 *
 * <p>References to equations are to Grosse et al., <em>Studying Large Language Model Generalization with Influence
 * Functions</em>, arXiv 2308.03296 (2023).
 */
package org.plumbline.verification.truth;
