package org.plumbline.program;

/** Elementwise functions of two arguments. */
public enum BinaryFunction {
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE
}
