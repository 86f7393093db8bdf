package org.plumbline.curvature;

import org.plumbline.engine.Workers;

/**
 * A curvature that is a mean over examples, {@code C = 1/N Σ_m C_m}, and can be multiplied by over some of them. For a
 * subset {@code S} drawn uniformly among those of one size, {@code C_S = 1/|S| Σ_{m∈S} C_m} has the expectation
 * {@code C}.
 */
public interface FiniteSumCurvature extends Curvature {

    /** {@code N}. */
    int examples();

    /**
     * {@code C_S}; of all examples in order it is this curvature to the last bit.
     *
     * @param subset {@code S}, indices of examples, none of them twice
     * @throws IllegalArgumentException if the subset is empty
     * @throws IndexOutOfBoundsException if there is no such example
     */
    Curvature on(int... subset);

    /** The threads that independent products may share. */
    default Workers workers() {
        return Workers.serial();
    }
}
