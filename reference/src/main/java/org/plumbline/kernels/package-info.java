/**
 * The loops: static methods over flat arrays, one kernel for each operation of a program, in the subset of Java that a
 * GPU compiler takes as well ({@link org.plumbline.kernels.Parallel}).
 *
 * <p>These methods are the definition of every engine's arithmetic: clarity first. Classes that end in {@code 64} are
 * written by hand; those that end in {@code 32} are derived from them line by line, and a test holds them to it.
 */
package org.plumbline.kernels;
