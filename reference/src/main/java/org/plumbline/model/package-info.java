/**
 * Models as programs: decoder-only transformers and multi-layer perceptrons, their parameters by name, the layers whose
 * curvature is tracked, and the examples they are run on.
 *
 * <p>A model describes the forward pass of <em>one</em> example; batches, gradients and curvature products are
 * transformations of that program. Weights of linear layers are {@code [out, in]} everywhere.
 */
package org.plumbline.model;
