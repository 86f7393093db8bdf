package org.plumbline.model;

import org.plumbline.program.ActivationFunction;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.UnaryFunction;
import org.plumbline.program.Value;

/** What an MLP applies to its hidden units. */
public enum Nonlinearity {
    /** See {@link ActivationFunction#GELU_TANH}. */
    GELU_TANH,
    /** See {@link ActivationFunction#GELU}. */
    GELU,
    /** See {@link ActivationFunction#SILU}. */
    SILU,
    /** {@code max(x, 0)}. */
    RELU;

    /** The nonlinearity that is this fused function. */
    static Nonlinearity of(ActivationFunction function) {
        return switch (function) {
            case GELU_TANH -> GELU_TANH;
            case GELU -> GELU;
            case SILU -> SILU;
        };
    }

    Value apply(ProgramBuilder b, Value x) {
        return switch (this) {
            case GELU_TANH -> b.activation(ActivationFunction.GELU_TANH, x);
            case GELU -> b.activation(ActivationFunction.GELU, x);
            case SILU -> b.activation(ActivationFunction.SILU, x);
            case RELU -> b.unary(UnaryFunction.RELU, x);
        };
    }
}
