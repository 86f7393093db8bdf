package org.plumbline.influence.store;

import java.time.Duration;
import org.plumbline.batch.FisherLabels;
import org.plumbline.curvature.Strategy;
import org.plumbline.io.InputException;

/**
 * How curvature is fitted.
 *
 * @param partitions diagonal partitions of each Kronecker factor, {@code O}; 1 for whole factors
 * @param labels where the pseudo-gradients are taken
 * @param damping {@code c} in {@code λ_ℓ = c · mean(D_ℓ)}
 * @param checkpoints least time between two savings of running sums; it changes no result
 */
public record FitSettings(
        Strategy strategy, int partitions, FisherLabels labels, double damping, Duration checkpoints) {

    /**
     * @throws InputException if the number of partitions or the damping is out of range
     */
    public FitSettings {
        if (partitions < 1) {
            throw new InputException("partitions: found " + partitions + ", expected at least 1");
        }
        if (!(damping >= 0) || Double.isInfinite(damping)) {
            throw new InputException("damping: found " + damping + ", expected a number of at least 0");
        }
    }
}
