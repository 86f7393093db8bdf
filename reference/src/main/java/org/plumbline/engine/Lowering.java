package org.plumbline.engine;

import org.plumbline.program.Node;

/**
 * How an engine performs one operation.
 *
 * @param <A> {@code double[]} or {@code float[]}
 */
@FunctionalInterface
public interface Lowering<A> {

    /**
     * The step that computes {@code node}'s value from its operands, all of which {@code slots} knows. Sources and
     * views ({@code Reshape}, {@code StopGradient}) need no step and are never asked for.
     */
    Runnable lower(Node node, Slots<A> slots);
}
