/**
 * The heavy loops written with the Vector API: matrix products and reductions, faster than their definitions in {@code
 * org.plumbline.kernels} and equal to them up to the order of summation.
 *
 * <p>The incubator module {@code jdk.incubator.vector} may be absent at run time; {@code VectorSupport} tells, and no other
 * class of this package may be touched before it was asked.
 */
package org.plumbline.engine.vector;
