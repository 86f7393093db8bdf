/**
 * Programs: immutable typed graphs of operations on arrays of static shape.
 *
 * <p>A model is written once, as a {@link org.plumbline.program.Program}. Everything else, derivatives, batches,
 * curvature products, is a transformation of programs (package {@code autodiff}), and engines run the result.
 */
package org.plumbline.program;
