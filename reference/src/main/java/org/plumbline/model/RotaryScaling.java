package org.plumbline.model;

/** How the frequencies of a rotary embedding are changed for contexts longer than the one that was trained on. */
public sealed interface RotaryScaling {

    /** A frequency {@code ω}, in radians a position, after the change. */
    double scale(double frequency);

    /** No change. */
    record None() implements RotaryScaling {
        @Override
        public double scale(double frequency) {
            return frequency;
        }
    }

    /**
     * {@code ω / factor}: positions are interpolated (Chen et al., 2023).
     *
     * @param factor at least 1
     */
    record Linear(double factor) implements RotaryScaling {
        public Linear {
            requireFactor(factor);
        }

        @Override
        public double scale(double frequency) {
            return frequency / factor;
        }
    }

    /**
     * Llama 3.1's: with the wavelength {@code 2π/ω} and the trained context {@code C}, {@code ω} where the wavelength
     * is below {@code C/high}, {@code ω / factor} where it is above {@code C/low}, and between them
     * {@code (1 − s) ω / factor + s ω} with {@code s = (C ω/2π − low) / (high − low)} (Grattafiori et al., 2024).
     *
     * @param factor at least 1
     * @param low {@code low_freq_factor}, positive
     * @param high {@code high_freq_factor}, above {@code low}
     * @param context {@code C}, the context that was trained on
     */
    record Llama3(double factor, double low, double high, int context) implements RotaryScaling {
        public Llama3 {
            requireFactor(factor);
            if (!(low > 0 && high > low) || Double.isInfinite(high) || context < 1) {
                throw new ModelException("llama3 rotary scaling needs 0 < low_freq_factor < high_freq_factor and "
                        + "a positive original context, found " + low + ", " + high + " and " + context);
            }
        }

        @Override
        public double scale(double frequency) {
            double turns = context * frequency / (2 * Math.PI);
            double share = Math.clamp((turns - low) / (high - low), 0, 1);
            return (1 - share) * frequency / factor + share * frequency;
        }
    }

    private static void requireFactor(double factor) {
        if (!(factor >= 1) || Double.isInfinite(factor)) {
            throw new ModelException("the factor of a rotary scaling is finite and at least 1, found " + factor);
        }
    }
}
