package org.plumbline.batch;

/**
 * The shape that a batched program is compiled for.
 *
 * @param size sequences
 * @param length positions of each
 * @param masked whether some position is padding
 */
public record BatchShape(int size, int length, boolean masked) {}
