package org.plumbline.program;

/** Smooth activation functions that exist as fused operations together with their first two derivatives. */
public enum ActivationFunction {
    /** {@code ½x(1 + tanh(√(2/π)(x + 0.044715x³)))}: GPT-2's approximation of GELU (Hendrycks and Gimpel, 2016). */
    GELU_TANH,
    /** {@code xΦ(x) = ½x(1 + erf(x/√2))}: the exact GELU (Hendrycks and Gimpel, 2016). */
    GELU,
    /** {@code xσ(x)}: SiLU or Swish (Elfwing et al., 2017). */
    SILU
}
