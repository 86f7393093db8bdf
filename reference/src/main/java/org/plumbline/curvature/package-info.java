/**
 * Curvature of a training objective on a space of parameter blocks: the exact Hessian and Gauss–Newton matrix as
 * operators and dense, the Kronecker-factored approximations of the latter, diagonal and low-rank ones, and the
 * empirical Fisher matrix, which is another.
 *
 * <p>Conventions ({@code docs/mathematics.md}): a layer's parameters are {@code W̄ = [W b]}, flattened row by row, so
 * that a Kronecker block reads {@code S ⊗ A}; the loss of a sequence is a sum over its loss positions; the objective
 * and every curvature are means over sequences.
 */
package org.plumbline.curvature;
