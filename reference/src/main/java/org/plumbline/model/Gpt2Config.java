package org.plumbline.model;

/**
 * Sizes of a GPT-2 (Radford et al., 2019).
 *
 * @param vocabulary number of tokens
 * @param context largest number of positions
 * @param width residual stream {@code d}, a multiple of {@code heads}
 * @param layers number of blocks
 * @param heads attention heads
 * @param hidden width of the MLP
 * @param tiedHead whether the unembedding is the token embedding, as in GPT-2; an untied one has no bias
 * @param epsilon of every LayerNorm
 */
public record Gpt2Config(
        int vocabulary, int context, int width, int layers, int heads, int hidden, boolean tiedHead, double epsilon) {

    public Gpt2Config {
        if (vocabulary < 2 || context < 1 || width < 1 || layers < 0 || heads < 1 || hidden < 1) {
            throw new ModelException("sizes of a transformer are positive, with 2 tokens or more: found vocabulary "
                    + vocabulary + ", context " + context + ", width " + width + ", layers " + layers + ", heads " + heads
                    + ", hidden " + hidden);
        }
        if (width % heads != 0) {
            throw new ModelException("width " + width + " is no multiple of " + heads + " heads");
        }
        if (!(epsilon >= 0)) {
            throw new ModelException("the LayerNorm epsilon is not negative, found " + epsilon);
        }
    }
}
