package org.plumbline.model;

/** The MLP of one block, between {@code hidden} units with a {@link Nonlinearity} {@code φ}. */
public sealed interface FeedForward {

    /** Name of the layer that writes to the residual stream. */
    String down();

    int hidden();

    /** {@code W_down φ(W_up x)}. */
    record Plain(String up, String down, int hidden, boolean bias, Nonlinearity nonlinearity) implements FeedForward {}

    /** {@code W_down (φ(W_gate x) ∘ W_up x)} (Shazeer, 2020). */
    record Gated(String gate, String up, String down, int hidden, boolean bias, Nonlinearity nonlinearity)
            implements FeedForward {}

    /** As {@link Gated} without biases, with {@code W_gate} and then {@code W_up} as rows of one layer. */
    record JointlyGated(String gateAndUp, String down, int hidden, Nonlinearity nonlinearity) implements FeedForward {}
}
