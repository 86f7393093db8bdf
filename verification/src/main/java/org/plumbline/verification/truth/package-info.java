/**
 * Ground truths of influence: what estimators are held against, by minimising the objective that influence functions
 * linearise. Slow by design, and exact for small models.
 *
 * <p>References to equations are to Grosse et al., <em>Studying Large Language Model Generalization with Influence
 * Functions</em>, arXiv 2308.03296 (2023).
 */
package org.plumbline.verification.truth;
