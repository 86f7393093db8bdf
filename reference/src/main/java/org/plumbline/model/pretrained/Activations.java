package org.plumbline.model.pretrained;

import org.plumbline.model.Nonlinearity;
import org.plumbline.program.ActivationFunction;

/** The names that Hugging Face's configurations give activation functions. */
final class Activations {
    private Activations() {}

    /** The function that option {@code key} names. */
    static ActivationFunction read(ConfigOptions options, String key, String otherwise) {
        return switch (options.text(key, otherwise)) {
            case "gelu" -> ActivationFunction.GELU;
            case "gelu_new", "gelu_pytorch_tanh" -> ActivationFunction.GELU_TANH;
            case "silu", "swish" -> ActivationFunction.SILU;
            default -> throw options.unexpected(key, "gelu, gelu_new, gelu_pytorch_tanh, silu or swish");
        };
    }

    /** As {@link #read}, ReLU among them. */
    static Nonlinearity nonlinearity(ConfigOptions options, String key, String otherwise) {
        return switch (options.text(key, otherwise)) {
            case "gelu" -> Nonlinearity.GELU;
            case "gelu_new", "gelu_pytorch_tanh" -> Nonlinearity.GELU_TANH;
            case "silu", "swish" -> Nonlinearity.SILU;
            case "relu" -> Nonlinearity.RELU;
            default -> throw options.unexpected(key, "gelu, gelu_new, gelu_pytorch_tanh, silu, swish or relu");
        };
    }

    static String name(ActivationFunction function) {
        return switch (function) {
            case GELU -> "gelu";
            case GELU_TANH -> "gelu_new";
            case SILU -> "silu";
        };
    }
}
