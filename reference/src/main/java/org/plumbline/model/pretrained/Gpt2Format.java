package org.plumbline.model.pretrained;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.plumbline.model.Decoder;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;

/** {@code gpt2}: linear layers are Conv1D, whose weights are {@code [in, out]}. */
record Gpt2Format() implements CheckpointFormat {
    private static final Pattern BUFFERS = Pattern.compile("(transformer\\.)?h\\.\\d+\\.attn\\.(bias|masked_bias)");
    private static final Pattern CONVOLUTION = Pattern.compile(".*\\.(c_attn|c_proj|c_fc)\\.weight");
    private static final List<String> IRRELEVANT = Stream.concat(CheckpointFormat.IRRELEVANT.stream(), Stream.of(
            "attn_pdrop", "embd_pdrop", "n_ctx", "resid_pdrop", "summary_activation", "summary_first_dropout",
            "summary_proj_to_labels", "summary_type", "summary_use_proj")).toList();

    @Override
    public Decoder read(ConfigOptions options, int mostLayers) {
        CheckpointFormat.requireCommon(options);
        options.requireFalse("reorder_and_upcast_attn");
        int width = options.integer("n_embd", 1);
        if (width > Integer.MAX_VALUE / 4) {
            throw options.unexpected("n_embd", "at most " + Integer.MAX_VALUE / 4);
        }
        Gpt2Config config = new Gpt2Config(
                options.integer("vocab_size", 2), options.integer("n_positions", 1), width,
                options.integerIn("n_layer", 0, mostLayers), options.integer("n_head", 1),
                options.integer("n_inner", 1, 4 * width), options.flag("tie_word_embeddings", true),
                options.number("layer_norm_epsilon", 1e-5),
                Activations.read(options, "activation_function", "gelu_new"),
                options.flag("scale_attn_weights", true), options.flag("scale_attn_by_inverse_layer_idx", false));
        options.finish(IRRELEVANT);
        return new Gpt2(config);
    }

    @Override
    public Map<String, Object> write(Decoder model) {
        Gpt2Config config = ((Gpt2) model).config();
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("architectures", List.of("GPT2LMHeadModel"));
        options.put("model_type", "gpt2");
        options.put("vocab_size", config.vocabulary());
        options.put("n_positions", config.context());
        options.put("n_embd", config.width());
        options.put("n_layer", config.layers());
        options.put("n_head", config.heads());
        options.put("n_inner", config.hidden());
        options.put("activation_function", Activations.name(config.activation()));
        options.put("layer_norm_epsilon", config.epsilon());
        options.put("scale_attn_weights", config.scaledAttention());
        options.put("scale_attn_by_inverse_layer_idx", config.scaledByDepth());
        options.put("reorder_and_upcast_attn", false);
        options.put("tie_word_embeddings", config.tiedHead());
        return options;
    }

    @Override
    public String prefix() {
        return "transformer.";
    }

    @Override
    public boolean transposed(String parameter) {
        return CONVOLUTION.matcher(parameter).matches();
    }

    @Override
    public Pattern buffers() {
        return BUFFERS;
    }
}
