package org.plumbline.model;

import org.plumbline.program.ActivationFunction;

/**
 * Sizes and options of a GPT-2 (Radford et al., 2019).
 *
 * @param vocabulary number of tokens
 * @param context largest number of positions
 * @param width residual stream {@code d}, a multiple of {@code heads}
 * @param layers number of blocks
 * @param heads attention heads
 * @param hidden width of the MLP
 * @param tiedHead whether the unembedding is the token embedding, as in GPT-2; an untied one has no bias
 * @param epsilon of every LayerNorm
 * @param activation of the MLP, GPT-2's own being {@link ActivationFunction#GELU_TANH}
 * @param scaledAttention whether scores are divided by the root of a head's size, as in GPT-2
 * @param scaledByDepth whether the scores of block {@code i = 0, 1, …} are also divided by {@code i + 1}
 */
public record Gpt2Config(
        int vocabulary, int context, int width, int layers, int heads, int hidden, boolean tiedHead, double epsilon,
        ActivationFunction activation, boolean scaledAttention, boolean scaledByDepth) {

    public Gpt2Config {
        DecoderSizes.require(vocabulary, context, width, layers, heads, hidden);
        DecoderSizes.requireMultiple("width", width, heads, "heads");
        DecoderSizes.requireEpsilon(epsilon);
    }

    /** GPT-2's own options at these sizes. */
    public Gpt2Config(
            int vocabulary, int context, int width, int layers, int heads, int hidden,
            boolean tiedHead, double epsilon) {
        this(vocabulary, context, width, layers, heads, hidden, tiedHead, epsilon,
                ActivationFunction.GELU_TANH, true, false);
    }

    /** What the scores of block {@code block} are multiplied by. */
    double attentionScale(int block) {
        double scale = scaledAttention ? 1 / Math.sqrt(width / heads) : 1;
        return scaledByDepth ? scale / (block + 1) : scale;
    }
}
