package org.plumbline.influence;

import org.plumbline.batch.PassListener;
import org.plumbline.influence.store.FactorStore;

/**
 * Told how far {@link Influence} has come, and asked whether it should go on. A listener that only reports is a lambda:
 *
 * <pre>{@code stage -> (done, total) -> System.err.println(stage + ": " + done + " of " + total)}</pre>
 */
@FunctionalInterface
public interface InfluenceListener extends FactorStore.Listener {

    /** Reports nothing and cancels nothing. */
    InfluenceListener NONE = _ -> PassListener.NONE;

    /**
     * A stage begins: {@code factors}, {@code eigenbases} and {@code eigenvalues} of a fit, {@code queries} and
     * {@code scan}. Not every stage happens, and a stage may happen again.
     *
     * @return the listener of the stage, called in any thread but one at a time
     */
    @Override
    PassListener begin(String stage);

    /**
     * Whether the work should end. Asked at the beginning of each stage and after each shard of sequences, in any
     * thread; if so, the work ends with an {@link InfluenceCanceledException}.
     */
    default boolean isCancelled() {
        return false;
    }

    /**
     * Queries were truncated to a rank.
     *
     * @param relativeError largest relative error in Frobenius norm that the rank leaves in a layer's query gradient
     */
    default void truncated(int rank, double relativeError) {}
}
