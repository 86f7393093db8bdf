package org.plumbline.program;

/** What the elements of an array are. */
public enum ElementType {
    /** A real number, in whatever precision the engine was asked for. Differentiable. */
    REAL,
    /** A 32-bit integer used as an index (a token, a label, a position). Carries no derivative. */
    INDEX
}
