/**
 * The engine that runs programs with the Vector API, and its loops: matrix products, reductions, functions of rows and
 * elements and copies, faster than their definitions in {@code org.plumbline.kernels} and equal to them up to the order
 * of summation and a few units in the last place of exponentials.
 *
 * <p>The incubator module {@code jdk.incubator.vector} may be absent at run time; {@code VectorSupport} tells, and no
 * other class of this package may be touched before it was asked.
 */
package org.plumbline.engine.vector;
