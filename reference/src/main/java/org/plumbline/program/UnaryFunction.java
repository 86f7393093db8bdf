package org.plumbline.program;

/** Elementwise functions of one argument. */
public enum UnaryFunction {
    /** {@code e^x}. */
    EXP,
    /** Natural logarithm. */
    LOG,
    TANH,
    SQRT,
    /** {@code 1 / x}. */
    RECIPROCAL,
    /** {@code 2/√π ∫₀ˣ e^(−t²) dt}. */
    ERF,
    /** {@code max(x, 0)}. */
    RELU,
    /** 1 where {@code x > 0}, else 0: the derivative of {@link #RELU}, whose own derivative is 0. */
    STEP
}
