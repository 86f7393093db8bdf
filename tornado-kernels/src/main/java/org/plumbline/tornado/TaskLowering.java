package org.plumbline.tornado;

import org.plumbline.program.Node;

/**
 * How a device performs one operation.
 *
 * @param <A> {@code double[]} or {@code float[]}
 */
interface TaskLowering<A> {
    /**
     * The task that computes {@code node}'s value. Sources and views need none and are never asked for. Every other
     * operation has a kernel: the switch over them is exhaustive.
     */
    Task lower(Node node, ValueArrays<A> arrays);

    /** The task that computes attention weights without the values within. */
    Task lower(AttentionWeights weights, ValueArrays<A> arrays);
}
