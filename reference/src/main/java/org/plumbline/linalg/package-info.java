/**
 * Dense double-precision linear algebra: symmetric eigendecomposition, Cholesky factorization and the row-major
 * {@code vec}/Kronecker conventions.
 *
 * <p>Matrices are flat, row-major {@code double[]}: element {@code (i, j)} of a matrix with {@code n} columns is
 * {@code a[i * n + j]}. Inputs are never modified and results never alias them. What a
 * factorization satisfies is stated in its class and tested as a property. A matrix that cannot be used is a
 * {@link org.plumbline.linalg.MatrixException}, never a silent {@code NaN}.
 *
 * <p>Two loops of the eigendecomposition use the Vector API where it is there: {@code VectorRotations} and {@code
 * VectorTriangle}, which only {@code DenseLoops} touches, after it has asked {@code VectorSupport}.
 */
package org.plumbline.linalg;
