package org.plumbline.model;

import org.plumbline.program.ActivationFunction;

/**
 * Sizes and options of a GPT-NeoX (Black et al., 2022).
 *
 * @param vocabulary number of tokens
 * @param context largest number of positions
 * @param width residual stream {@code d}, a multiple of {@code heads}
 * @param layers number of blocks
 * @param heads attention heads
 * @param hidden width of the MLP
 * @param activation of the MLP, {@link ActivationFunction#GELU} in Pythia
 * @param rotary of at most {@code d / heads} dimensions, a quarter of it in Pythia
 * @param parallelResidual whether attention and MLP both read the block's input, as in Pythia, or one after the other
 * @param attentionBias whether the projections of attention have biases
 * @param tiedHead whether the unembedding is the token embedding
 * @param epsilon of every LayerNorm
 */
public record GptNeoXConfig(
        int vocabulary, int context, int width, int layers, int heads, int hidden, ActivationFunction activation,
        RotaryEmbedding rotary, boolean parallelResidual, boolean attentionBias, boolean tiedHead, double epsilon) {

    public GptNeoXConfig {
        DecoderSizes.require(vocabulary, context, width, layers, heads, hidden);
        DecoderSizes.requireMultiple("width", width, heads, "heads");
        DecoderSizes.requireEpsilon(epsilon);
        rotary.requireWithin(width / heads);
    }
}
