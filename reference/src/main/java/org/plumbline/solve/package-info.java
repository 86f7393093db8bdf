/**
 * Products with an inverse damped curvature, {@code (C + D)⁻¹ v} with {@code D = diag(λ_ℓ I)}: dense factorizations,
 * the closed forms of Kronecker-factored and diagonal curvatures, conjugate gradients, LiSSA and preconditioned Neumann
 * iterations, the latter two also by minibatches; and cheaper answers in fewer dimensions, from dominant eigenpairs
 * or projected gradients. A {@link org.plumbline.solve.Certificate} bounds the error of any of them, from one exact
 * product or, by {@link org.plumbline.solve.Refinement}, from as many more as the bound is to be small.
 *
 * <p>Every iterative solution carries its true residual {@code r = v − (C + D) x}, recomputed and not carried along by
 * a recurrence, and the error bound that follows from it where {@code C} is positive semi-definite. Right sides are
 * solved together, so that an operator which is read from memory is read once an iteration for all of them. What an
 * iterative solver returns for one right side does not depend on the others, up to the rounding of the operator; only
 * a refinement does, whose systems search together.
 */
package org.plumbline.solve;
