package org.plumbline.influence.store;

import java.time.Duration;
import org.plumbline.curvature.Strategy;
import org.plumbline.io.InputException;

/**
 * How curvature is fitted.
 *
 * @param blocks diagonal blocks that each Kronecker factor is split into, {@code O}; 1 for whole factors
 * @param seed of the sampled labels
 * @param damping {@code c} in {@code λ_ℓ = c · mean(D_ℓ)}
 * @param checkpoints least time between two savings of running sums; it changes no result
 */
public record FitSettings(Strategy strategy, int blocks, long seed, double damping, Duration checkpoints) {

    /**
     * @throws InputException if the number of blocks or the damping is out of range
     */
    public FitSettings {
        if (blocks < 1) {
            throw new InputException("blocks: found " + blocks + ", expected at least 1");
        }
        if (!(damping >= 0) || Double.isInfinite(damping)) {
            throw new InputException("damping: found " + damping + ", expected a number of at least 0");
        }
    }
}
