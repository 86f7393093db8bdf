package org.plumbline.model;

import org.plumbline.program.ActivationFunction;

/**
 * Sizes and options of a model of the Llama family.
 *
 * @param family which member
 * @param vocabulary number of tokens
 * @param context largest number of positions
 * @param width residual stream {@code d}
 * @param layers number of blocks
 * @param heads attention heads {@code H}, a multiple of {@code keyValueHeads}
 * @param keyValueHeads heads of keys and values {@code K}; each serves {@code H / K} neighboring heads
 * @param headSize size {@code s} of a head; {@code H s} need not be {@code d}
 * @param hidden width of the MLP
 * @param activation of the MLP's gate, {@link ActivationFunction#SILU} in all members
 * @param rotary of all {@code s} dimensions of a head
 * @param attentionBias whether the projections of attention have biases; in Qwen2 queries, keys and values do and the
 *     output projection does not
 * @param mlpBias whether the matrices of the MLP have biases
 * @param tiedHead whether the unembedding is the token embedding
 * @param epsilon of every RMSNorm
 */
public record LlamaConfig(
        Family family, int vocabulary, int context, int width, int layers, int heads, int keyValueHeads, int headSize,
        int hidden, ActivationFunction activation, RotaryEmbedding rotary, boolean attentionBias, boolean mlpBias,
        boolean tiedHead, double epsilon) {

    /** Members of the family. */
    public enum Family {
        /** Llama (Touvron et al., 2023) and models of its architecture, TinyLlama and SmolLM2 among them. */
        LLAMA,
        /** Qwen2 (Yang et al., 2024): biases of queries, keys and values alone. */
        QWEN2,
        /** OLMo 2 (OLMo Team, 2025): RMSNorm after attention and MLP, and of all queries and of all keys. */
        OLMO2
    }

    public LlamaConfig {
        DecoderSizes.require(vocabulary, context, width, layers, heads, hidden);
        DecoderSizes.requireEpsilon(epsilon);
        if (keyValueHeads < 1 || headSize < 1) {
            throw new ModelException("sizes of heads are positive, found " + keyValueHeads
                    + " heads of keys and values of size " + headSize);
        }
        DecoderSizes.requireMultiple("the number of heads", heads, keyValueHeads, "heads of keys and values");
        if (rotary.dimensions() != headSize) {
            throw new ModelException("rotary embedding turns whole heads in the Llama family, of size " + headSize
                    + ", found " + rotary.dimensions() + " dimensions");
        }
        if (family == Family.QWEN2 && (!attentionBias || mlpBias) || family == Family.OLMO2 && mlpBias) {
            throw new ModelException("in Qwen2 attention has biases and the MLP has none, "
                    + "and in OLMo 2 the MLP has none; found attention biases " + attentionBias
                    + " and MLP biases " + mlpBias + " in " + family);
        }
    }

    /** Whether the output projection of attention has a bias. */
    boolean outputBias() {
        return attentionBias && family != Family.QWEN2;
    }

    /** Whether normalization comes after attention and MLP, and queries and keys are normalized. */
    boolean postNorm() {
        return family == Family.OLMO2;
    }
}
