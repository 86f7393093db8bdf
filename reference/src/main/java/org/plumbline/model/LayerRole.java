package org.plumbline.model;

/** What a tracked layer serves in its model. */
public enum LayerRole {
    /** Queries, keys, values and the output projection of attention. */
    ATTENTION,
    /** A matrix of an MLP. */
    MLP,
    /** The matrix that makes logits of the last hidden state, where it is not the token embedding. */
    UNEMBEDDING
}
