/**
 * Engines run programs: {@link org.plumbline.engine.Engine#compile} plans every buffer of a program once and gives an
 * {@link org.plumbline.engine.Executable} whose runs allocate nothing.
 *
 * <p>The scalar engine is the definition, the kernels as they stand; the Vector-API engine is the fast one on a CPU and
 * is held to the scalar one by tests. Both share the planning and binding of buffers and differ in how they
 * {@linkplain org.plumbline.engine.Lowering lower} an operation.
 */
package org.plumbline.engine;
