package org.plumbline.model;

import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;

/**
 * Normalization of each position's vector, or of each head's, with parameters {@code name.weight} and, for LayerNorm,
 * {@code name.bias}.
 *
 * @param name prefix of the parameters' names
 * @param kind the equation
 * @param width entries of a vector
 * @param epsilon {@code ε}, added to the variance
 */
public record Normalization(String name, Kind kind, int width, double epsilon) {

    /** How a vector {@code x} is normalized. */
    public enum Kind {
        /** {@code γ ∘ (x − mean) / √(variance + ε) + β} (Ba, Kiros and Hinton, 2016). */
        LAYER,
        /** {@code γ ∘ x / √(mean(x²) + ε)} (Zhang and Sennrich, 2019). */
        RMS,
        /** {@code (1 + γ) ∘ x / √(mean(x²) + ε)}, as Gemma stores its gains (Gemma Team, 2024). */
        RMS_FROM_ONE
    }

    public Normalization {
        DecoderSizes.requireEpsilon(epsilon);
    }

    void declare(DecoderParts parts) {
        switch (kind) {
            case LAYER -> parts.layerNorm(name, width);
            case RMS -> parts.rmsNorm(name, width);
            case RMS_FROM_ONE -> parts.shift(name + ".weight", width);
        }
    }

    /** The vectors along the last axis of {@code x}, normalized. */
    Value apply(Forward f, Value x) {
        ProgramBuilder b = f.builder();
        Value standardized = b.standardize(x, epsilon, kind == Kind.LAYER);
        Value gain = f.parameter(name + ".weight");
        return switch (kind) {
            case LAYER -> b.add(b.multiply(standardized, gain), f.parameter(name + ".bias"));
            case RMS -> b.multiply(standardized, gain);
            case RMS_FROM_ONE -> b.multiply(standardized, b.affine(gain, 1, 1));
        };
    }
}
