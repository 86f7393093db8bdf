package org.plumbline.model.pretrained;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.plumbline.model.Architecture;
import org.plumbline.model.FeedForward;
import org.plumbline.model.Nonlinearity;
import org.plumbline.model.Normalization;
import org.plumbline.model.Projection;
import org.plumbline.model.RotaryEmbedding;
import org.plumbline.model.RotaryScaling;
import org.plumbline.model.SelfAttention;

/** {@code phi3}: Llama's parts, with joint projections and a part of each head rotated (Abdin et al., 2024). */
final class Phi3Family extends Family {
    @Override
    String type() {
        return "phi3";
    }

    @Override
    Architecture architecture(ConfigOptions options, int mostLayers) {
        options.requireFalse("attention_bias");
        LlamaShape shape = LlamaShape.read(options, mostLayers, OptionalInt.empty(), OptionalInt.empty());
        LlamaParts parts = new LlamaParts(shape, Normalization.Kind.RMS, options.number("rms_norm_eps", 1e-5));
        RotaryEmbedding rotary = RotaryOptions.read(
                options, "rope_theta", "partial_rotary_factor", 10_000, 1, shape.headSize());
        if (!rotary.scaling().equals(new RotaryScaling.None())) {
            throw options.unexpected(options.has("rope_scaling") ? "rope_scaling" : "rope_parameters",
                    "a rope_type of default: no scaling is supported in phi3");
        }
        OptionalInt window = LlamaShape.window(options, OptionalInt.empty());
        Nonlinearity nonlinearity = Activations.nonlinearity(options, "hidden_act", "silu");
        return parts.architecture(1,
                block -> parts.before(block, attention(block, parts, rotary, window),
                        new FeedForward.JointlyGated(LlamaParts.prefix(block) + "mlp.gate_up_proj",
                                LlamaParts.prefix(block) + "mlp.down_proj", shape.hidden(), nonlinearity), 1),
                LlamaParts.head(options.flag("tie_word_embeddings", false)));
    }

    private static SelfAttention attention(int block, LlamaParts parts, RotaryEmbedding rotary, OptionalInt window) {
        String name = LlamaParts.prefix(block) + "self_attn.";
        LlamaShape shape = parts.shape();
        return new SelfAttention(new Projection.Sections(name + "qkv_proj", false), name + "o_proj", false,
                shape.heads(), shape.keyValueHeads(), shape.headSize(), Optional.empty(), Optional.of(rotary),
                parts.scale(), window, 0);
    }

    @Override
    List<String> irrelevant() {
        // The original context matters to scalings alone, which are refused.
        return List.of("embd_pdrop", "resid_pdrop", "original_max_position_embeddings");
    }
}
