/**
 * Transformations of programs into programs: forward mode ({@link org.plumbline.autodiff.Jvp}), reverse mode
 * ({@link org.plumbline.autodiff.Vjp}), batching ({@link org.plumbline.autodiff.Vmap}) and staging
 * ({@link org.plumbline.autodiff.Staging}).
 *
 * <p>Each is one exhaustive {@code switch} over {@link org.plumbline.program.Op}, and the result is a program of the
 * same operations, so they compose without limit: {@code jvp(grad f)} is an exact Hessian–vector product,
 * {@code vmap} of it over unit vectors an exact Hessian.
 */
package org.plumbline.autodiff;
