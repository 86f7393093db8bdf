package org.plumbline.model.pretrained;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.plumbline.model.Decoder;
import org.plumbline.model.GptNeoX;
import org.plumbline.model.GptNeoXConfig;
import org.plumbline.model.RotaryEmbedding;

/** {@code gpt_neox}, of which Pythia is made. */
record GptNeoXFormat() implements CheckpointFormat {
    private static final Pattern BUFFERS = Pattern.compile(
            "(gpt_neox\\.)?(layers\\.\\d+\\.attention\\.(bias|masked_bias|rotary_emb\\.inv_freq)"
                    + "|rotary_emb\\.inv_freq)");
    private static final List<String> IRRELEVANT =
            Stream.concat(CheckpointFormat.IRRELEVANT.stream(), Stream.of("hidden_dropout")).toList();
    private static final double SHARE = 0.25;

    @Override
    public Decoder read(ConfigOptions options, int mostLayers) {
        CheckpointFormat.requireCommon(options);
        int width = options.integer("hidden_size", 1);
        int heads = options.integer("num_attention_heads", 1);
        RotaryEmbedding rotary = RotaryOptions.read(
                options, "rotary_emb_base", "rotary_pct", 10_000, SHARE, width / heads);
        GptNeoXConfig config = new GptNeoXConfig(
                options.integer("vocab_size", 2), options.integer("max_position_embeddings", 1), width,
                options.integerIn("num_hidden_layers", 0, mostLayers), heads, options.integer("intermediate_size", 1),
                Activations.read(options, "hidden_act", "gelu"), rotary, options.flag("use_parallel_residual", true),
                options.flag("attention_bias", true), options.flag("tie_word_embeddings", false),
                options.number("layer_norm_eps", 1e-5));
        options.finish(IRRELEVANT);
        return new GptNeoX(config);
    }

    @Override
    public Map<String, Object> write(Decoder model) {
        GptNeoXConfig config = ((GptNeoX) model).config();
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("architectures", List.of("GPTNeoXForCausalLM"));
        options.put("model_type", "gpt_neox");
        options.put("vocab_size", config.vocabulary());
        options.put("max_position_embeddings", config.context());
        options.put("hidden_size", config.width());
        options.put("num_hidden_layers", config.layers());
        options.put("num_attention_heads", config.heads());
        options.put("intermediate_size", config.hidden());
        options.put("hidden_act", Activations.name(config.activation()));
        options.put("rotary_emb_base", config.rotary().base());
        options.put("rotary_pct", share(config.rotary().dimensions(), config.width() / config.heads()));
        options.put("rope_scaling", RotaryOptions.write(config.rotary().scaling()));
        options.put("use_parallel_residual", config.parallelResidual());
        options.put("attention_bias", config.attentionBias());
        options.put("layer_norm_eps", config.epsilon());
        options.put("tie_word_embeddings", config.tiedHead());
        return options;
    }

    /** The share of which {@code headSize}, rounded down, is {@code dimensions}. */
    private static double share(int dimensions, int headSize) {
        double share = (double) dimensions / headSize;
        return (int) (headSize * share) == dimensions ? share : Math.nextUp(share);
    }

    @Override
    public String prefix() {
        return "gpt_neox.";
    }

    @Override
    public String head() {
        return "embed_out.weight";
    }

    /** Transformers renamed the head in 5.14. */
    @Override
    public List<String> aliases(String parameter) {
        return parameter.equals(head()) ? List.of("lm_head.weight") : List.of();
    }

    @Override
    public Pattern buffers() {
        return BUFFERS;
    }
}
