package org.plumbline.audit.files;

/**
 * A module that has factors.
 *
 * @param name as the files have it
 * @param rows outputs, {@code out}
 * @param columns inputs, and one more where a bias is appended
 */
public record FactorModule(String name, int rows, int columns) {}
