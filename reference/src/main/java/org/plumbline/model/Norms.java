package org.plumbline.model;

import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;

/**
 * Normalization of each position's vector, with parameters {@code name.weight} and, for LayerNorm, {@code name.bias}.
 */
final class Norms {
    private Norms() {}

    /** {@code γ ∘ (x − mean) / √(variance + ε) + β} (Ba, Kiros and Hinton, 2016). */
    static Value layer(Forward f, String name, Value x, double epsilon) {
        ProgramBuilder b = f.builder();
        Value standardized = b.standardize(x, epsilon, true);
        return b.add(b.multiply(standardized, f.parameter(name + ".weight")), f.parameter(name + ".bias"));
    }

    /** {@code γ ∘ x / √(mean(x²) + ε)} (Zhang and Sennrich, 2019). */
    static Value rms(Forward f, String name, Value x, double epsilon) {
        ProgramBuilder b = f.builder();
        return b.multiply(b.standardize(x, epsilon, false), f.parameter(name + ".weight"));
    }
}
