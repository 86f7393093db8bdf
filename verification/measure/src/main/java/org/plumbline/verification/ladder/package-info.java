/**
 * The error ladder: on the same pairs of training sequence and query, every step from retraining to the cheapest
 * estimate, so that one can read off which approximation costs how much. With it the iterative solvers by iterations,
 * the cost of EK-FAC against theirs at equal error, linear datamodeling scores, and removal of the highest-ranked
 * sequences.
 */
package org.plumbline.verification.ladder;
