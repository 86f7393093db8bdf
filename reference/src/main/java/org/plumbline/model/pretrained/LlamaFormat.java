package org.plumbline.model.pretrained;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.plumbline.model.Decoder;
import org.plumbline.model.Llama;
import org.plumbline.model.LlamaConfig;
import org.plumbline.model.LlamaConfig.Family;
import org.plumbline.model.RotaryEmbedding;

/** {@code llama}, {@code qwen2} and {@code olmo2}. */
record LlamaFormat(Family family) implements CheckpointFormat {
    private static final List<String> IRRELEVANT = Stream.concat(CheckpointFormat.IRRELEVANT.stream(), Stream.of(
            // Splits products into sums of products.
            "pretraining_tp",
            "is_llama_config", "max_sequence_length")).toList();
    private static final List<String> IRRELEVANT_IN_QWEN2 = Stream.concat(IRRELEVANT.stream(), Stream.of(
            // Without effect while use_sliding_window is false.
            "max_window_layers", "sliding_window")).toList();

    @Override
    public Decoder read(ConfigOptions options, int mostLayers) {
        CheckpointFormat.requireCommon(options);
        options.requireFalse("rope_interleaved", "use_sliding_window", "use_mrope");
        options.requireEvery("layer_types", "full_attention");
        int width = options.integer("hidden_size", 1);
        int heads = options.integer("num_attention_heads", 1);
        if (!options.has("head_dim") && width % heads != 0) {
            throw options.unexpected("head_dim", "the size of a head, since " + heads
                    + " heads do not divide a hidden_size of " + width);
        }
        int headSize = options.integer("head_dim", 1, Math.max(1, width / heads));
        if (headSize % 2 != 0 || (long) heads * headSize > Integer.MAX_VALUE) {
            throw options.unexpected("head_dim", "an even number of dimensions, " + Integer.MAX_VALUE
                    + " at most in " + heads + " heads");
        }
        RotaryEmbedding rotary = RotaryOptions.read(
                options, "rope_theta", "partial_rotary_factor", 10_000, 1, headSize);
        LlamaConfig config = new LlamaConfig(
                family, options.integer("vocab_size", 2), options.integer("max_position_embeddings", 1), width,
                options.integerIn("num_hidden_layers", 0, mostLayers), heads,
                options.integer("num_key_value_heads", 1, heads), headSize, options.integer("intermediate_size", 1),
                Activations.read(options, "hidden_act", "silu"), rotary,
                family == Family.QWEN2 || options.flag("attention_bias", false),
                family == Family.LLAMA && options.flag("mlp_bias", false),
                options.flag("tie_word_embeddings", false),
                options.number("rms_norm_eps", family == Family.OLMO2 ? 1e-5 : 1e-6));
        options.finish(family == Family.QWEN2 ? IRRELEVANT_IN_QWEN2 : IRRELEVANT);
        return new Llama(config);
    }

    @Override
    public Map<String, Object> write(Decoder model) {
        LlamaConfig config = ((Llama) model).config();
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("architectures", List.of(switch (family) {
            case LLAMA -> "LlamaForCausalLM";
            case QWEN2 -> "Qwen2ForCausalLM";
            case OLMO2 -> "Olmo2ForCausalLM";
        }));
        options.put("model_type", switch (family) {
            case LLAMA -> "llama";
            case QWEN2 -> "qwen2";
            case OLMO2 -> "olmo2";
        });
        options.put("vocab_size", config.vocabulary());
        options.put("max_position_embeddings", config.context());
        options.put("hidden_size", config.width());
        options.put("num_hidden_layers", config.layers());
        options.put("num_attention_heads", config.heads());
        options.put("num_key_value_heads", config.keyValueHeads());
        options.put("head_dim", config.headSize());
        options.put("intermediate_size", config.hidden());
        options.put("hidden_act", Activations.name(config.activation()));
        options.put("rope_theta", config.rotary().base());
        options.put("rope_scaling", RotaryOptions.write(config.rotary().scaling()));
        if (family != Family.QWEN2) {
            options.put("attention_bias", config.attentionBias());
        }
        if (family == Family.LLAMA) {
            options.put("mlp_bias", config.mlpBias());
        }
        options.put("rms_norm_eps", config.epsilon());
        options.put("tie_word_embeddings", config.tiedHead());
        return options;
    }

    @Override
    public String prefix() {
        return "model.";
    }

    @Override
    public Pattern buffers() {
        return ROTARY_TABLES;
    }
}
