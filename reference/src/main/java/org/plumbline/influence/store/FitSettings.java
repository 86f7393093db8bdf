package org.plumbline.influence.store;

import java.time.Duration;
import org.plumbline.batch.FisherLabels;
import org.plumbline.curvature.DampingRule;
import org.plumbline.curvature.Strategy;
import org.plumbline.io.InputException;

/**
 * How curvature is fitted.
 *
 * @param partitions diagonal partitions of each Kronecker factor, {@code O}; 1 for whole factors
 * @param labels where the pseudo-gradients are taken, of strategies that have any
 * @param size rank of {@code lanczos}, width of {@code logra}, dimension of {@code trak}; 0 for the others
 * @param seed of the starting vector of {@code lanczos} and the projections of {@code logra} and {@code trak}
 * @param damping how {@code λ_ℓ} is chosen
 * @param checkpoints least time between two savings of running sums; it changes no result
 */
public record FitSettings(
        Strategy strategy, int partitions, FisherLabels labels, int size, long seed, DampingRule damping,
        Duration checkpoints) {

    /**
     * @throws InputException if the number of partitions or the size is out of range
     */
    public FitSettings {
        if (partitions < 1 || partitions > 1 && !strategy.hasPartitions()) {
            throw new InputException("partitions: found " + partitions + " for " + strategy.title() + ", expected "
                    + (strategy.hasPartitions() ? "at least 1" : "1"));
        }
        if (strategy.defaultSize() > 0 ? size < 1 : size != 0) {
            throw new InputException("size: found " + size + " for " + strategy.title() + ", expected "
                    + (strategy.defaultSize() > 0 ? "at least 1" : "0"));
        }
    }

    /** Of the strategy's usual size. {@code damping} is {@code c} in {@code λ_ℓ = c · mean(D_ℓ)}. */
    public FitSettings(
            Strategy strategy, int partitions, FisherLabels labels, double damping, Duration checkpoints) {
        this(strategy, partitions, labels, strategy.defaultSize(), 0, new DampingRule.Relative(damping), checkpoints);
    }
}
